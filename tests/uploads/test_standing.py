"""The states counted in SQL are the ones that are shown photo by photo."""

import itertools
from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from qcportal import clock, uploads
from qcportal.db import db
from qcportal.photos import Photo, shown_state
from qcportal.returns import Return
from qcportal.uploads import Patience, Wanted
from tests.uploads.conftest import AT, Yard, ago

PATIENCE = Patience()
MOMENTS = {"no": None, "now": ago(minutes=5), "late": ago(hours=3), "lost": ago(days=3)}


def combinations() -> list[dict[str, Any]]:
    """Give every sensible set of facts: what is verified is stored."""
    found = []
    for reported, stored, rest in itertools.product(MOMENTS.values(), MOMENTS.values(), range(16)):
        refused, conflict, verified, unreadable = rest & 1, rest & 2, rest & 4, rest & 8
        if (verified or unreadable) and not stored:
            continue
        found.append(
            {
                "captured_reported_at": reported,
                "stored_at": stored,
                "refused_at": ago(minutes=7) if refused else None,
                "conflict_at": ago(minutes=6) if conflict else None,
                "verified_at": ago(minutes=4) if verified else None,
                "unreadable_at": ago(minutes=3) if unreadable else None,
            }
        )
    return found


def test_every_state_holds_exactly_the_photos_that_show_it(yard: Yard) -> None:
    wanted = combinations()
    inspected = [yard.inspected() for _ in range(len(wanted) // 3 + 1)]
    rows = [photo for photos in inspected for photo in photos.values()]
    with yard.world.inside():
        for photo, facts in zip(rows, wanted, strict=False):
            db.session.execute(update(Photo).where(Photo.id == photo.id).values(**facts))
        db.session.execute(update(Return).values(photos_absent=1))
    with yard.world.inside(commit=False):
        shown = db.session.execute(
            select(Photo, Return.checked_at).join(Return).where(Photo.purpose != "inspection")
        ).all()
        states = {
            photo.id: shown_state(
                photo, at=AT, inspected=checked is not None, late_after=1800, missing_after=172_800
            ).value
            for photo, checked in shown
        }
        standing = uploads.count_standing(PATIENCE, Wanted())
        listed = {row.id: state for state in uploads.STATES for row in _all(state)}
    expected = Counter(state for state in states.values() if state in uploads.STATES)
    assert set(expected) == set(uploads.STATES)
    assert {state: standing.of(state).photos for state in uploads.STATES} == expected
    assert listed == {id: state for id, state in states.items() if state in uploads.STATES}


def _all(state: str) -> list[Any]:
    rows: list[Any] = []
    place = None
    while True:
        page = uploads.get_photo_page(state, PATIENCE, Wanted(), place, size=7)
        rows += page.rows
        if not page.has_older:
            return rows
        place = uploads.place_of(page.rows[-1])


def test_pages_go_back_the_way_they_came(yard: Yard) -> None:
    for hours in range(1, 5):
        for photo in yard.inspected().values():
            yard.on_phone(photo, announced=ago(hours=hours))
    with yard.world.inside(commit=False):
        first = uploads.get_photo_page("late", PATIENCE, Wanted(), None, size=5)
        second = uploads.get_photo_page(
            "late", PATIENCE, Wanted(), uploads.place_of(first.rows[-1]), size=5
        )
        back = uploads.get_photo_page(
            "late", PATIENCE, Wanted(), uploads.place_of(second.rows[0], backwards=True), size=5
        )
    assert (first.has_newer, first.has_older, second.has_newer, second.has_older) == (
        False, True, True, True,
    )  # fmt: skip
    assert back.rows == first.rows
    assert not back.has_newer
    moments = [row.moment for row in (*first.rows, *second.rows)]
    assert moments == sorted(moments, reverse=True)
    assert len({row.id for row in (*first.rows, *second.rows)}) == 10


def test_counts_tell_phones_and_the_oldest(yard: Yard) -> None:
    mine = yard.inspected()
    other = yard.inspected(token=yard.world.other_device_token)
    yard.on_phone(mine["front"], announced=ago(hours=2))
    yard.on_phone(mine["imei"], announced=ago(hours=4))
    yard.on_phone(other["front"], announced=ago(hours=3))
    for photo in (mine["damage"], other["damage"], other["imei"]):
        yard.here(photo, captured=ago(hours=1), seconds=5)
    with yard.world.inside(commit=False):
        late = uploads.count_standing(PATIENCE, Wanted()).of("late")
        few = uploads.count_standing(PATIENCE, Wanted(since=ago(hours=3, minutes=30)))
        theirs = uploads.count_standing(
            PATIENCE, Wanted(executive_id=yard.world.other_executive_id)
        )
        stores = uploads.count_standing(PATIENCE, Wanted(merchant_id=yard.world.b.id))
    assert (late.photos, late.phones, late.oldest) == (3, 2, ago(hours=4))
    assert few.of("late").photos == 2
    assert theirs.of("late").photos == 1
    assert stores.counts == {}


def test_a_visit_in_vain_and_a_return_that_waits_miss_nothing(yard: Yard) -> None:
    photos = yard.inspected()
    with yard.world.inside():
        mine = update(Return).where(Return.id == photos["front"].return_id)
        db.session.execute(mine.values(verdict="pending", photos_absent=3))
        waits = yard.world.register()
    assert waits
    with yard.world.inside(commit=False):
        assert uploads.count_standing(PATIENCE, Wanted()).counts == {}


def test_what_was_never_announced_is_missing_from_the_check_on(yard: Yard) -> None:
    yard.inspected(at=ago(hours=2))
    with yard.world.inside(commit=False):
        missing = uploads.count_standing(PATIENCE, Wanted()).of("missing")
        page = uploads.get_photo_page("missing", PATIENCE, Wanted(), None)
        phones = uploads.find_stuck_phones(PATIENCE)
    assert (missing.photos, missing.phones, missing.oldest) == (3, 1, ago(hours=2))
    assert {row.executive for row in page.rows} == {"Ravi K."}
    assert [(each.missing, each.late, each.size) for each in phones] == [(3, 0, 0)]


def test_what_is_not_here_is_counted_by_the_hour(yard: Yard) -> None:
    photos = yard.inspected(at=ago(hours=2))
    yard.on_phone(photos["front"], announced=ago(hours=2))
    yard.on_phone(photos["imei"], announced=ago(minutes=3))
    yard.here(photos["damage"], captured=ago(hours=1), seconds=5)
    start = uploads.hour_start(AT)
    with yard.world.inside(commit=False):
        hours = uploads.count_by_hour(PATIENCE, start - timedelta(hours=5), start + uploads.HOUR)
    assert hours == {
        start - timedelta(hours=2): {"late": 1},
        start: {"on_the_way": 1},
    }


def test_phones_are_told_the_worst_first_with_what_they_hold(yard: Yard) -> None:
    mine = yard.inspected()
    other = yard.inspected(token=yard.world.other_device_token)
    yard.on_phone(mine["front"], announced=ago(hours=2), size=1_000_000)
    yard.on_phone(mine["imei"], announced=ago(hours=4), size=500_000)
    yard.here(mine["damage"], captured=ago(hours=1), seconds=5)
    for photo in other.values():
        yard.on_phone(photo, announced=ago(days=3))
    with yard.world.inside(commit=False):
        phones = uploads.find_stuck_phones(PATIENCE)
        only = uploads.find_stuck_phones(PATIENCE, executive_id=yard.world.executive_id)
        assert uploads.count_phones() == 2
    told = [
        (each.device and each.device.executive.name, each.late, each.missing, each.size)
        for each in phones
    ]
    assert told == [("Deepa L.", 0, 3, 2_700_000), ("Ravi K.", 2, 0, 1_500_000)]
    assert phones[1].oldest == ago(hours=4)
    assert only == phones[1:]
    assert clock.now() == AT
