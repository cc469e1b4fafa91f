"""What a list of returns is narrowed to, and the SQL of that.

The SQL follows from which filters are on and not from their values: a `Shape`, for which statements
are put together once, with the values as parameters.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    false,
    func,
    literal_column,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import aliased

from qcportal import clock
from qcportal.db import db
from qcportal.language import COUNTED
from qcportal.returns.tables import Return, ReturnItem, search_key

FAILED = ("failed", "partially_passed")
LAST = "\U0010ffff"
GATHERED = 2_000
"""Up to so many finds are gathered and sorted; beyond, the list is walked until it met enough."""
WAYS = ("awb", "order_key", "sku_key")
"""What a query may be the beginning of."""
_GIVEN = ("merchant_id", "since", "until", "city", "reason", "executive", "dispute")


@dataclass(frozen=True)
class Shape:
    """The tab that is open, which filters are on, and the database that is asked."""

    tab: str
    on: frozenset[str]
    postgres: bool

    @property
    def gathered(self) -> bool:
        """Tell whether a search finds few enough that these are gathered and sorted."""
        return "query" in self.on and not self.broad

    @property
    def sorted(self) -> bool:
        """Tell whether what is found is sorted, and the list not walked to meet it.

        Orders are numbered one after the other: those that begin alike may all be long ago.
        """
        return self.gathered or self.broad == ("order_key",)

    @property
    def broad(self) -> tuple[str, ...]:
        """Give by which ways a search finds so many that the list is walked to meet them."""
        return tuple(way for way in WAYS if way in self.on)


@dataclass(frozen=True)
class ListFilter:
    """What a list shows; `since` and `until` bound the activity, `missing_after` is in seconds.

    `dispute` is the state of the return's dispute, or `any` for what is or was disputed. `city` is
    as it stands in the return, or with `any_case` in whatever case, for which there is no index.
    A query that is `broad` finds so many returns, by these of WAYS, that they are met by walking
    the list in its order.
    """

    tab: str = "all"
    query: str = ""
    broad: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    city: str = ""
    any_case: bool = False
    reason: str = ""
    executive: str = ""
    dispute: str = ""
    merchant_id: uuid.UUID | None = None
    missing_after: int = 172_800

    @property
    def shape(self) -> Shape:
        """Give what the SQL follows from, in the database of the session."""
        on = {name for name in _GIVEN if getattr(self, name)}
        on |= {"any_case"} if self.any_case else set()
        if self.query.strip():
            on |= {"query", *self.broad}
        on |= {"any_dispute"} if self.dispute == "any" else set()
        postgres = db.session.get_bind().dialect.name == "postgresql"
        return Shape(self.tab, frozenset(on), postgres)

    @property
    def values(self) -> dict[str, Any]:
        """Give the parameters of whatever is selected under the shape."""
        given = {name: getattr(self, name) for name in _GIVEN}
        given["city"] = self.city.lower() if self.any_case else self.city
        given["lost_before"] = clock.now() - timedelta(seconds=self.missing_after)
        return given | _range(self.query)


def conditions(shape: Shape, *, query: bool = True) -> list[ColumnElement[bool]]:
    """Give the conditions of all filters but the tab, or with `query` off but the search too."""
    city: Any = func.lower(Return.city) if "any_case" in shape.on else Return.city
    disputed: Any = Return.dispute_state == bindparam("dispute")
    if "any_dispute" in shape.on:
        disputed = Return.dispute_state != "none"
    parts: dict[str, Any] = {
        "merchant_id": Return.merchant_id == bindparam("merchant_id"),
        "since": Return.activity_at >= bindparam("since"),
        "until": Return.activity_at < bindparam("until"),
        "city": city == bindparam("city"),
        "reason": Return.return_reason == bindparam("reason"),
        "executive": Return.executive_name == bindparam("executive"),
        "dispute": disputed,
    }
    found = [part for name, part in parts.items() if name in shape.on]
    if "query" in shape.on and query:
        own = "merchant_id" in shape.on
        ids = Return.id.in_(union(*_ways(own=own).values()))
        fits = [_column(way) if shape.sorted else _fits(way, own=own) for way in shape.broad]
        found.append(ids if shape.gathered else or_(*fits))
    return found


def tabs() -> Mapping[str, ColumnElement[bool]]:
    """Give the condition of each tab."""
    lost_before: BindParameter[datetime] = bindparam("lost_before")
    coming = Return.photos_coming > literal_column("0")
    given_up = and_(coming, Return.coming_since <= lost_before)
    return {
        "all": Return.id.is_not(None),
        "failed": Return.verdict.in_(FAILED),
        "passed": Return.verdict == "passed",
        "needs_review": Return.verdict == "needs_review",
        "on_the_way": and_(coming, Return.coming_since > lost_before),
        # in a function, as it goes without saying for most that lack something: taken for a second
        # rare thing, planners would look up the items of each
        "missing": and_(lacking(), func.coalesce(or_(Return.photos_absent > 0, given_up), false())),
    }


def lacking() -> ColumnElement[bool]:
    """Ask for returns of which a photo is not here, in the words of the indexes over them.

    With bound numbers the planners would not know that it is these rows.
    """
    zero: ColumnElement[int] = literal_column("0")
    return or_(Return.photos_absent > zero, Return.photos_coming > zero)


def select_found(query: str, merchant_id: uuid.UUID | None = None) -> Any:
    """Select the ids whose AWB, order or SKU begins with the query: each part has its index."""
    given = {**_range(query), "merchant_id": merchant_id}
    return union(*_ways(own=merchant_id is not None).values()).params(given)


def weighed(wanted: ListFilter) -> ListFilter:
    """Look whether a query finds very many, as sorting those would take longer than to meet them.

    A list that is not searched is given back as it is.
    """
    if not wanted.query.strip():
        return wanted
    statement = _select_weight("merchant_id" in wanted.shape.on)
    found = db.session.execute(statement, wanted.values | {"enough": GATHERED + 1}).one()
    many = dict(zip(WAYS, found, strict=True))
    broad = sum(found) > GATHERED
    return replace(wanted, broad=tuple(way for way in WAYS if many[way]) if broad else ())


@cache
def _select_weight(own: bool) -> Any:
    enough: BindParameter[int] = bindparam("enough")
    some = [way.limit(enough).subquery() for way in _ways(own=own).values()]
    return select(*(select(func.count()).select_from(each).scalar_subquery() for each in some))


def select_apart(tab: ColumnElement[bool], shape: Shape) -> Select[Any] | CompoundSelect[Any]:
    """Select what a tab shows of a broad query, by each way what no other way before it finds.

    So each part is met by walking the tab or what is found, whichever is sooner; it ends at
    COUNTED and one.
    """
    own = "merchant_id" in shape.on
    given = [tab, *conditions(shape, query=False)]
    parts: list[Select[Any]] = []
    before: list[ColumnElement[bool]] = []
    for way in shape.broad:
        part = select(Return.id).where(*given, *before)
        if way == "sku_key":
            parts += _with_items(part, own=own)
        else:
            parts.append(part.where(_column(way)))
            before = [*before, ~_column(way)]
    some = [part.limit(COUNTED + 1) for part in parts]
    return some[0] if len(some) == 1 else union_all(*(select(part.subquery()) for part in some))


def _with_items(part: Select[Any], *, own: bool) -> list[Select[Any]]:
    """Join the item by which a query finds a return: its first, or the first of those that fit.

    Two parts, as most items are the only ones of their return: for these no other is looked for.
    """
    earlier = aliased(ReturnItem)
    again = select(earlier.id).where(
        earlier.return_id == ReturnItem.return_id,
        earlier.position < ReturnItem.position,
        _begins(earlier.sku_key),
    )
    mine = [ReturnItem.merchant_id == bindparam("merchant_id")] if own else []
    joined = part.join(ReturnItem, ReturnItem.return_id == Return.id)
    found = joined.where(*mine, _begins(ReturnItem.sku_key))
    zero: ColumnElement[int] = literal_column("0")
    only, further = ReturnItem.position == zero, ReturnItem.position > zero
    return [found.where(only), found.where(further, ~again.exists())]


def _fits(way: str, *, own: bool) -> ColumnElement[bool]:
    """Tell whether one return fits a query, by looking at this return and its items alone.

    A plain EXISTS would make Postgres gather the items of all returns that fit, and a plain range
    walk the carrier's returns for orders that only one merchant has.
    """
    if way != "sku_key":
        return func.coalesce(_column(way), false())
    item = select(ReturnItem.position).where(ReturnItem.return_id == Return.id)
    if own:
        item = item.where(ReturnItem.merchant_id == bindparam("merchant_id"))
    return item.where(_begins(ReturnItem.sku_key)).limit(1).scalar_subquery().is_not(None)


def _column(way: str) -> ColumnElement[bool]:
    return _begins(getattr(Return, way))


def _begins(column: Any) -> ColumnElement[bool]:
    return and_(column >= bindparam("begins"), column < bindparam("ends_before"))


def _ways(*, own: bool) -> dict[str, Any]:
    owners = {"sku_key": (ReturnItem, ReturnItem.return_id)}
    ways = {}
    for name in WAYS:
        table, found = owners.get(name, (Return, Return.id))
        way = select(found).where(_begins(getattr(table, name)))
        ways[name] = way.where(table.merchant_id == bindparam("merchant_id")) if own else way
    return ways


def _range(query: str) -> dict[str, str]:
    key = search_key(query)
    return {"begins": key, "ends_before": key + LAST}
