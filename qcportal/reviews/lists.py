"""The list of what needs a look, and of what was decided: filters, counts, keyset pages."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true

from qcportal import clock, returns
from qcportal.db import db
from qcportal.returns import Return
from qcportal.reviews.tables import Review

WAITING = ("waiting", "soon")
DECIDED = ("accepted", "refused")
TABS = (*WAITING, *DECIDED)
WIDER = ("all", "decided")
"""What no tab shows, but a file can hold."""
DECIDERS = ("merchant", "default", "admin")
DEFAULTS = ("pass", "fail", "none")
SOON = timedelta(hours=1)
PAGE_SIZE, MOST_REASONS = 20, 50
RECENT = timedelta(days=30)
NO_CLOCK = datetime(9999, 12, 31, tzinfo=UTC)
"""Where in the list stands what can be decided for as long as it takes."""


@dataclass(frozen=True)
class ListFilter:
    """What the list shows; a tab is one of `TABS`, or of `WIDER`.

    `query` is the start of an AWB, order or SKU, `default` what holds once time has ended (`none`
    where it never does), `reason` why the customer sent it back, `by` who decided, if anybody did.
    """

    tab: str = "waiting"
    query: str = ""
    default: str = ""
    reason: str = ""
    by: str = ""
    merchant_id: uuid.UUID | None = None

    @property
    def waits(self) -> bool:
        """Tell whether the list shows what nobody decided yet."""
        return self.tab in WAITING


@dataclass(frozen=True)
class Place:
    """A place in the list, just after one review: its sorting moment and its id."""

    at: datetime
    id: uuid.UUID


@dataclass(frozen=True)
class Page:
    """One page of reviews, and the place to go on from, if there is more."""

    rows: Sequence[Review]
    next: Place | None


def get_page(wanted: ListFilter, place: Place | None = None, *, size: int = PAGE_SIZE) -> Page:
    """Get one page in one statement, at the same cost at any depth.

    What waits comes by the time that is left, without a clock last; what was decided, latest first.
    """
    statement = select(Review).where(*_conditions(wanted), _tab(wanted.tab))
    if place is not None:
        statement = statement.where(_beyond(place, wanted))
    if wanted.waits:
        statement = statement.order_by(Review.decide_by.asc().nulls_last(), Review.id)
    else:
        statement = statement.order_by(Review.decided_at.desc(), Review.id.desc())
    rows = list(db.session.scalars(statement.limit(size + 1)))
    more, rows = len(rows) > size, rows[:size]
    return Page(rows, _place_of(rows[-1], wanted) if more else None)


def select_columns(wanted: ListFilter, *columns: Any) -> Select[Any]:
    """Select columns of all that the list shows, in no order."""
    return select(*columns).select_from(Review).where(*_conditions(wanted), _tab(wanted.tab))


def count_tabs(wanted: ListFilter) -> dict[str, int]:
    """Count what each tab would show under the other filters, in one statement."""
    counted = [func.coalesce(func.sum(case((_tab(tab), 1), else_=0)), 0) for tab in TABS]
    inner = _conditions(replace(wanted, tab="all"))
    row = db.session.execute(select(*counted).select_from(Review).where(*inner)).one()
    return {tab: int(count) for tab, count in zip(TABS, row, strict=True)}


def find_reasons(merchant_id: uuid.UUID | None) -> tuple[str, ...]:
    """Find why customers sent back what waits or was decided lately, in one statement."""
    recent = or_(Review.decided_at.is_(None), Review.decided_at >= clock.now() - RECENT)
    inner = select(Review.return_id).where(recent, *_owned(merchant_id))
    reasons = (
        select(Return.return_reason)
        .where(Return.id.in_(inner), Return.return_reason.is_not(None), Return.return_reason != "")
        .distinct()
        .order_by(Return.return_reason)
        .limit(MOST_REASONS)
    )
    return tuple(str(reason) for reason in db.session.scalars(reasons))


def find_settled(ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Find which of these reviews are decided."""
    settled = select(Review.id).where(Review.id.in_(ids), Review.decided_at.is_not(None))
    return set(db.session.scalars(settled)) if ids else set()


def _conditions(wanted: ListFilter) -> list[ColumnElement[bool]]:
    """Give what all tabs have in common; who decided says nothing of what waits."""
    conditions = _owned(wanted.merchant_id)
    if wanted.default == "none":
        conditions.append(Review.default_verdict.is_(None))
    elif wanted.default:
        conditions.append(Review.default_verdict == wanted.default)
    if wanted.by:
        conditions.append(or_(Review.decided_at.is_(None), Review.decided_by == wanted.by))
    if wanted.reason:
        sent_back = select(Return.id).where(Return.return_reason == wanted.reason)
        conditions.append(Review.return_id.in_(sent_back))
    if wanted.query.strip():
        conditions.append(
            Review.return_id.in_(returns.select_found(wanted.query, wanted.merchant_id))
        )
    return conditions


def _owned(merchant_id: uuid.UUID | None) -> list[ColumnElement[bool]]:
    return [Review.merchant_id == merchant_id] if merchant_id else []


def _tab(tab: str) -> ColumnElement[bool]:
    waits = Review.decided_at.is_(None)
    tabs: dict[str, ColumnElement[bool]] = {
        "all": true(),
        "waiting": waits,
        "soon": and_(waits, Review.decide_by <= clock.now() + SOON),
        "decided": Review.decided_at.is_not(None),
        "accepted": Review.decision == "accept",
        "refused": Review.decision == "refuse",
    }
    return tabs[tab]


def _place_of(review: Review, wanted: ListFilter) -> Place:
    moment = review.decide_by if wanted.waits else review.decided_at
    return Place(moment or NO_CLOCK, review.id)


def _beyond(place: Place, wanted: ListFilter) -> ColumnElement[bool]:
    if not wanted.waits:
        at, same = Review.decided_at, Review.decided_at == place.at
        return or_(at < place.at, and_(same, Review.id < place.id))
    endless = Review.decide_by.is_(None)
    if place.at >= NO_CLOCK:
        return and_(endless, Review.id > place.id)
    same = Review.decide_by == place.at
    return or_(Review.decide_by > place.at, and_(same, Review.id > place.id), endless)
