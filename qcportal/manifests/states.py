"""What became of a line, said once, in SQL: for one phone's answer and for a month's counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Case, ScalarSelect, case, select

from qcportal.manifests.tables import ManifestLine as Line
from qcportal.photos import ArrivalRow, Photo


class LineState(StrEnum):
    """What became of the bytes of one line."""

    VERIFIED = "verified"
    STORED = "stored"
    CONFLICT = "conflict"
    REFUSED = "refused"
    DISCARDED = "discarded"
    ON_THE_WAY = "on_the_way"
    LATE = "late"
    LOST = "lost"


NOT_HERE = (LineState.ON_THE_WAY, LineState.LATE, LineState.LOST)
OPEN = tuple(each for each in LineState if each not in (LineState.VERIFIED, LineState.DISCARDED))


@dataclass(frozen=True)
class Waits:
    """The moment of looking, and after how many seconds bytes are late, and are lost."""

    at: datetime
    late_after: int
    missing_after: int


def state_of(waits: Waits) -> Case[str]:
    """Give the state of a line whose photo, if we know it, is joined.

    Bytes that S3 holds are never lost: they are the evidence, or a disputed or unfit version of
    it. All others are on their way, late, or lost once they are not here after the longest wait
    that runs from our first hearing of them; the phone's clock has no say. What the executive
    discarded is waited for no longer.
    """
    ours = Photo.sha256 == Line.sha256
    held = _held_as()
    return case(
        (ours & Photo.verified_at.is_not(None), LineState.VERIFIED.value),
        (ours, LineState.STORED.value),
        (held == "refused", LineState.REFUSED.value),
        (held.is_not(None), LineState.CONFLICT.value),
        (Line.discarded_at.is_not(None), LineState.DISCARDED.value),
        (Line.told_at < _before(waits, waits.missing_after), LineState.LOST.value),
        (Line.told_at < _before(waits, waits.late_after), LineState.LATE.value),
        else_=LineState.ON_THE_WAY.value,
    )


def _held_as() -> ScalarSelect[Any]:
    """Give how a version with the line's very bytes was judged, if S3 holds one.

    A scalar, because Postgres then looks it up for the few lines that need it, by its index.
    """
    unfit = case((ArrivalRow.outcome == "refused", 1), else_=0)
    return (
        select(ArrivalRow.outcome)
        .where(ArrivalRow.photo_id == Line.photo_id, ArrivalRow.sha256 == Line.sha256)
        .where(ArrivalRow.outcome.not_in(("gone", "parked")))
        .order_by(unfit, ArrivalRow.id)
        .limit(1)
        .correlate(Line)
        .scalar_subquery()
    )


def _before(waits: Waits, seconds: int) -> datetime:
    return waits.at - timedelta(seconds=seconds)
