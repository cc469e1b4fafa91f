"""The state a person is shown, derived from the facts and never stored."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol


class ShownState(StrEnum):
    """What a photo looks like to a person."""

    EXPECTED = "expected"
    ISSUED = "issued"
    ON_THE_WAY = "on_the_way"
    LATE = "late"
    UNVOUCHED = "unvouched"
    VERIFIED = "verified"
    REFUSED = "refused"
    MISSING = "missing"
    CONFLICT = "conflict"


class Facts(Protocol):
    """The facts of a photo that its state follows from; a row or a Photo."""

    required: Any
    form_issued_at: Any
    captured_reported_at: Any
    stored_at: Any
    verified_at: Any
    refused_at: Any
    conflict_at: Any
    unreadable_at: Any


def shown_state(
    facts: Facts, *, at: datetime, inspected: bool, late_after: int, missing_after: int
) -> ShownState:
    """Give the state at a moment; `late_after` and `missing_after` are in seconds.

    A required photo that nobody announced although the return was inspected is missing at once.
    One that lies in the bucket is never missing: without the phone's word it is unvouched, as soon
    as that word is late. One that cannot be opened is refused, although its bytes are the right
    ones.
    """
    if facts.conflict_at:
        return ShownState.CONFLICT
    if facts.unreadable_at:
        return ShownState.REFUSED
    if facts.verified_at:
        return ShownState.VERIFIED
    if facts.refused_at and not facts.stored_at:
        return ShownState.REFUSED
    announced = facts.captured_reported_at or facts.stored_at
    if announced:
        state = _waiting(at - announced, late_after, missing_after)
        held = facts.stored_at and state is not ShownState.ON_THE_WAY
        return ShownState.UNVOUCHED if held else state
    if inspected and facts.required:
        return ShownState.MISSING
    return ShownState.ISSUED if facts.form_issued_at else ShownState.EXPECTED


def _waiting(age: timedelta, late_after: int, missing_after: int) -> ShownState:
    seconds = age.total_seconds()
    if seconds > missing_after:
        return ShownState.MISSING
    return ShownState.LATE if seconds > late_after else ShownState.ON_THE_WAY
