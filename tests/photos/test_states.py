"""What a photo looks like to a person follows from its facts and the time alone."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from qcportal.photos.states import ShownState, shown_state

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LATE, MISSING = 1_800, 172_800


@dataclass(frozen=True)
class Facts:
    required: bool = True
    form_issued_at: datetime | None = None
    captured_reported_at: datetime | None = None
    stored_at: datetime | None = None
    verified_at: datetime | None = None
    refused_at: datetime | None = None
    conflict_at: datetime | None = None
    unreadable_at: datetime | None = None


def state(facts: Facts, *, inspected: bool = True) -> ShownState:
    return shown_state(facts, at=AT, inspected=inspected, late_after=LATE, missing_after=MISSING)


@pytest.mark.parametrize(
    ("age", "announced", "stored"),
    [
        (60, "on_the_way", "on_the_way"),
        (3600, "late", "unvouched"),
        (200_000, "missing", "unvouched"),
    ],
)
def test_what_is_held_is_never_missing_but_not_vouched_for(
    age: int, announced: str, stored: str
) -> None:
    since = AT - timedelta(seconds=age)
    assert state(Facts(captured_reported_at=since)) == announced
    assert state(Facts(stored_at=since)) == stored
    held = Facts(stored_at=since, verified_at=since)
    assert state(held) == "verified"
    assert state(replace(held, conflict_at=since)) == "conflict"


def test_what_cannot_be_opened_is_refused_although_its_bytes_are_right() -> None:
    held = Facts(stored_at=AT, verified_at=AT, unreadable_at=AT)
    assert state(held) == "refused"
    assert state(replace(held, conflict_at=AT)) == "conflict"


def test_a_required_photo_that_was_not_taken_is_missing_once_inspected() -> None:
    assert state(Facts()) == "missing"
    assert state(Facts(), inspected=False) == "expected"
    assert state(Facts(required=False)) == "expected"
