"""How long signing keys are held, and how long what they signed is promised to last."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from qcportal import sigv4
from qcportal.errors import Unavailable
from qcportal.signing_keys import SigningKeys, effective_expiry

AT = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)


def temporary(ends: datetime) -> sigv4.Credentials:
    return sigv4.Credentials("ASIA", "secret", f"token until {ends}", ends)


def test_a_form_ends_before_the_keys_that_signed_it() -> None:
    keys = temporary(AT + timedelta(hours=1))
    ends = effective_expiry(keys, AT, lifetime=9_999, minimum=60)
    assert ends == AT + timedelta(minutes=55)
    with pytest.raises(Unavailable):
        effective_expiry(keys, AT, lifetime=9_999, minimum=3_400)
    forever = sigv4.Credentials("AKID", "secret")
    assert effective_expiry(forever, AT, lifetime=10**9, minimum=60) == AT + timedelta(days=7)


def test_signing_keys_are_fetched_once_and_renewed_before_their_end() -> None:
    fetched = [temporary(AT + timedelta(hours=1)), temporary(AT + timedelta(hours=2))]
    keys = SigningKeys(lambda: fetched.pop(0))
    first = keys.at(AT)
    assert keys.at(AT + timedelta(minutes=44)) is first
    assert keys.at(AT + timedelta(minutes=46)) is not first
    assert fetched == []


def test_other_threads_sign_with_the_old_keys_while_one_renews() -> None:
    started, answer = threading.Event(), threading.Event()
    new = temporary(AT + timedelta(hours=2))

    def fetch() -> sigv4.Credentials:
        if keys_held:
            started.set()
            assert answer.wait(10)
            return new
        return temporary(AT + timedelta(hours=1))

    keys_held: list[sigv4.Credentials] = []
    keys = SigningKeys(fetch)
    keys_held.append(keys.at(AT))
    later = AT + timedelta(minutes=50)
    renewer = threading.Thread(target=keys.at, args=(later,))
    renewer.start()
    assert started.wait(10)
    assert keys.at(later) is keys_held[0]
    answer.set()
    renewer.join(10)
    assert keys.at(later) is new


def test_threads_that_start_together_fetch_once() -> None:
    fetched: list[int] = []
    together = threading.Barrier(4, timeout=10)

    def fetch() -> sigv4.Credentials:
        fetched.append(1)
        return temporary(AT + timedelta(hours=1))

    keys = SigningKeys(fetch)

    def ask() -> None:
        together.wait()
        keys.at(AT)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(fetched) == 1
