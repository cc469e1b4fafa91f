"""The list of returns: filters, tabs with counts, keyset pages, counts per day."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy import cast as sqlcast
from sqlalchemy.orm import joinedload, selectinload

from qcportal import clock
from qcportal.db import db
from qcportal.questions import Question
from qcportal.returns.tables import Return, ReturnItem, search_key

TABS = ("all", "failed", "passed", "needs_review", "on_the_way", "missing")
PAGE_SIZE = 25
MOST_OPTIONS = 50
FAILED = ("failed", "partially_passed")
LAST = "\U0010ffff"


@dataclass(frozen=True)
class ListFilter:
    """What a list shows; `since` and `until` bound the activity, `missing_after` is in seconds.

    `dispute` is the state of the return's dispute, or `any` for what is or was disputed.
    """

    tab: str = "all"
    query: str = ""
    since: datetime | None = None
    until: datetime | None = None
    city: str = ""
    reason: str = ""
    executive: str = ""
    dispute: str = ""
    merchant_id: uuid.UUID | None = None
    missing_after: int = 172_800


@dataclass(frozen=True)
class Place:
    """A place in the list: just before or just after one row, never a page number."""

    activity_at: datetime
    id: uuid.UUID
    backwards: bool = False


@dataclass(frozen=True)
class Page:
    """One page of returns, newest activity first, and whether there is more on either side."""

    rows: Sequence[Return]
    has_newer: bool
    has_older: bool


@dataclass(frozen=True)
class Neighbours:
    """The ids of the newer and of the older return beside one in a list."""

    newer: uuid.UUID | None
    older: uuid.UUID | None


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


def get_page(
    wanted: ListFilter, place: Place | None, *, size: int = PAGE_SIZE, items: bool = False
) -> Page:
    """Get one page in one statement (two with `items`); pages cost the same at any depth."""
    parts = (joinedload(Return.merchant), joinedload(Return.lead_picture))
    statement = select_page(wanted, place, size).options(*parts)
    if items:
        statement = statement.options(selectinload(Return.items))
    return cut(db.session.scalars(statement).all(), place, size)


def select_page(wanted: ListFilter, place: Place | None, size: int) -> Select[Return]:
    """Select one page and one return more, which `cut` takes off again."""
    statement = _select(wanted)
    if place is not None:
        statement = statement.where(_beyond(place))
    order = (Return.activity_at, Return.id)
    backwards = place is not None and place.backwards
    keys = order if backwards else tuple(column.desc() for column in order)
    return statement.order_by(*keys).limit(size + 1)


def cut(rows: Sequence[Return], place: Place | None, size: int) -> Page:
    """Make a page of what `select_page` found."""
    more, rows = len(rows) > size, rows[:size]
    if place is not None and place.backwards:
        return Page(rows[::-1], has_newer=more, has_older=True)
    return Page(rows, has_newer=place is not None, has_older=more)


def select_columns(wanted: ListFilter, *columns: Any) -> Select[Any]:
    """Select columns of all that a list shows, in no order."""
    return _select(wanted).with_only_columns(*columns)


def count_tabs(wanted: ListFilter) -> dict[str, int]:
    """Count what each tab would show under the other filters, in one statement."""
    return tabs_question(wanted).ask()


def tabs_question(wanted: ListFilter) -> Question[dict[str, int]]:
    """Give the question that `count_tabs` asks."""
    columns = [
        func.coalesce(func.sum(case((shown, 1), else_=0)), 0).label(tab)
        for tab, shown in _tabs(wanted).items()
    ]
    inner = [*_conditions(wanted)]
    return Question(
        select(*columns).select_from(Return).where(*inner),
        lambda *counts: dict(zip(TABS, map(int, counts), strict=True)),
    )


def neighbours_question(rvp: Return, wanted: ListFilter) -> Question[Neighbours]:
    """Give the question which returns are beside this one in a list."""
    place = Place(rvp.activity_at, rvp.id)
    up = _select(wanted).where(_beyond(replace(place, backwards=True)))
    up = up.order_by(Return.activity_at, Return.id)
    down = _select(wanted).where(_beyond(place))
    down = down.order_by(Return.activity_at.desc(), Return.id.desc())
    sides = [side.with_only_columns(Return.id).limit(1).scalar_subquery() for side in (up, down)]
    return Question(select(*sides), Neighbours)


def survey(merchant_id: uuid.UUID | None, *, days: int, zone: str) -> Survey:
    """Count the last `days` of the zone per day, and what can be filtered by, in one statement."""
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    first = today - timedelta(days=days - 1)
    start = datetime.combine(first, datetime.min.time(), ZoneInfo(zone))
    recent = [Return.activity_at >= start]
    if merchant_id:
        recent.append(Return.merchant_id == merchant_id)
    parts = [_per_day(zone, recent)]
    parts += [_per_value(name, recent) for name in ("city", "return_reason", "executive_name")]
    groups: dict[str, dict[str, tuple[int, ...]]] = defaultdict(dict)
    for kind, name, *counts in db.session.execute(union_all(*parts)):
        groups[kind][str(name)[:300]] = tuple(int(count) for count in counts)
    whole = [first + timedelta(days=step) for step in range(days)]
    none = (0, 0, 0, 0)
    return Survey(
        tuple(DayCount(day, *groups["day"].get(day.isoformat(), none)) for day in whole),
        *(tuple(sorted(groups[name])) for name in ("city", "return_reason", "executive_name")),
    )


def _per_day(zone: str, recent: Sequence[ColumnElement[bool]]) -> Select[Any]:
    counted = (
        Return.checked_at.is_not(None),
        Return.verdict.in_(FAILED),
        Return.photos_coming > 0,
        Return.photos_absent > 0,
    )
    day = _day_of(zone)
    columns: list[Any] = [literal("day"), sqlcast(day, String)]
    columns += [func.sum(case((each, 1), else_=0)) for each in counted]
    return select(*columns).where(*recent).group_by(day)


def _per_value(name: str, recent: Sequence[ColumnElement[bool]]) -> Select[Any]:
    column = getattr(Return, name)
    zero = literal(0)
    inner = (
        select(column, func.count().label("seen"))
        .where(*recent, column.is_not(None), column != "")
        .group_by(column)
        .order_by(func.count().desc(), column)
        .limit(MOST_OPTIONS)
        .subquery()
    )
    return select(literal(name), inner.c[name], inner.c.seen, zero, zero, zero)


def _select(wanted: ListFilter) -> Select[Return]:
    return select(Return).where(_tabs(wanted)[wanted.tab], *_conditions(wanted))


def _conditions(wanted: ListFilter) -> list[ColumnElement[bool]]:
    conditions = _tenant(wanted)
    if wanted.since:
        conditions.append(Return.activity_at >= wanted.since)
    if wanted.until:
        conditions.append(Return.activity_at < wanted.until)
    if wanted.city:
        conditions.append(func.lower(Return.city) == wanted.city.lower())
    if wanted.reason:
        conditions.append(Return.return_reason == wanted.reason)
    if wanted.executive:
        conditions.append(Return.executive_name == wanted.executive)
    if wanted.dispute == "any":
        conditions.append(Return.dispute_state != "none")
    elif wanted.dispute:
        conditions.append(Return.dispute_state == wanted.dispute)
    if wanted.query.strip():
        conditions.append(Return.id.in_(select_found(wanted.query, wanted.merchant_id)))
    return conditions


def _tenant(wanted: ListFilter) -> list[ColumnElement[bool]]:
    return [Return.merchant_id == wanted.merchant_id] if wanted.merchant_id else []


def select_found(query: str, merchant_id: uuid.UUID | None = None) -> Any:
    """Select the ids whose AWB, order or SKU begins with the query: each part has its index."""
    key = search_key(query)
    items = select(ReturnItem.return_id).where(_starts(ReturnItem.sku_key, key))
    by_awb = select(Return.id).where(_starts(Return.awb, key))
    by_order = select(Return.id).where(_starts(Return.order_key, key))
    if merchant_id:
        items = items.where(ReturnItem.merchant_id == merchant_id)
        by_awb = by_awb.where(Return.merchant_id == merchant_id)
        by_order = by_order.where(Return.merchant_id == merchant_id)
    return union(by_awb, by_order, items)


def _starts(column: Any, key: str) -> ColumnElement[bool]:
    return and_(column >= key, column < key + LAST)


def _tabs(wanted: ListFilter) -> dict[str, ColumnElement[bool]]:
    lost_before = clock.now() - timedelta(seconds=wanted.missing_after)
    given_up = and_(Return.photos_coming > 0, Return.coming_since <= lost_before)
    return {
        "all": Return.id.is_not(None),
        "failed": Return.verdict.in_(FAILED),
        "passed": Return.verdict == "passed",
        "needs_review": Return.verdict == "needs_review",
        "on_the_way": and_(Return.photos_coming > 0, Return.coming_since > lost_before),
        "missing": or_(Return.photos_absent > 0, given_up),
    }


def _beyond(place: Place) -> ColumnElement[bool]:
    at, same = Return.activity_at, Return.activity_at == place.activity_at
    if place.backwards:
        return or_(at > place.activity_at, and_(same, Return.id > place.id))
    return or_(at < place.activity_at, and_(same, Return.id < place.id))


def _day_of(zone: str) -> ColumnElement[Any]:
    """Give the calendar day of the activity in a zone (SQLite knows offsets only)."""
    if db.session.get_bind().dialect.name == "postgresql":
        return func.date(func.timezone(zone, Return.activity_at))
    offset = clock.now().astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    seconds = f"{int(offset.total_seconds()):+d} seconds"
    return func.date(cast(Any, Return.activity_at), seconds)
