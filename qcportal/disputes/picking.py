"""Which dispute comes next for a person, which are like it, and what can still be undone."""

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import raiseload

from qcportal import clock
from qcportal.db import db
from qcportal.disputes import machine
from qcportal.disputes.case import Case, case_of
from qcportal.disputes.lists import Place, QueueFilter, later, loaded, queued
from qcportal.disputes.machine import Action, State
from qcportal.disputes.people import Person
from qcportal.disputes.roles import DECIDERS
from qcportal.disputes.tables import Dispute

LOOKED_AT = 50


def find_next(wanted: QueueFilter, *, by: Person, after: Place | None = None) -> uuid.UUID | None:
    """Find the dispute that opens next: the first after a place that this person can take up.

    After the end of the queue it goes on at its start; the dispute of the place itself comes last.
    """
    conditions = queued(wanted, by)
    found = _first_open(conditions if after is None else [*conditions, later(after)], by)
    if found is None and after is not None:
        found = _first_open(conditions, by)
    return found


def get_undoable(*, by: Person) -> Sequence[Case]:
    """Get the disputes whose decision this person can still undo in seconds, the latest first."""
    statement = loaded().where(
        Dispute.state == State.DECIDING.value,
        Dispute.effective_at > clock.now(),
        or_(Dispute.decided_by == by.id, Dispute.agreed_by == by.id),
    )
    rows = db.session.scalars(statement.order_by(Dispute.effective_at.desc(), Dispute.id)).unique()
    return [case_of(row, by=by) for row in rows]


def find_like(dispute_id: uuid.UUID, *, by: Person, most: int = 50) -> Sequence[Case]:
    """Find other disputes like this one that wait for a first decision: for deciding several.

    Alike are those of the same merchant with the same kind, category and leading check.
    """
    one = select(Dispute).where(Dispute.id == dispute_id)
    found = db.session.scalars(one).one_or_none()
    if found is None:
        return ()
    statement = loaded().where(*alike(found), Dispute.id != dispute_id)
    rows = db.session.scalars(statement.order_by(Dispute.decide_by, Dispute.id).limit(most))
    return [case_of(row, by=by) for row in rows.unique()]


def alike(dispute: Dispute) -> list[ColumnElement[bool]]:
    """Give the conditions under which another dispute can be decided together with this one."""
    check = dispute.lead_check
    return [
        Dispute.merchant_id == dispute.merchant_id,
        Dispute.kind == dispute.kind,
        Dispute.category == dispute.category,
        Dispute.lead_check.is_(None) if check is None else Dispute.lead_check == check,
        Dispute.level == 1,
        Dispute.state.in_((State.OPEN.value, State.UNDER_REVIEW.value)),
    ]


def _first_open(conditions: Sequence[ColumnElement[bool]], by: Person) -> uuid.UUID | None:
    """Find the first that the machine lets this person take up: a fixed number is looked at."""
    level = 2 if by.role in DECIDERS[2] else 1
    lowest = 1 if by.role in DECIDERS[1] else 2
    free = or_(
        Dispute.claimed_until.is_(None),
        Dispute.claimed_until <= clock.now(),
        Dispute.claimed_by == by.id,
    )
    statement = (
        select(Dispute)
        .where(*conditions, free, Dispute.level.between(lowest, level), Dispute.decided_by != by.id)
        .order_by(Dispute.decide_by, Dispute.id)
        .options(raiseload("*"))
        .limit(LOOKED_AT)
    )
    at = clock.now()
    for row in db.session.scalars(statement):
        if Action.CLAIM in machine.offered(row.facts, by.asker, at=at):
            return row.id
    return None
