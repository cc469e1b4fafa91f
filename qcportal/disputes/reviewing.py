"""What an admin does with a dispute before deciding: claim, assign, ask, sort."""

import uuid
from datetime import timedelta

from qcportal import accounts, clock, errors
from qcportal.disputes import working_days
from qcportal.disputes.deadlines import calendar_of, deadlines_of
from qcportal.disputes.machine import Action, State
from qcportal.disputes.moving import Step, allow, load, move, take
from qcportal.disputes.outbox import MERCHANT
from qcportal.disputes.people import Person
from qcportal.disputes.roles import APPEALS, OFFICERS
from qcportal.disputes.tables import Dispute
from qcportal.disputes.talking import checked_text, write_message
from qcportal.disputes.words import CATEGORIES
from qcportal.language import gettext as _

CLAIMED_FOR = timedelta(minutes=10)
NOBODY = {"claimed_by": "", "claimed_by_name": "", "claimed_until": None}


def claim(dispute_id: uuid.UUID, *, by: Person, seen: int | None = None) -> Dispute:
    """Open a dispute for ten minutes, in which nobody else decides; again renews the time.

    Raises Conflict while somebody else holds it; the first who opens it puts it in review.
    """
    return _claim(load(dispute_id), by=by, seen=seen)


def release(dispute_id: uuid.UUID, *, by: Person, seen: int | None = None) -> Dispute:
    """Let others decide again before the ten minutes are over."""
    return take(load(dispute_id), Action.RELEASE, by=by, seen=seen, step=Step(NOBODY))


def assign(
    dispute_id: uuid.UUID, user_id: uuid.UUID | None, *, by: Person, seen: int | None = None
) -> Dispute:
    """Make a dispute one admin's own, or nobody's; Invalid for somebody who cannot decide."""
    dispute = load(dispute_id)
    to = allow(dispute, Action.ASSIGN, by=by, seen=seen)
    whose, name = _assignee(user_id)
    step = Step({"assigned_to": whose, "assigned_to_name": name}, {"to_name": name})
    return move(dispute, Action.ASSIGN, to, by=by, step=step)


def recategorise(
    dispute_id: uuid.UUID, category: str, *, by: Person, seen: int | None = None
) -> Dispute:
    """Put a dispute into another category; a wrong one never loses the case."""
    if category not in CATEGORIES:
        words = _("Choose one of %(list)s.", list=", ".join(CATEGORIES))
        raise errors.Invalid(faults=[errors.Fault("/category", "unknown_category", words)])
    dispute = load(dispute_id)
    step = Step({"category": category}, {"was": dispute.category, "category": category})
    return take(dispute, Action.RECATEGORISE, by=by, seen=seen, step=step)


def ask(dispute_id: uuid.UUID, text: str, *, by: Person, seen: int | None = None) -> Dispute:
    """Ask the merchant; the clock of deciding stands still until the answer, or its time ends."""
    said = checked_text(text, shortest=10)
    dispute = load(dispute_id)
    to = allow(dispute, Action.ASK, by=by, seen=seen)
    merchant, at = accounts.get_merchant(dispute.merchant_id), clock.now()
    days = deadlines_of(merchant).reply_days
    reply_by = working_days.add_days(calendar_of(merchant), at, days)
    values = {"reply_by": reply_by, "stopped_at": at, **NOBODY}
    data = {"text": said, "reply_by": reply_by.isoformat()}
    step = Step(values, data, tell="question", audience=MERCHANT)
    moved = move(dispute, Action.ASK, to, by=by, step=step)
    write_message(moved, "question", said, by=by)
    return moved


def opened(dispute: Dispute, *, by: Person, seen: int | None) -> tuple[Dispute, int | None]:
    """Claim a dispute that nobody opened yet, for a decision made without looking at it first."""
    if State(dispute.state) in (State.OPEN, State.APPEALED):
        dispute = _claim(dispute, by=by, seen=seen)
        return dispute, dispute.version
    return dispute, seen


def _claim(dispute: Dispute, *, by: Person, seen: int | None) -> Dispute:
    values = {
        "claimed_by": by.id,
        "claimed_by_name": by.name,
        "claimed_until": clock.now() + CLAIMED_FOR,
    }
    return take(dispute, Action.CLAIM, by=by, seen=seen, step=Step(values))


def _assignee(user_id: uuid.UUID | None) -> tuple[str, str]:
    if user_id is None:
        return "", ""
    user = accounts.get_user(user_id)
    if not user.is_admin or not user.active or user.role not in OFFICERS | APPEALS:
        words = _("Choose an active dispute or appeals officer.")
        raise errors.Invalid(words, faults=[errors.Fault("/user_id", "cannot_decide", words)])
    return str(user.id), user.name
