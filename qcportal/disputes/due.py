"""What the clock does by itself: decisions that begin to hold, unanswered questions, closing."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, update

from qcportal import accounts, clock, errors
from qcportal.db import db
from qcportal.disputes import machine
from qcportal.disputes.deadlines import deadlines_of
from qcportal.disputes.deciding import NO_DECISION
from qcportal.disputes.decision_tables import DisputeDecision, DisputeItemDecision
from qcportal.disputes.machine import Action, State
from qcportal.disputes.moving import Step, allow, load, move
from qcportal.disputes.people import THE_CLOCK
from qcportal.disputes.tables import Dispute, DisputeItem
from qcportal.disputes.talking import resumed

MOST_AT_ONCE = 200


def settle_due(now: datetime | None = None, *, dispute_id: uuid.UUID | None = None) -> int:
    """Let every time that has come have its effect; gives how many steps were made.

    Works on the rows of the scope, all merchants' for the worker and one's on its own pages, or
    on one dispute. The caller commits. Done twice, or on two machines at once, each step is made
    once: who comes later finds it made.
    """
    at = now or clock.now()
    made = 0
    for each in db.session.scalars(_select_due(at, dispute_id).limit(MOST_AT_ONCE)).all():
        while _settle_one(each, at):
            made += 1
    return made


def is_any_due(*, dispute_id: uuid.UUID | None = None) -> bool:
    """Tell whether a time of the scope has come that nobody settled, for one indexed look."""
    return db.session.execute(_select_due(clock.now(), dispute_id).limit(1)).first() is not None


def _settle_one(dispute_id: uuid.UUID, at: datetime) -> bool:
    """Make the next step that is due of one dispute; tells whether there was one to make."""
    dispute = load(dispute_id)
    told = machine.due(dispute.facts)
    if told is None or told[1] > at:
        return False
    action, moment = told
    to = allow(dispute, action, by=THE_CLOCK, seen=None, at=at)
    try:
        with db.session.begin_nested():
            STEPS[action](dispute, to, moment)
    except errors.Conflict:
        return False
    return True


def _settle(dispute: Dispute, to: State, moment: datetime) -> None:
    """Let a decision hold: its outcome, the money per item, and until when one may appeal."""
    pending, outcome = dispute.pending_id, str(dispute.pending_outcome)
    days = deadlines_of(accounts.get_merchant(dispute.merchant_id)).appeal_days
    appeal_by = None if to is State.FINAL else moment + timedelta(days=days)
    people = {dispute.decided_by, dispute.agreed_by} - {""}
    values = NO_DECISION | {
        "outcome": outcome,
        "appeal_by": appeal_by,
        "deciders": sorted({*dispute.deciders, *people}),
    }
    data = {"outcome": outcome, "level": dispute.level, "held_from": moment.isoformat()}
    tell = "final" if to is State.FINAL else "decided"
    move(dispute, Action.SETTLE, to, by=THE_CLOCK, step=Step(values, data, tell))
    _keep_granted(pending)
    db.session.execute(
        update(DisputeDecision)
        .where(DisputeDecision.id == pending)
        .values(settled_at=moment)
        .execution_options(synchronize_session=False)
    )


def _keep_granted(decision_id: uuid.UUID | None) -> None:
    statement = select(
        DisputeItemDecision.dispute_item_id.label("id"),
        DisputeItemDecision.outcome,
        DisputeItemDecision.granted_minor,
    ).where(DisputeItemDecision.decision_id == decision_id)
    for row in db.session.execute(statement).all():
        db.session.execute(
            update(DisputeItem)
            .where(DisputeItem.id == row.id)
            .values(outcome=row.outcome, granted_minor=row.granted_minor)
            .execution_options(synchronize_session=False)
        )


def _resume(dispute: Dispute, to: State, moment: datetime) -> None:
    """Go on without an answer, from the moment on at which its time ended."""
    step = Step(resumed(dispute, moment), {"overdue_at": moment.isoformat()}, "reply_overdue")
    move(dispute, Action.RESUME, to, by=THE_CLOCK, step=step)


def _close(dispute: Dispute, to: State, moment: datetime) -> None:
    step = Step(data={"closed_at": moment.isoformat()}, tell="closed")
    move(dispute, Action.CLOSE, to, by=THE_CLOCK, step=step)


STEPS: Mapping[Action, Any] = {
    Action.SETTLE: _settle,
    Action.RESUME: _resume,
    Action.CLOSE: _close,
}


def _select_due(at: datetime, dispute_id: uuid.UUID | None) -> Select[Any]:
    statement = select(Dispute.id).where(Dispute.due_at <= at).order_by(Dispute.due_at, Dispute.id)
    return statement if dispute_id is None else statement.where(Dispute.id == dispute_id)
