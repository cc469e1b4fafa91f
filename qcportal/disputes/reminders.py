"""Reminders before a time ends and escalations after it: each once, on record and to be told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select

from qcportal import clock, history
from qcportal.db import db
from qcportal.disputes import outbox
from qcportal.disputes.decision_tables import DisputeEvent
from qcportal.disputes.machine import State
from qcportal.disputes.outbox import ADMIN, BOTH, MERCHANT, NewEvent
from qcportal.disputes.people import THE_CLOCK
from qcportal.disputes.tables import Dispute
from qcportal.disputes.words import receipt
from qcportal.history import Entry

MOST_AT_ONCE = 200
DAY, HOURS = timedelta(days=1), timedelta(hours=4)


@dataclass(frozen=True)
class Reminder:
    """One reason to remind: which deadline, how long before it, of which disputes, whom.

    Without `before` it is an escalation, which comes once the deadline has passed.
    """

    kind: str
    audience: str
    column: Any
    of: ColumnElement[bool]
    before: timedelta | None


def _reminders() -> Iterator[Reminder]:
    waiting = Dispute.waits_for == "admin"
    asked = Dispute.state == State.INFO_REQUESTED.value
    appealable = Dispute.state.in_((State.PARTIALLY_APPROVED.value, State.REJECTED.value))
    draft = Dispute.state == State.DRAFT.value
    yield Reminder("dispute.file_due_soon", MERCHANT, Dispute.file_by, draft, DAY)
    yield Reminder("dispute.reply_due_soon", MERCHANT, Dispute.reply_by, asked, DAY)
    yield Reminder("dispute.appeal_due_soon", MERCHANT, Dispute.appeal_by, appealable, DAY)
    yield Reminder("dispute.decide_due_soon", ADMIN, Dispute.decide_by, waiting, HOURS)
    yield Reminder("dispute.decide_overdue", BOTH, Dispute.decide_by, waiting, None)


def remind(now: datetime | None = None) -> int:
    """Write what is to be reminded of now and was not; gives how many reminders that were.

    The caller commits. Done twice, or on two machines at once, each is written once.
    """
    at = now or clock.now()
    return sum(
        _write(row, reminder)
        for reminder in _reminders()
        for row in db.session.execute(_select(reminder, at)).all()
    )


def _select(reminder: Reminder, at: datetime) -> Select[Any]:
    deadline = reminder.column
    told = exists().where(
        DisputeEvent.dispute_id == Dispute.id,
        DisputeEvent.kind == reminder.kind,
        DisputeEvent.deadline == deadline,
    )
    near = deadline <= at
    if reminder.before is not None:
        near = (deadline > at) & (deadline <= at + reminder.before)
    return (
        select(Dispute.id, Dispute.merchant_id, Dispute.number, deadline.label("deadline"))
        .where(reminder.of, near, ~told)
        .order_by(deadline, Dispute.id)
        .limit(MOST_AT_ONCE)
    )


def _write(row: Any, reminder: Reminder) -> bool:
    occasion = row.deadline.isoformat()
    data = {"number": receipt(row.number), "deadline": occasion}
    event = NewEvent(reminder.kind, reminder.audience, occasion, data, row.deadline)
    if not outbox.write(row.merchant_id, row.id, event):
        return False
    action = "dispute_reminded" if reminder.before else "dispute_escalated"
    data |= {"of": reminder.kind}
    history.record([Entry(row.id, row.merchant_id, action, THE_CLOCK.actor, data)])
    return True
