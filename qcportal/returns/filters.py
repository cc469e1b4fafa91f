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
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union,
    union_all,
)

from qcportal import clock
from qcportal.db import db
from qcportal.returns.tables import Return, ReturnItem, search_key

FAILED = ("failed", "partially_passed")
LAST = "\U0010ffff"
GATHERED = 2_000
"""Up to so many finds are gathered and sorted; beyond, the list is walked until it met enough."""
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
        return "query" in self.on and "broad" not in self.on


@dataclass(frozen=True)
class ListFilter:
    """What a list shows; `since` and `until` bound the activity, `missing_after` is in seconds.

    `dispute` is the state of the return's dispute, or `any` for what is or was disputed. `city` is
    as it stands in the return, or with `any_case` in whatever case, for which there is no index.
    A `broad` query finds so many returns that they are met by walking the list in its order.
    """

    tab: str = "all"
    query: str = ""
    broad: bool = False
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
            on |= {"query", "broad"} if self.broad else {"query"}
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


def conditions(shape: Shape) -> list[ColumnElement[bool]]:
    """Give the conditions of all filters but the tab."""
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
    if "query" in shape.on:
        own = "merchant_id" in shape.on
        ids = Return.id.in_(union(*_ways(own=own)))
        found.append(ids if shape.gathered else _fits(own=own))
    return found


def tabs() -> Mapping[str, ColumnElement[bool]]:
    """Give the condition of each tab."""
    lost_before: BindParameter[datetime] = bindparam("lost_before")
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


def lacking() -> ColumnElement[bool]:
    """Ask for returns of which a photo is not here, in the words of the indexes over them.

    With bound numbers the planners would not know that it is these rows.
    """
    zero: ColumnElement[int] = literal_column("0")
    return or_(Return.photos_absent > zero, Return.photos_coming > zero)


def select_found(query: str, merchant_id: uuid.UUID | None = None) -> Any:
    """Select the ids whose AWB, order or SKU begins with the query: each part has its index."""
    given = {**_range(query), "merchant_id": merchant_id}
    return union(*_ways(own=merchant_id is not None)).params(given)


def weighed(wanted: ListFilter) -> ListFilter:
    """Look whether a query finds very many, as sorting those would take longer than to meet them.

    A list that is not searched is given back as it is.
    """
    if not wanted.query.strip():
        return wanted
    statement = _select_weight("merchant_id" in wanted.shape.on)
    many = db.session.scalar(statement, wanted.values | {"enough": GATHERED + 1})
    return replace(wanted, broad=(many or 0) > GATHERED)


@cache
def _select_weight(own: bool) -> Any:
    some = union_all(*_ways(own=own)).limit(bindparam("enough")).subquery()
    return select(func.count()).select_from(some)


def _fits(*, own: bool) -> ColumnElement[bool]:
    """Tell whether one return fits a query."""
    item = select(ReturnItem.id).where(ReturnItem.return_id == Return.id)
    if own:
        item = item.where(ReturnItem.merchant_id == bindparam("merchant_id"))
    fits = item.where(_begins(ReturnItem.sku_key)).exists()
    return or_(_begins(Return.awb), _begins(Return.order_key), fits)


def _begins(column: Any) -> ColumnElement[bool]:
    return and_(column >= bindparam("begins"), column < bindparam("ends_before"))


def _ways(*, own: bool) -> list[Any]:
    ways = (
        (Return.id, Return.merchant_id, Return.awb),
        (Return.id, Return.merchant_id, Return.order_key),
        (ReturnItem.return_id, ReturnItem.merchant_id, ReturnItem.sku_key),
    )
    parts = []
    for found, owner, column in ways:
        way = select(found).where(_begins(column))
        parts.append(way.where(owner == bindparam("merchant_id")) if own else way)
    return parts


def _range(query: str) -> dict[str, str]:
    key = search_key(query)
    return {"begins": key, "ends_before": key + LAST}
