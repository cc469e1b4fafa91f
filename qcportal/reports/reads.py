"""Reading what was counted: sums of days along a dimension, off an index over days."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, literal_column, or_, select

from qcportal import tenancy
from qcportal.db import db
from qcportal.reports.tables import ALONG, DAY, MEASURES, WEEK, CarrierDay, ReportDay

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
    days = _days(wanted)
    sums = _sums(days, ALONG.get(dimension, MEASURES))
    statement = (
        select(days.value, func.max(days.label), *sums.values())
        .where(*_conditions(wanted, dimension, weeks=True))
        .group_by(days.value)
        .order_by(sums["failed"].desc(), sums["checked"].desc(), days.value)
        .limit(most)
    )
    return [_line(row[0], row[1], row[2:]) for row in db.session.execute(statement)]


def find_days(wanted: Wanted) -> dict[date, Line]:
    """Find the sums of each day on which anything was checked."""
    days = _days(wanted)
    statement = (
        select(days.day, *_sums(days).values())
        .where(*_conditions(wanted, "all"))
        .group_by(days.day)
    )
    return {row[0]: _line(row[0].isoformat(), "", row[1:]) for row in db.session.execute(statement)}


def select_checked(wanted: Wanted) -> Any:
    """Select `day`, its date, what was checked and what of it failed, 0, 0; as a survey adds up."""
    days, zero = _days(wanted), literal(0)
    sums = (func.sum(days.checked), func.sum(days.failed))
    columns = (literal("day"), cast(days.day, String), *sums, zero, zero)
    return select(*columns).where(*_conditions(wanted, "all")).group_by(days.day)


def sum_up(wanted: Wanted) -> Line:
    """Give the sum of all days."""
    whole = _conditions(wanted, "all", weeks=True)
    statement = select(*_sums(_days(wanted)).values()).where(*whole)
    return _line("all", "", db.session.execute(statement).one())


def sum_per_merchant(wanted: Wanted) -> dict[uuid.UUID, Line]:
    """Give the sum of all days of each merchant of which anything was counted."""
    whole = ReportDay.dimension == literal_column("'all'")  # in the words of the index over these
    statement = (
        select(ReportDay.merchant_id, *_sums(ReportDay).values())
        .where(whole, ReportDay.day.between(wanted.since, wanted.until))
        .group_by(ReportDay.merchant_id)
    )
    return {row[0]: _line("all", "", row[1:]) for row in db.session.execute(statement)}


def last_counted(wanted: Wanted) -> datetime | None:
    """Give when the newest of these days was counted; None before anything was."""
    last = func.max(_days(wanted).counted_at)
    return db.session.scalar(select(last).where(*_conditions(wanted, "all")))


def _days(wanted: Wanted) -> type[ReportDay] | type[CarrierDay]:
    """Give the table to read: the carrier's own for everybody's days, where that is seen."""
    scope = tenancy.current()
    narrowed = wanted.merchant_id is not None or (scope is not None and scope.merchant_id)
    return ReportDay if narrowed else CarrierDay


def _sums(
    days: type[ReportDay] | type[CarrierDay], counted: Sequence[str] = MEASURES
) -> dict[str, ColumnElement[int]]:
    """Sum what is counted; the rest, of which every row says 0, is not even read."""
    return {
        name: _sum(getattr(days, name) if name in counted else None).label(f"sum_{name}")
        for name in MEASURES
    }


def _sum(column: Any) -> ColumnElement[int]:
    return literal(0) if column is None else func.coalesce(func.sum(column), 0)


def _conditions(
    wanted: Wanted, dimension: str, *, weeks: bool = False
) -> list[ColumnElement[bool]]:
    """Ask for the rows of a dimension; with `weeks` whole weeks may stand for their days."""
    days = _days(wanted)
    if days is CarrierDay:
        return [CarrierDay.dimension == dimension, _carrier_period(wanted, weeks=weeks)]
    conditions: list[ColumnElement[bool]] = [
        ReportDay.dimension == dimension,
        ReportDay.day.between(wanted.since, wanted.until),
    ]
    if wanted.merchant_id is not None:
        conditions.append(ReportDay.merchant_id == wanted.merchant_id)
    return conditions


def _carrier_period(wanted: Wanted, *, weeks: bool) -> ColumnElement[bool]:
    """Ask for the whole weeks inside a period, and for the days before and after them."""
    day, daily = CarrierDay.day, CarrierDay.days == DAY
    if not weeks:
        return and_(daily, day.between(wanted.since, wanted.until))
    first = wanted.since + timedelta(days=-wanted.since.weekday() % WEEK)
    end = wanted.until + timedelta(days=1)
    end -= timedelta(days=end.weekday())
    if first >= end:
        return and_(daily, day.between(wanted.since, wanted.until))
    return or_(
        and_(CarrierDay.days == WEEK, day >= first, day < end),
        and_(daily, day >= wanted.since, day < first),
        and_(daily, day >= end, day <= wanted.until),
    )


def _line(value: str, label: str | None, counts: Sequence[Any]) -> Line:
    return Line(value, label or value, *(int(count) for count in counts))
