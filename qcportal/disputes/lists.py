"""Lists of disputes: the merchant's, latest first, and the admins' queue, late first."""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    false,
    or_,
    select,
    true,
)
from sqlalchemy.orm import joinedload, raiseload

from qcportal import clock, returns
from qcportal.db import db
from qcportal.disputes.case import Case, case_of
from qcportal.disputes.machine import State
from qcportal.disputes.people import Person
from qcportal.disputes.tables import Dispute
from qcportal.questions import Question, count_some
from qcportal.returns import Return

T = TypeVar("T")
PAGE_SIZE = 25
NUMBER = re.compile(r"[dD][-\s]?([0-9]{1,9})")
S = State
TABS: dict[str, tuple[State, ...]] = {
    "all": tuple(State),
    "draft": (S.DRAFT,),
    "question": (S.INFO_REQUESTED,),
    "in_review": (S.OPEN, S.UNDER_REVIEW, S.SECOND_LOOK, S.DECIDING, S.APPEALED),
    "decided": (S.APPROVED, S.PARTIALLY_APPROVED, S.REJECTED, S.FINAL, S.CLOSED),
    "withdrawn": (S.WITHDRAWN,),
}
"""The tabs of the merchant's list; beside them `late` shows what the carrier owes an answer."""
QUEUES = ("mine", "unassigned", "all")
SHOWN_AS: dict[str, tuple[str, ...]] = {
    state.value: (state.value,) for state in State if state not in (S.SECOND_LOOK, S.DECIDING)
} | {"under_review": ("under_review", "second_look", "deciding")}


@dataclass(frozen=True)
class ListFilter:
    """What the merchant's list shows; `state` is one that merchants see.

    `query` is the start of a return's AWB, order or SKU, or the number of a dispute.
    """

    tab: str = "all"
    query: str = ""
    late: bool = False
    state: str = ""
    kind: str = ""
    category: str = ""
    return_id: uuid.UUID | None = None
    merchant_id: uuid.UUID | None = None


@dataclass(frozen=True)
class QueueFilter:
    """What the admins' queue shows: whose, of which merchant, which kind; late ones alone."""

    whose: str = "all"
    late: bool = False
    merchant_id: uuid.UUID | None = None
    kind: str = ""
    category: str = ""
    level: int | None = None


@dataclass(frozen=True)
class Place:
    """A place in a list, just after one row: its sorting moment and its id."""

    at: datetime
    id: uuid.UUID


@dataclass(frozen=True)
class Page:
    """One page of disputes, and the place to go on from, if there is more."""

    rows: Sequence[Case]
    next: Place | None


@dataclass(frozen=True)
class QueueCounts:
    """How many disputes wait for the carrier under the other filters, and how many are late."""

    mine: int
    unassigned: int
    all: int
    late: int


def get_page(
    wanted: ListFilter, place: Place | None = None, *, by: Person, size: int = PAGE_SIZE
) -> Page:
    """Get one page, latest activity first, in one statement; the same cost at any depth."""
    statement = _loaded().where(*_conditions(wanted))
    if place is not None:
        earlier = Dispute.activity_at < place.at
        tied = and_(Dispute.activity_at == place.at, Dispute.id < place.id)
        statement = statement.where(Dispute.activity_at <= place.at, or_(earlier, tied))
    statement = statement.order_by(Dispute.activity_at.desc(), Dispute.id.desc())
    return _page(statement, by, size, "activity_at")


def get_queue(
    wanted: QueueFilter, place: Place | None = None, *, by: Person, size: int = PAGE_SIZE
) -> Page:
    """Get what waits for the carrier by the time that is left, late first, in one statement."""
    statement = _loaded().where(*queued(wanted, by))
    if place is not None:
        statement = statement.where(later(place))
    statement = statement.order_by(Dispute.decide_by, Dispute.id)
    return _page(statement, by, size, "decide_by")


def select_columns(wanted: ListFilter, *columns: Any) -> Select[Any]:
    """Select columns of all that a merchant's list shows, in no order."""
    return select(*columns).select_from(Dispute).where(*_conditions(wanted))


def count_tabs(wanted: ListFilter) -> dict[str, int]:
    """Count what each tab would show under the other filters, and `late`, in one statement."""
    return tabs_question(wanted).ask()


def tabs_question(wanted: ListFilter) -> Question[dict[str, int]]:
    """Give the question that `count_tabs` asks."""
    anywhere = replace(wanted, tab="all", state="", late=False, return_id=None)
    parts: dict[str, Any] = {
        name: Dispute.state.in_(_values(states)) for name, states in TABS.items()
    }
    parts["late"] = _late(clock.now())
    return _counting(parts, _conditions(anywhere), dict)


def count_queue(wanted: QueueFilter, *, by: Person) -> QueueCounts:
    """Count what waits for the carrier: this admin's, nobody's, all, late; in one statement."""
    return queue_question(wanted, by=by).ask()


def queue_question(wanted: QueueFilter, *, by: Person) -> Question[QueueCounts]:
    """Give the question that `count_queue` asks."""
    shared = QueueFilter("all", False, wanted.merchant_id, wanted.kind, wanted.category)
    parts: dict[str, Any] = {name: _whose(name, by) for name in QUEUES}
    parts["late"] = _late(clock.now())
    return _counting(parts, queued(shared, by), QueueCounts)


def pressing_question() -> Question[int]:
    """Give the question how much a merchant's people should look at: questions, and the overdue.

    No dispute is both, and each has its index.
    """
    return Question(_select_pressing(), int, {"late_at": clock.now()})


@cache
def _select_pressing() -> Select[Any]:
    asked = select(Dispute.id).where(Dispute.state == S.INFO_REQUESTED.value)
    late = select(Dispute.id).where(_late(bindparam("late_at")))
    return select(count_some(asked) + count_some(late))


def loaded() -> Select[Any]:
    """Select disputes with their return and merchant, so that nothing is queried later."""
    return _loaded()


def _loaded() -> Select[Any]:
    rvp = joinedload(Dispute.rvp)
    return select(Dispute).options(
        rvp, rvp.joinedload(Return.lead_picture), joinedload(Dispute.merchant), raiseload("*")
    )


def later(place: Place) -> ColumnElement[bool]:
    """Give what comes after a place of the queue."""
    tied = and_(Dispute.decide_by == place.at, Dispute.id > place.id)
    return and_(Dispute.decide_by >= place.at, or_(Dispute.decide_by > place.at, tied))


def _page(statement: Select[Any], by: Person, size: int, sorted_by: str) -> Page:
    rows = list(db.session.scalars(statement.limit(size + 1)).unique())
    more, rows = len(rows) > size, rows[:size]
    last = Place(getattr(rows[-1], sorted_by), rows[-1].id) if more else None
    at = clock.now()
    return Page([case_of(row, by=by, at=at) for row in rows], last)


def _conditions(wanted: ListFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.tab != "all":
        conditions.append(Dispute.state.in_(_values(TABS[wanted.tab])))
    if wanted.state:
        conditions.append(Dispute.state.in_(SHOWN_AS.get(wanted.state, ())))
    if wanted.late:
        conditions.append(_late(clock.now()))
    if wanted.return_id:
        conditions.append(Dispute.return_id == wanted.return_id)
    if wanted.query.strip():
        conditions.append(_found(wanted.query))
    return conditions + _sorted(wanted)


def number_in(query: str) -> int | None:
    """Read the number of a dispute as people write it: `D-1187`, `d 1187`; None for other words."""
    found = NUMBER.fullmatch(query.strip())
    return int(found[1]) if found else None


def _found(query: str) -> ColumnElement[bool]:
    number = number_in(query)
    if number is not None:
        return Dispute.number == number
    return Dispute.return_id.in_(returns.select_found(query))


def queued(wanted: QueueFilter, by: Person) -> list[ColumnElement[bool]]:
    """Give the conditions of the queue under a filter."""
    conditions: list[ColumnElement[bool]] = [
        Dispute.waits_for == "admin",
        Dispute.decide_by.is_not(None),
    ]
    conditions += [_whose(wanted.whose, by), *_sorted(wanted)]
    if wanted.late:
        conditions.append(Dispute.decide_by <= clock.now())
    if wanted.level:
        conditions.append(Dispute.level == wanted.level)
    return conditions


def _sorted(wanted: ListFilter | QueueFilter) -> list[ColumnElement[bool]]:
    given = (
        (Dispute.merchant_id, wanted.merchant_id),
        (Dispute.kind, wanted.kind),
        (Dispute.category, wanted.category),
    )
    return [column == value for column, value in given if value]


def _whose(name: str, by: Person) -> ColumnElement[bool]:
    """Give whose a queued dispute is: mine is what was assigned to me or what I look at."""
    looking = and_(Dispute.claimed_by == by.id, Dispute.claimed_until > clock.now())
    parts: dict[str, ColumnElement[bool]] = {
        "all": true(),
        "unassigned": Dispute.assigned_to == "",
        "mine": or_(Dispute.assigned_to == by.id, looking),
    }
    return parts.get(name, false())


def _late(at: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    return and_(Dispute.waits_for == "admin", Dispute.decide_by <= at)


def _counting(
    parts: Mapping[str, Any], conditions: Sequence[ColumnElement[bool]], read: Callable[..., T]
) -> Question[T]:
    """Ask how many disputes each part has; none is counted beyond COUNTED and one."""
    columns = [count_some(select(Dispute.id).where(part, *conditions)) for part in parts.values()]
    names = tuple(parts)
    return Question(select(*columns), lambda *counts: read(**dict(zip(names, counts, strict=True))))


def _values(states: Sequence[State]) -> list[str]:
    return [state.value for state in states]
