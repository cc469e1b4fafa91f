"""The list of returns: keyset pages, tabs with counts, and what is beside a return in it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import joinedload, selectinload

from qcportal.db import db
from qcportal.questions import Question, count_some
from qcportal.returns.filters import FAILED as FAILED
from qcportal.returns.filters import ListFilter, Shape, conditions, select_apart, tabs
from qcportal.returns.tables import Return

TABS = ("all", "failed", "passed", "needs_review", "on_the_way", "missing")
PAGE_SIZE = 25
SHAPES = 512
"""So many statements of each sort are kept, of the countless that filters could ask for."""

Direction = Literal["first", "newer", "older"]


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
    statement = select_page(wanted.shape, direction_of(place)).options(*parts)
    if items:
        statement = statement.options(selectinload(Return.items))
    return cut(db.session.scalars(statement, page_values(wanted, place, size)).all(), place, size)


def select_page(shape: Shape, direction: Direction) -> Select[Return]:
    """Select one page and one return more, which `cut` takes off; it asks for `page_values`."""
    statement = _select(shape)
    if direction != "first":
        statement = statement.where(_beyond(direction))
    return statement.order_by(*_order(shape, direction)).limit(bindparam("most"))


def page_values(wanted: ListFilter, place: Place | None, size: int) -> dict[str, Any]:
    """Give the parameters of a page."""
    at = (place.activity_at, place.id) if place else (None, None)
    return wanted.values | {"place_at": at[0], "place_id": at[1], "most": size + 1}


def direction_of(place: Place | None) -> Direction:
    """Tell which way a page goes on from its place."""
    if place is None:
        return "first"
    return "newer" if place.backwards else "older"


def cut(rows: Sequence[Return], place: Place | None, size: int) -> Page:
    """Make a page of what `select_page` found."""
    more, rows = len(rows) > size, rows[:size]
    if place is not None and place.backwards:
        return Page(rows[::-1], has_newer=more, has_older=True)
    return Page(rows, has_newer=place is not None, has_older=more)


def select_columns(wanted: ListFilter, *columns: Any) -> Select[Any]:
    """Select columns of all that a list shows, in no order."""
    return _select(wanted.shape).with_only_columns(*columns).params(wanted.values)


def count_tabs(wanted: ListFilter) -> dict[str, int]:
    """Count what each tab would show under the other filters, in one statement."""
    return tabs_question(wanted).ask()


def tabs_question(wanted: ListFilter) -> Question[dict[str, int]]:
    """Give the question that `count_tabs` asks; no tab is counted beyond COUNTED and one."""
    return Question(_select_counts(wanted.shape), _read_counts, wanted.values)


def _read_counts(*counts: Any) -> dict[str, int]:
    return dict(zip(TABS, map(int, counts), strict=True))


@lru_cache(SHAPES)
def _select_counts(shape: Shape) -> Select[Any]:
    inner = conditions(shape)
    if shape.gathered:
        return _counting_found(inner)
    found = {
        tab: select_apart(each, shape) if shape.broad else select(Return.id).where(each, *inner)
        for tab, each in tabs().items()
    }
    columns: list[Any] = [count_some(each).label(tab) for tab, each in found.items()]
    return select(*columns)


def _counting_found(inner: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Count with one look at what a query found, as its parts cannot be counted one by one."""
    sums = [func.coalesce(func.sum(case((each, 1), else_=0)), 0) for each in tabs().values()]
    return select(*sums).select_from(Return).where(*inner)


def neighbours_question(rvp: Return, wanted: ListFilter) -> Question[Neighbours]:
    """Give the question which returns are beside this one in a list."""
    place = {"place_at": rvp.activity_at, "place_id": rvp.id}
    return Question(_select_neighbours(wanted.shape), Neighbours, wanted.values | place)


@lru_cache(SHAPES)
def _select_neighbours(shape: Shape) -> Select[Any]:
    directions: tuple[Direction, ...] = ("newer", "older")
    sides = [
        _select(shape).where(_beyond(each)).order_by(*_order(shape, each)) for each in directions
    ]
    columns: list[Any] = [
        side.with_only_columns(Return.id).limit(1).scalar_subquery() for side in sides
    ]
    return select(*columns)


def _select(shape: Shape) -> Select[Return]:
    return select(Return).where(tabs()[shape.tab], *conditions(shape))


def _order(shape: Shape, direction: Direction) -> list[ColumnElement[Any]]:
    """Order by activity: newest first, or the other way round to go towards what is newer.

    What a query gathered is sorted: walking all returns in their order to meet it would end late.
    """
    moment: Any = Return.activity_at
    if shape.sorted:
        greatest = func.greatest if shape.postgres else func.max
        moment = greatest(moment, moment)  # no index is in this order
    keys: tuple[Any, ...] = (moment, Return.id)
    return list(keys) if direction == "newer" else [key.desc() for key in keys]


def _beyond(direction: Direction) -> ColumnElement[bool]:
    at: BindParameter[datetime] = bindparam("place_at")
    last: BindParameter[uuid.UUID] = bindparam("place_id")
    same = Return.activity_at == at
    if direction == "newer":
        beyond = or_(Return.activity_at > at, and_(same, Return.id > last))
        return and_(Return.activity_at >= at, beyond)
    beyond = or_(Return.activity_at < at, and_(same, Return.id < last))
    return and_(Return.activity_at <= at, beyond)  # a range of an index, which the rest is not
