"""Reading what was counted: sums of days along a dimension, off an index over days."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, literal, select

from qcportal.db import db
from qcportal.reports.tables import MEASURES, ReportDay

MOST = 200


@dataclass(frozen=True)
class Wanted:
    """Which days, both included, and whose: one merchant's, or with None everybody's."""

    since: date
    until: date
    merchant_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Line:
    """What was counted of one value, or of one day; see `ReportDay` for each number."""

    value: str = ""
    label: str = ""
    checked: int = 0
    passed: int = 0
    failed: int = 0
    answers: int = 0
    timed: int = 0
    timed_answers: int = 0
    seconds: int = 0
    photos: int = 0
    retaken: int = 0
    disputed: int = 0
    upheld: int = 0
    partly: int = 0
    declined: int = 0

    @property
    def judged(self) -> int:
        """Count what passed or failed; the rest is undecided."""
        return self.passed + self.failed

    @property
    def settled(self) -> int:
        """Count the disputes that were decided."""
        return self.upheld + self.partly + self.declined

    @property
    def lost(self) -> int:
        """Count the disputes in which the merchant was right, at least in part."""
        return self.upheld + self.partly

    @property
    def per_inspection(self) -> float | None:
        """Give the mean seconds of an inspection, or None where none was timed."""
        return self.seconds / self.timed if self.timed else None

    @property
    def per_check(self) -> float | None:
        """Give the mean seconds of one check, or None where none was timed."""
        return self.seconds / self.timed_answers if self.timed_answers else None


def find_lines(wanted: Wanted, dimension: str, *, most: int = MOST) -> Sequence[Line]:
    """Find the sums along a dimension: most failures first, then what was checked most."""
    sums = _sums()
    statement = (
        select(ReportDay.value, func.max(ReportDay.label), *sums.values())
        .where(*_conditions(wanted, dimension))
        .group_by(ReportDay.value)
        .order_by(sums["failed"].desc(), sums["checked"].desc(), ReportDay.value)
        .limit(most)
    )
    return [_line(row[0], row[1], row[2:]) for row in db.session.execute(statement)]


def find_days(wanted: Wanted) -> dict[date, Line]:
    """Find the sums of each day on which anything was checked."""
    statement = (
        select(ReportDay.day, *_sums().values())
        .where(*_conditions(wanted, "all"))
        .group_by(ReportDay.day)
    )
    return {row[0]: _line(row[0].isoformat(), "", row[1:]) for row in db.session.execute(statement)}


def select_checked(wanted: Wanted) -> Any:
    """Select `day`, its date, what was checked and what of it failed, 0, 0; as a survey adds up."""
    sums, zero = (func.sum(ReportDay.checked), func.sum(ReportDay.failed)), literal(0)
    columns = (literal("day"), cast(ReportDay.day, String), *sums, zero, zero)
    return select(*columns).where(*_conditions(wanted, "all")).group_by(ReportDay.day)


def sum_up(wanted: Wanted) -> Line:
    """Give the sum of all days."""
    statement = select(*_sums().values()).where(*_conditions(wanted, "all"))
    return _line("all", "", db.session.execute(statement).one())


def sum_per_merchant(wanted: Wanted) -> dict[uuid.UUID, Line]:
    """Give the sum of all days of each merchant of which anything was counted."""
    statement = (
        select(ReportDay.merchant_id, *_sums().values())
        .where(*_conditions(wanted, "all"))
        .group_by(ReportDay.merchant_id)
    )
    return {row[0]: _line("all", "", row[1:]) for row in db.session.execute(statement)}


def last_counted(wanted: Wanted) -> datetime | None:
    """Give when the newest of these days was counted; None before anything was."""
    statement = select(func.max(ReportDay.counted_at)).where(*_conditions(wanted, "all"))
    return db.session.scalar(statement)


def _sums() -> dict[str, ColumnElement[int]]:
    return {
        name: func.coalesce(func.sum(getattr(ReportDay, name)), 0).label(f"sum_{name}")
        for name in MEASURES
    }


def _conditions(wanted: Wanted, dimension: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        ReportDay.dimension == dimension,
        ReportDay.day.between(wanted.since, wanted.until),
    ]
    if wanted.merchant_id is not None:
        conditions.append(ReportDay.merchant_id == wanted.merchant_id)
    return conditions


def _line(value: str, label: str | None, counts: Sequence[Any]) -> Line:
    return Line(value, label or value, *(int(count) for count in counts))
