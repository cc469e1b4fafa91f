"""Our webhook signatures against the standardwebhooks package, both ways, and against forgers."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
import standardwebhooks
from hypothesis import given
from hypothesis import strategies as st

from qcportal import signing
from qcportal.errors import Invalid, TooLarge, Unauthorized

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(b"a secret of at least 24 bytes").decode()
BODY = b'{"arrivals": []}'

ids = st.from_regex(r"[!-\-/-~]{1,64}", fullmatch=True)
secrets = st.binary(min_size=1, max_size=64).map(
    lambda key: "whsec_" + base64.b64encode(key).decode()
)


@given(ids, st.binary(max_size=200), secrets)
def test_the_reference_verifies_what_we_sign(message_id: str, extra: bytes, secret: str) -> None:
    now = datetime.now(UTC)  # the reference package reads the real clock
    body = b'{"x": "' + base64.b64encode(extra) + b'"}'
    headers = signing.sign(message_id, now, body, secret)
    assert "x" in standardwebhooks.Webhook(secret).verify(body, headers)


@given(ids, st.text(st.characters(codec="utf-8"), max_size=200), secrets)
def test_we_verify_what_the_reference_signs(message_id: str, body: str, secret: str) -> None:
    signature = standardwebhooks.Webhook(secret).sign(message_id, AT, body)
    headers = {
        "Webhook-Id": message_id,
        "Webhook-Timestamp": str(int(AT.timestamp())),
        "Webhook-Signature": signature,
    }
    assert signing.verify(headers, body.encode(), [secret], at=AT) == message_id


def test_a_plain_secret_is_used_as_it_stands() -> None:
    headers = signing.sign("evt_1", AT, BODY, "plain words")
    encoded = "whsec_" + base64.b64encode(b"plain words").decode()
    assert signing.verify(headers, BODY, [encoded], at=AT) == "evt_1"


def test_two_secrets_are_valid_during_a_rotation() -> None:
    old, new = signing.new_secret(), signing.new_secret()
    headers = signing.sign("evt_1", AT, BODY, old)
    assert signing.verify(headers, BODY, [new, old], at=AT) == "evt_1"
    with pytest.raises(Unauthorized):
        signing.verify(headers, BODY, [new], at=AT)


def test_one_fitting_signature_in_the_list_is_enough() -> None:
    headers = signing.sign("evt_1", AT, BODY, SECRET)
    headers["webhook-signature"] = "v1a,abcd v1,AAAA " + headers["webhook-signature"]
    assert signing.verify(headers, BODY, [SECRET], at=AT) == "evt_1"


def test_a_long_list_of_guesses_is_cut() -> None:
    headers = signing.sign("evt_1", AT, BODY, SECRET)
    headers["webhook-signature"] = "v1,AAAA " * 16 + headers["webhook-signature"]
    with pytest.raises(Unauthorized):
        signing.verify(headers, BODY, [SECRET], at=AT)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_timestamp_within_the_tolerance_is_taken(seconds: int) -> None:
    headers = signing.sign("evt_1", AT + timedelta(seconds=seconds), BODY, SECRET)
    assert signing.verify(headers, BODY, [SECRET], at=AT) == "evt_1"


@pytest.mark.parametrize("seconds", [-301, 301, -86_400, 86_400])
def test_a_stale_or_future_timestamp_is_refused(seconds: int) -> None:
    headers = signing.sign("evt_1", AT + timedelta(seconds=seconds), BODY, SECRET)
    with pytest.raises(Unauthorized, match="tolerance"):
        signing.verify(headers, BODY, [SECRET], at=AT)


def test_every_changed_part_breaks_the_signature() -> None:
    good = signing.sign("evt_1", AT, BODY, SECRET)
    later = str(int(AT.timestamp()) + 1)
    for change in ({"webhook-id": "evt_2"}, {"webhook-timestamp": later}):
        with pytest.raises(Unauthorized, match="fits"):
            signing.verify({**good, **change}, BODY, [SECRET], at=AT)
    for place in range(len(BODY)):
        forged = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
        with pytest.raises(Unauthorized, match="fits"):
            signing.verify(good, forged, [SECRET], at=AT)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize(
    "value",
    ["", " ", "v1", "v1,", "v2,AAAA", "é", "\ud800", "-1", "1e9", "1.5", "٣", "a.b", "9" * 40],
)
def test_a_malformed_header_is_unauthorized(name: str, value: str) -> None:
    headers = {**signing.sign("evt_1", AT, BODY, SECRET), name: value}
    with pytest.raises(Unauthorized):
        signing.verify(headers, BODY, [SECRET], at=AT)


def test_a_missing_header_is_unauthorized() -> None:
    good = signing.sign("evt_1", AT, BODY, SECRET)
    for name in good:
        with pytest.raises(Unauthorized):
            signing.verify({k: v for k, v in good.items() if k != name}, BODY, [SECRET], at=AT)


def test_without_a_secret_nothing_is_verified() -> None:
    with pytest.raises(Unauthorized):
        signing.verify(signing.sign("evt_1", AT, BODY, SECRET), BODY, [], at=AT)


def test_an_oversized_body_is_too_large_even_when_signed() -> None:
    most, over = b"x" * (256 * 1024), b"x" * (256 * 1024 + 1)
    assert signing.verify(signing.sign("e", AT, most, SECRET), most, [SECRET], at=AT) == "e"
    with pytest.raises(TooLarge):
        signing.verify(signing.sign("e", AT, over, SECRET), over, [SECRET], at=AT)


anything = st.text(st.characters(), max_size=60)
plausible = anything | st.sampled_from(["v1,", "v1,AAAA v1,", str(int(AT.timestamp())), "evt_1"])


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "webhook-id": plausible,
            "Webhook-Timestamp": plausible,
            "WEBHOOK-SIGNATURE": plausible,
            "x": anything,
        },
    ),
    st.binary(max_size=60),
)
def test_whatever_comes_is_unauthorized_and_nothing_else(
    headers: dict[str, str], body: bytes
) -> None:
    with pytest.raises(Unauthorized):
        signing.verify(headers, body, [SECRET, "plain"], at=AT)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_***", "whsec_abc", "whsec_é"])
def test_a_secret_that_cannot_be_read_is_invalid(secret: str) -> None:
    with pytest.raises(Invalid):
        signing.sign("evt_1", AT, BODY, secret)


@pytest.mark.parametrize("message_id", ["", "a.b", "a b", "é", "x" * 257, "a\n"])
def test_an_id_that_could_be_read_in_two_ways_is_not_signed(message_id: str) -> None:
    with pytest.raises(Invalid):
        signing.sign(message_id, AT, BODY, SECRET)
