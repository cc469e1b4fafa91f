"""The list of returns: filters, tabs with counts, keyset pages, counts per day."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
    union,
)
from sqlalchemy.orm import joinedload, selectinload

from qcportal import clock
from qcportal.db import db
from qcportal.questions import Question, count_some
from qcportal.returns.tables import Return, ReturnItem, search_key

TABS = ("all", "failed", "passed", "needs_review", "on_the_way", "missing")
PAGE_SIZE = 25
MOST_OPTIONS = 50
FAILED = ("failed", "partially_passed")
LAST = "\U0010ffff"


@dataclass(frozen=True)
class ListFilter:
    """What a list shows; `since` and `until` bound the activity, `missing_after` is in seconds.

    `dispute` is the state of the return's dispute, or `any` for what is or was disputed. `city` is
    as it stands in the return, or with `any_case` in whatever case, for which there is no index.
    """

    tab: str = "all"
    query: str = ""
    since: datetime | None = None
    until: datetime | None = None
    city: str = ""
    any_case: bool = False
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
    backwards = place is not None and place.backwards
    return statement.order_by(*_order(wanted, backwards=backwards)).limit(size + 1)


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
    """Give the question that `count_tabs` asks; no tab is counted beyond COUNTED and one."""
    inner, shown = _conditions(wanted), _tabs(wanted)
    if wanted.query.strip():
        return _counting_found(shown, inner)
    columns = [
        count_some(select(Return.id).where(each, *inner)).label(tab) for tab, each in shown.items()
    ]
    return Question(select(*columns), lambda *counts: dict(zip(TABS, counts, strict=True)))


def _counting_found(
    shown: Mapping[str, ColumnElement[bool]], inner: Sequence[ColumnElement[bool]]
) -> Question[dict[str, int]]:
    """Ask with one look at what a query found, as its parts cannot be counted one by one."""
    sums = [func.coalesce(func.sum(case((each, 1), else_=0)), 0) for each in shown.values()]
    statement = select(*sums).select_from(Return).where(*inner)
    return Question(statement, lambda *counts: dict(zip(TABS, map(int, counts), strict=True)))


def neighbours_question(rvp: Return, wanted: ListFilter) -> Question[Neighbours]:
    """Give the question which returns are beside this one in a list."""
    place = Place(rvp.activity_at, rvp.id)
    up = _select(wanted).where(_beyond(replace(place, backwards=True)))
    up = up.order_by(*_order(wanted, backwards=True))
    down = _select(wanted).where(_beyond(place))
    down = down.order_by(*_order(wanted, backwards=False))
    sides = [side.with_only_columns(Return.id).limit(1).scalar_subquery() for side in (up, down)]
    return Question(select(*sides), Neighbours)


def _select(wanted: ListFilter) -> Select[Return]:
    return select(Return).where(_tabs(wanted)[wanted.tab], *_conditions(wanted))


def _conditions(wanted: ListFilter) -> list[ColumnElement[bool]]:
    conditions = _tenant(wanted)
    if wanted.since:
        conditions.append(Return.activity_at >= wanted.since)
    if wanted.until:
        conditions.append(Return.activity_at < wanted.until)
    if wanted.city:
        loose = func.lower(Return.city) == wanted.city.lower()
        conditions.append(loose if wanted.any_case else Return.city == wanted.city)
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
    ways = (
        (Return.id, Return.merchant_id, Return.awb),
        (Return.id, Return.merchant_id, Return.order_key),
        (ReturnItem.return_id, ReturnItem.merchant_id, ReturnItem.sku_key),
    )
    parts = []
    for found, owner, column in ways:
        way = select(found).where(_starts(column, key))
        parts.append(way.where(owner == merchant_id) if merchant_id else way)
    return union(*parts)


def _starts(column: Any, key: str) -> ColumnElement[bool]:
    return and_(column >= key, column < key + LAST)


def _tabs(wanted: ListFilter) -> dict[str, ColumnElement[bool]]:
    lost_before = clock.now() - timedelta(seconds=wanted.missing_after)
    coming = and_(lacking(), Return.photos_coming > 0)
    given_up = and_(Return.photos_coming > 0, Return.coming_since <= lost_before)
    return {
        "all": Return.id.is_not(None),
        "failed": Return.verdict.in_(FAILED),
        "passed": Return.verdict == "passed",
        "needs_review": Return.verdict == "needs_review",
        "on_the_way": and_(coming, Return.coming_since > lost_before),
        "missing": and_(lacking(), or_(Return.photos_absent > 0, given_up)),
    }


def _order(wanted: ListFilter, *, backwards: bool) -> list[ColumnElement[Any]]:
    """Order by activity: newest first, or `backwards`.

    What a query found is sorted: walking all returns in their order to meet it would end late.
    """
    moment: Any = Return.activity_at
    if wanted.query.strip():
        postgres = db.session.get_bind().dialect.name == "postgresql"
        greatest = func.greatest if postgres else func.max
        moment = greatest(moment, moment)  # no index is in this order
    keys: tuple[Any, ...] = (moment, Return.id)
    return list(keys) if backwards else [key.desc() for key in keys]


def lacking() -> ColumnElement[bool]:
    """Ask for returns of which a photo is not here, in the words of the indexes over them.

    With bound numbers the planners would not know that it is these rows.
    """
    zero: ColumnElement[int] = literal_column("0")
    return or_(Return.photos_absent > zero, Return.photos_coming > zero)


def _beyond(place: Place) -> ColumnElement[bool]:
    at, same = Return.activity_at, Return.activity_at == place.activity_at
    if place.backwards:
        beyond = or_(at > place.activity_at, and_(same, Return.id > place.id))
        return and_(at >= place.activity_at, beyond)
    beyond = or_(at < place.activity_at, and_(same, Return.id < place.id))
    return and_(at <= place.activity_at, beyond)  # a range of an index, which the rest is not
