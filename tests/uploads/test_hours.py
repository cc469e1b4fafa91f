"""Hours counted from a small world by hand, and counted again as late facts come in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, literal, select, update

from qcportal import uploads
from qcportal.db import db, new_id
from qcportal.photos import ArrivalRow, Photo
from qcportal.uploads import HOUR, clockwork
from qcportal.uploads.latency import step_end
from tests.uploads.conftest import AT, Yard, ago

START = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
"""14:00 in India, whose hours begin at half past in UTC."""


def counted(yard: Yard) -> list[dict[str, Any]]:
    with yard.world.inside(commit=False):
        return uploads.count_hours(START - 3 * HOUR, START + HOUR)


def kept(yard: Yard) -> list[tuple[datetime, int, dict[str, int], int, int]]:
    """Count and keep as the worker does, and read it back."""
    rows = counted(yard)
    with yard.world.inside():
        uploads.replace_hours(START - 3 * HOUR, START + HOUR, rows)
    with yard.world.inside(commit=False):
        found = uploads.find_hours(START - 3 * HOUR, START + HOUR)
        return [(each.start, each.here, each.latencies, each.told, each.healed) for each in found]


def told(yard: Yard, source: str, *, at: datetime = AT, outcome: str = "verified") -> None:
    row = {
        "id": new_id(), "bucket": "photos", "key": f"u/{new_id()}", "version_id": "1",
        "sequencer": "1", "outcome": outcome, "size": 1, "content_type": "image/jpeg",
        "sha256": None, "sha256_source": "s3", "declared_sha256": None, "user_metadata": {},
        "image": {}, "stored_at": at, "received_at": at, "source": source,
    }  # fmt: skip
    with yard.world.inside():
        db.session.execute(insert(ArrivalRow), [row])


def test_hours_are_those_of_the_carriers_clock() -> None:
    assert uploads.hour_start(AT) == START
    assert uploads.next_hour(AT) == START + HOUR
    assert uploads.hour_start(START) == START
    spans = list(uploads.days_back(2, START))
    assert spans == [
        (START - timedelta(days=1), START),
        (START - timedelta(days=2), START - timedelta(days=1)),
    ]


def test_photos_are_counted_by_the_hour_of_their_announcement(yard: Yard) -> None:
    one, two = yard.inspected(), yard.inspected()
    yard.here(one["front"], captured=ago(minutes=20), seconds=4)
    yard.here(one["imei"], captured=ago(minutes=10), seconds=4)
    yard.here(one["damage"], captured=START - timedelta(seconds=1), seconds=75)
    yard.here(two["front"], captured=START - 2 * HOUR, seconds=6000, told=2)
    yard.on_phone(two["imei"], announced=ago(minutes=9))
    yard.here(two["damage"], captured=START - 9 * HOUR, seconds=4)
    assert kept(yard) == [
        (START - 2 * HOUR, 1, {"6000": 1}, 0, 0),
        (START - HOUR, 1, {"80": 1}, 0, 0),
        (START, 2, {"4": 2}, 0, 0),
    ]


def test_a_late_fact_corrects_its_hour_and_counting_twice_changes_nothing(yard: Yard) -> None:
    photos = yard.inspected()
    yard.on_phone(photos["front"], announced=ago(hours=2))
    assert kept(yard) == []
    yard.set(photos["front"], stored_at=AT, verified_at=AT)
    hour = clockwork.hour_start(ago(hours=2))
    assert kept(yard) == kept(yard) == [(hour, 1, {"7200": 1}, 0, 0)]
    yard.set(photos["front"], conflict_at=AT)
    assert kept(yard) == []


def test_what_only_s3_announced_counts_from_its_storing(yard: Yard) -> None:
    photo = yard.inspected()["front"]
    at = ago(minutes=10)
    yard.set(photo, stored_at=at, verified_at=at + timedelta(seconds=3))
    assert kept(yard) == [(START, 1, {"3": 1}, 0, 0)]
    yard.set(photo, captured_reported_at=at + timedelta(minutes=2))
    assert [row[1] for row in kept(yard)] == [1]


@pytest.mark.parametrize(
    ("captured", "offset_ms", "end"),
    [
        (-40, 0, "40"),  # the phone's word
        (-40, 15_000, "55"),  # its clock was 15 s ahead: it was taken earlier than it says
        (-40, -15_000, "25"),
        (3600, 0, "10"),  # from the future: it is not later than announced
        (-86_400 * 9, 0, "3600"),  # from before it was asked for
    ],
)
def test_a_wrong_clock_of_a_phone_does_not_bend_the_times(
    yard: Yard, captured: int, offset_ms: int, end: str
) -> None:
    photo = yard.inspected()["front"]
    verified = ago(minutes=10)
    yard.set(
        photo,
        expected_at=verified - timedelta(hours=1),
        captured_at=verified + timedelta(seconds=captured),
        captured_reported_at=verified - timedelta(seconds=10),
        stored_at=verified,
        verified_at=verified,
    )
    yard.clock_was_off(photo, offset_ms)
    assert [row[2] for row in kept(yard)] == [{end: 1}]


def test_arrivals_are_counted_by_who_told_of_them(yard: Yard) -> None:
    for _ in range(3):
        told(yard, "relay")
    told(yard, "reconciler")
    told(yard, "reconciler", at=ago(hours=1), outcome="refused")
    told(yard, "relay", outcome="gone")
    told(yard, "relay", outcome="probe")
    assert kept(yard) == [(START - HOUR, 0, {}, 1, 1), (START, 0, {}, 4, 1)]


def test_an_inspection_sent_as_a_file_is_no_photo(yard: Yard) -> None:
    photo = yard.inspected()["front"]
    yard.here(photo, captured=ago(minutes=20), seconds=4)
    yard.set(photo, purpose="inspection")
    assert kept(yard) == []


def test_steps_in_sql_are_the_steps_of_python(yard: Yard) -> None:
    times = [0.0, 0.5, 1.0, 1.001, 59.9, 60.0, 60.001, 599.0, 600.5, 3600.0, 3601.0, 86_401.0]
    with yard.world.inside(commit=False):
        found = [
            db.session.scalar(select(clockwork.step_end(literal(seconds)))) for seconds in times
        ]
    assert [int(each or 0) for each in found] == [step_end(seconds) for seconds in times]


def test_a_photo_at_the_very_start_of_an_hour_belongs_to_it(yard: Yard) -> None:
    photo = yard.inspected()["front"]
    yard.here(photo, captured=START, seconds=11)
    assert kept(yard) == [(START, 1, {"11": 1}, 0, 0)]
    with yard.world.inside():
        later = START - timedelta(microseconds=1)
        mine = update(Photo).where(Photo.id == photo.id)
        db.session.execute(mine.values(captured_at=later, captured_reported_at=later))
    assert [row[0] for row in kept(yard)] == [START - HOUR]
