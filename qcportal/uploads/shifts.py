"""Loss, by executive and day: what phones captured minus what is verified, counted per shift."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, delete, func, insert, or_, select

from qcportal import clock, manifests
from qcportal.db import db
from qcportal.devices import FieldExecutive, RunSheet
from qcportal.manifests import Period, Waits
from qcportal.uploads.standing import Patience
from qcportal.uploads.tables import UploadShift

NUMBERS = ("captured", "discarded", "verified", "held", "waiting", "lost", "unreadable")


@dataclass(frozen=True)
class Loss:
    """What was captured and what became of it, over shifts; `open_shifts` never told all."""

    captured: int = 0
    discarded: int = 0
    verified: int = 0
    held: int = 0
    waiting: int = 0
    lost: int = 0
    unreadable: int = 0
    shifts: int = 0
    open_shifts: int = 0

    @property
    def owed(self) -> int:
        """Count what should be here."""
        return self.captured - self.discarded

    @property
    def unverified(self) -> int:
        """Count what is owed and not verified: captured minus verified."""
        return self.owed - self.verified


@dataclass(frozen=True)
class ShiftLoss:
    """One shift with whose it is."""

    shift: UploadShift
    executive: str
    hub: str


def waits(patience: Patience) -> Waits:
    """Give the waits at this moment, as manifests want them."""
    return Waits(clock.now(), patience.late_after, patience.missing_after)


def count_shifts(day: date, patience: Patience) -> list[dict[str, Any]]:
    """Count every shift of a day from its manifests; gives one row per shift that was worked."""
    counts = manifests.count_by_shift(Period(day, day), waits(patience))
    owners = select(RunSheet.id, RunSheet.executive_id).where(RunSheet.day == day)
    whose = {row.id: row.executive_id for row in db.session.execute(owners)}
    return [
        {
            "run_sheet_id": sheet,
            "day": day,
            "executive_id": whose[sheet],
            "captured": count.captured,
            "discarded": count.discarded,
            "verified": count.verified,
            "held": count.stored + count.conflict + count.refused,
            "waiting": count.on_the_way + count.late,
            "lost": count.lost,
            "unreadable": count.unreadable,
            "unclaimed": count.unclaimed,
            "closed": count.unclosed == 0,
        }
        for sheet, count in counts.items()
        if sheet in whose
    ]


def replace_shifts(day: date, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put what was counted in the place of what was kept of a day."""
    gone = delete(UploadShift).where(UploadShift.day == day)
    db.session.execute(gone.execution_options(synchronize_session=False))
    if rows:
        db.session.execute(insert(UploadShift), [dict(row) for row in rows])


def sum_loss(first: date, last: date) -> Loss:
    """Add up all shifts of these days, in one statement."""
    sums = [func.coalesce(func.sum(getattr(UploadShift, name)), 0) for name in NUMBERS]
    unclosed = func.coalesce(func.sum(case((UploadShift.closed, 0), else_=1)), 0)
    row = db.session.execute(
        select(*sums, func.count(), unclosed).where(UploadShift.day.between(first, last))
    ).one()
    return Loss(*(int(number) for number in row))


def find_worst(first: date, last: date, *, most: int) -> list[ShiftLoss]:
    """Find the shifts of these days that lack something, the worst first, in one statement.

    A shift that was never closed lacks the word that all was told.
    """
    lacking = UploadShift.captured - UploadShift.discarded - UploadShift.verified
    statement = (
        _select_shifts()
        .where(UploadShift.day.between(first, last))
        .where(or_(lacking > 0, UploadShift.unreadable > 0, UploadShift.closed.is_(False)))
        .order_by(UploadShift.lost.desc(), lacking.desc(), UploadShift.day.desc())
        .order_by(UploadShift.run_sheet_id)
        .limit(most)
    )
    return [ShiftLoss(*row) for row in db.session.execute(statement)]


def find_shifts_of(executive_id: uuid.UUID, *, most: int) -> list[ShiftLoss]:
    """Find the latest counted shifts of one executive, newest first."""
    mine = _select_shifts().where(UploadShift.executive_id == executive_id)
    rows = db.session.execute(mine.order_by(UploadShift.day.desc()).limit(most))
    return [ShiftLoss(*row) for row in rows]


def _select_shifts() -> Any:
    columns = (UploadShift, FieldExecutive.name, FieldExecutive.hub)
    return select(*columns).join(FieldExecutive, FieldExecutive.id == UploadShift.executive_id)
