"""What the last days hold and what a list can be filtered by: for the same cost at any size."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    bindparam,
    case,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy import cast as sqlcast

from qcportal import clock
from qcportal.db import db
from qcportal.language import COUNTED
from qcportal.questions import count_some
from qcportal.returns.filters import FAILED, lacking
from qcportal.returns.tables import Return

LATEST = 500
"""What a list can be filtered by is what occurs in so many of its newest returns."""
MOST_OPTIONS = 50
OPTIONS = ("city", "return_reason", "executive_name")


@dataclass(frozen=True)
class DayCount:
    """What happened on one day in the merchant's zone."""

    day: date
    checked: int
    failed: int
    coming: int
    absent: int


@dataclass(frozen=True)
class Survey:
    """What the last days hold: counts per day, oldest first, and the values one can filter by."""

    days: tuple[DayCount, ...]
    cities: tuple[str, ...]
    reasons: tuple[str, ...]
    executives: tuple[str, ...]


@dataclass(frozen=True)
class Period:
    """So many days of a zone, up to today."""

    days: int
    zone: str

    @property
    def last(self) -> date:
        """Give the date of today."""
        return clock.now().astimezone(ZoneInfo(self.zone)).date()

    @property
    def first(self) -> date:
        """Give the date of the first day."""
        return self.last - timedelta(days=self.days - 1)

    def begins(self, day: date) -> datetime:
        """Give the moment at which a day begins."""
        return datetime.combine(day, datetime.min.time(), ZoneInfo(self.zone))


@dataclass(frozen=True)
class Counted:
    """The days before today, as somebody counted them: a statement that is kept.

    It gives `day`, its date, how many were checked, how many of those failed, 0, 0.
    """

    statement: Select[Any]
    values: Mapping[str, Any]


def survey(merchant_id: uuid.UUID | None, period: Period, counted: Counted) -> Survey:
    """Count a period per day, and what can be filtered by, in one statement.

    Of today no more than COUNTED and one are counted.
    """
    postgres = db.session.get_bind().dialect.name == "postgresql"
    statement = _select_survey(counted.statement, merchant_id is not None, postgres)
    values = {"merchant_id": merchant_id, **counted.values, **_values(period, postgres=postgres)}
    days: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    options: dict[str, list[str]] = defaultdict(list)
    for kind, name, *counts in db.session.execute(statement, values):
        if kind == "day":
            days[str(name)] = [sum(pair) for pair in zip(days[str(name)], counts, strict=True)]
        else:
            options[kind].append(str(name)[:300])
    whole = [period.first + timedelta(days=step) for step in range(period.days)]
    return Survey(
        tuple(DayCount(day, *map(int, days[day.isoformat()])) for day in whole),
        *(tuple(sorted(options[name])) for name in OPTIONS),
    )


def _values(period: Period, *, postgres: bool) -> dict[str, Any]:
    """Give the parameters of a period; SQLite knows offsets in the place of zones."""
    offset = clock.now().astimezone(ZoneInfo(period.zone)).utcoffset() or timedelta()
    return {
        "begins": period.begins(period.first),
        "today": period.last.isoformat(),
        "today_begins": period.begins(period.last),
        "zone": period.zone if postgres else f"{int(offset.total_seconds()):+d} seconds",
    }


@lru_cache(64)
def _select_survey(counted: Select[Any], own: bool, postgres: bool) -> CompoundSelect[Any]:
    mine = [Return.merchant_id == bindparam("merchant_id")] if own else []
    latest = _latest(mine)
    parts: list[Any] = [counted, _today(mine), _outstanding(mine, postgres=postgres)]
    return union_all(*parts, *(_options(latest, name) for name in OPTIONS))


def _today(own: Sequence[ColumnElement[bool]]) -> Any:
    start: BindParameter[datetime] = bindparam("today_begins")
    moved = Return.activity_at >= start  # what was checked today did; over all it has the index
    checked = select(Return.id).where(*(own or [moved]), Return.checked_at >= start)
    failed = checked.where(Return.verdict.in_(FAILED), moved)
    zero, day = literal(0), bindparam("today", type_=String())
    return select(literal("day"), day, count_some(checked), count_some(failed), zero, zero)


def _outstanding(own: Sequence[ColumnElement[bool]], *, postgres: bool) -> Any:
    """Count per day what lacks photos, among the latest that do."""
    some = (
        select(Return.activity_at, Return.photos_coming, Return.photos_absent)
        .where(*own, lacking(), Return.activity_at >= bindparam("begins"))
        .order_by(Return.activity_at.desc(), Return.id.desc())
        .limit(COUNTED)
        .subquery()
    )
    day, zero = _day_of(some.c.activity_at, postgres=postgres), literal(0)
    coming, absent = some.c.photos_coming > 0, some.c.photos_absent > 0
    sums = [func.sum(case((each, 1), else_=0)) for each in (coming, absent)]
    return select(literal("day"), sqlcast(day, String), zero, zero, *sums).group_by(day)


def _latest(own: Sequence[ColumnElement[bool]]) -> CTE:
    columns = [getattr(Return, name) for name in OPTIONS]
    newest = select(*columns).where(*own).order_by(Return.activity_at.desc(), Return.id.desc())
    return newest.limit(LATEST).cte("latest")


def _options(latest: CTE, name: str) -> Any:
    column, zero = latest.c[name], literal(0)
    most = (
        select(column, func.count().label("seen"))
        .where(column.is_not(None), column != "")
        .group_by(column)
        .order_by(func.count().desc(), column)
        .limit(MOST_OPTIONS)
        .subquery()
    )
    return select(literal(name), most.c[name], most.c.seen, zero, zero, zero)


def _day_of(moment: Any, *, postgres: bool) -> ColumnElement[Any]:
    """Give the calendar day of a moment in the zone of the period."""
    zone = bindparam("zone", type_=String())
    return func.date(func.timezone(zone, moment)) if postgres else func.date(moment, zone)
