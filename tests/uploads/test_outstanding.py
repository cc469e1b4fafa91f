"""What the worker counts of what is not here is what a look would count, and is read when fresh."""

import re
from datetime import timedelta
from typing import Any

import pytest

from qcportal import clock, uploads
from qcportal.commands import measuring
from qcportal.uploads import Outstanding, Patience, Wanted, outstanding
from tests.uploads.conftest import AT, Yard, ago

TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')
PATIENCE = Patience(1_800, 172_800)


@pytest.fixture
def strewn(yard: Yard) -> Yard:
    """Photos in every state, of two phones and of nobody's, over some days."""
    photos = yard.inspected(at=ago(days=6))
    yard.on_phone(photos["front"], announced=ago(days=5))
    yard.on_phone(photos["imei"], announced=ago(hours=2))
    yard.on_phone(photos["damage"], announced=ago(minutes=3))
    yard.set(photos["damage"], stored_at=ago(minutes=2))
    other = yard.inspected(at=ago(days=3), token=yard.world.other_device_token)
    yard.here(other["front"], captured=ago(hours=5), seconds=9)
    yard.set(other["front"], conflict_at=ago(hours=4))
    yard.set(other["imei"], refused_at=ago(days=2), refused_reason="not_asked_for")
    third = yard.inspected(at=ago(days=2))
    yard.on_phone(third["front"], announced=ago(days=4))
    yard.set(third["imei"], stored_at=ago(hours=7))
    return yard


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let any photo be more than few."""
    monkeypatch.setattr(outstanding, "FEW", 0)


def found(yard: Yard) -> Outstanding | None:
    with yard.world.inside(commit=False):
        return uploads.outstanding_of(uploads.find_measures())


def counted(yard: Yard) -> None:
    with yard.world.inside():
        measuring.measure_outstanding(yard.world.app)


def test_what_was_counted_is_what_a_look_counts(strewn: Yard, many: None) -> None:
    counted(strewn)
    kept = found(strewn)
    assert kept is not None
    end = uploads.next_hour(AT)
    with strewn.world.inside(commit=False):
        standing = uploads.count_standing(PATIENCE, Wanted(since=AT - uploads.LOOKED_BACK))
        assert kept.standing == standing
        assert set(standing.counts) == set(uploads.STATES)
        for days in (1, 4, 30, 40):
            since = uploads.hour_start(AT - timedelta(days=days))
            now = uploads.count_by_hour(PATIENCE, since, end)
            assert kept.by_hour(PATIENCE, since, end) == now
            assert now
        phones = uploads.find_stuck_phones(PATIENCE)
        assert len(phones) == 2
        assert uploads.load_phones(kept.phones) == phones


def test_few_are_counted_as_one_looks(strewn: Yard) -> None:
    counted(strewn)
    assert found(strewn) is None


def test_what_nobody_counted_lately_is_counted_as_one_looks(strewn: Yard, many: None) -> None:
    assert found(strewn) is None
    counted(strewn)
    with clock.frozen(AT + timedelta(minutes=3)):
        assert found(strewn) is not None
    with clock.frozen(AT + timedelta(minutes=4)):
        assert found(strewn) is None
        counted(strewn)
        assert found(strewn) is not None


@pytest.mark.parametrize(
    "address",
    ["/admin/uploads", "/admin/uploads?range=30d", "/admin/uploads/photos?state=missing", "/admin"],
)
def test_pages_say_the_same_of_few_and_of_many(
    strewn: Yard, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    counted(strewn)
    admin: Any = strewn.world.signed_in(strewn.world.admin)
    as_one_looks = admin.get(address)
    monkeypatch.setattr(outstanding, "FEW", 0)
    as_counted = admin.get(address)
    assert as_one_looks.status_code == 200
    assert TOKEN.sub("", as_counted.text) == TOKEN.sub("", as_one_looks.text)
