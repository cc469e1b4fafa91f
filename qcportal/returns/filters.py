"""What a list of returns is narrowed to, and the SQL of that.

The SQL follows from which filters are on and not from their values: a `Shape`, for which statements
are put together once, with the values as parameters.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
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
)

from qcportal import clock
from qcportal.db import db
from qcportal.returns.tables import Return, ReturnItem, search_key

FAILED = ("failed", "partially_passed")
LAST = "\U0010ffff"
_GIVEN = ("merchant_id", "since", "until", "city", "reason", "executive", "dispute")


@dataclass(frozen=True)
class Shape:
    """The tab that is open, which filters are on, and the database that is asked."""

    tab: str
    on: frozenset[str]
    postgres: bool

    @property
    def searched(self) -> bool:
        """Tell whether something is searched for."""
        return "query" in self.on


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

    @property
    def shape(self) -> Shape:
        """Give what the SQL follows from, in the database of the session."""
        on = {name for name in _GIVEN if getattr(self, name)}
        on |= {"any_case"} if self.any_case else set()
        on |= {"query"} if self.query.strip() else set()
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
    if shape.searched:
        found.append(Return.id.in_(_found(own="merchant_id" in shape.on)))
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
    return _found(own=merchant_id is not None).params(given)


def _found(*, own: bool) -> Any:
    ways = (
        (Return.id, Return.merchant_id, Return.awb),
        (Return.id, Return.merchant_id, Return.order_key),
        (ReturnItem.return_id, ReturnItem.merchant_id, ReturnItem.sku_key),
    )
    parts = []
    for found, owner, column in ways:
        begins = and_(column >= bindparam("begins"), column < bindparam("ends_before"))
        way = select(found).where(begins)
        parts.append(way.where(owner == bindparam("merchant_id")) if own else way)
    return union(*parts)


def _range(query: str) -> dict[str, str]:
    key = search_key(query)
    return {"begins": key, "ends_before": key + LAST}
