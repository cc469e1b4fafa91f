"""One step of one dispute: allowed by the machine, won by one UPDATE, on record, and to be told."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from qcportal import clock, errors, history, returns
from qcportal.db import db
from qcportal.disputes import machine, outbox
from qcportal.disputes.machine import WAITS_FOR, Action, Refused, State
from qcportal.disputes.outbox import NewEvent
from qcportal.disputes.people import Person
from qcportal.disputes.tables import FACTS, Dispute, facts_of
from qcportal.disputes.words import receipt
from qcportal.history import Entry
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext

QUIET = {Action.CLAIM, Action.RELEASE, Action.ASSIGN}
"""What is the carrier's own business: it does not move the dispute up in anybody's list."""
DID = {
    "draft": lazy_gettext("%(name)s wrote it."),
    "save": lazy_gettext("%(name)s changed it."),
    "send": lazy_gettext("%(name)s sent it."),
    "discard": lazy_gettext("%(name)s discarded it."),
    "add": lazy_gettext("%(name)s added something."),
    "answer": lazy_gettext("%(name)s answered."),
    "withdraw": lazy_gettext("%(name)s withdrew it."),
    "appeal": lazy_gettext("%(name)s appealed."),
    "claim": lazy_gettext("%(name)s is looking at it."),
    "release": lazy_gettext("%(name)s left it."),
    "assign": lazy_gettext("%(name)s assigned it."),
    "recategorise": lazy_gettext("%(name)s put it into another category."),
    "ask": lazy_gettext("%(name)s asked the merchant."),
    "decide": lazy_gettext("%(name)s decided it."),
    "agree": lazy_gettext("%(name)s agreed with the decision."),
    "disagree": lazy_gettext("%(name)s disagreed with the decision."),
    "undo": lazy_gettext("%(name)s took the decision back."),
    "settle": lazy_gettext("%(name)s put the decision in force."),
    "resume": lazy_gettext("%(name)s went on without an answer."),
    "close": lazy_gettext("%(name)s closed it."),
}
DECIDED = {
    "decide": lazy_gettext("%(name)s decided it: %(outcome)s."),
    "agree": lazy_gettext("%(name)s agreed with the decision: %(outcome)s."),
    "settle": lazy_gettext("%(name)s put the decision in force: %(outcome)s."),
}
SAID = {
    "approved": lazy_gettext("upheld"),
    "partially_approved": lazy_gettext("upheld in part"),
    "rejected": lazy_gettext("declined"),
}


@dataclass(frozen=True)
class Step:
    """What a step writes beside the state, keeps in the history, and tells to whom, if anybody."""

    values: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    tell: str = ""
    audience: str = outbox.BOTH


def load(dispute_id: uuid.UUID, *, in_turn: bool = False) -> Dispute:
    """Get one dispute of the scope as it is in the database, or raise NotFound.

    With `in_turn` others wait until this transaction ends: for steps that do not exclude each
    other, as two files that are added at once.
    """
    statement = select(Dispute).where(Dispute.id == dispute_id)
    if in_turn:
        statement = statement.with_for_update()
    found = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise errors.NotFound()
    return found


def allow(
    dispute: Dispute, action: Action, *, by: Person, seen: int | None, at: datetime | None = None
) -> State:
    """Give where an action leads; `seen` is the version that the person knew of.

    Raises Forbidden where the role never may, and Conflict with who did what otherwise.
    """
    said = machine.judge(dispute.facts, action, by.asker, at=at or clock.now())
    if isinstance(said, Refused) and said.code in ("role", "level"):
        raise errors.Forbidden(said.reason)
    if seen is not None and seen != dispute.version:
        raise errors.Conflict(who_was_faster(dispute, by=by))
    if isinstance(said, Refused):
        faster = f" {_last(dispute, by)}" if said.code == "state" else ""
        raise errors.Conflict(f"{said.reason}{faster} {_('Nothing was changed.')}")
    return said.state


def move(dispute: Dispute, action: Action, to: State, *, by: Person, step: Step) -> Dispute:
    """Write the step; exactly one of those who saw the same version does.

    Raises Conflict with who was faster for the others, who change nothing.
    """
    if not _claim_version(dispute, _values(dispute, action, to, by, step)):
        raise errors.Conflict(who_was_faster(load(dispute.id), by=by))
    before, after = machine.shown_state(State(dispute.state)), machine.shown_state(to)
    data = {"from": dispute.state, "to": to.value, "version": dispute.version + 1, **step.data}
    moved = load(dispute.id)
    if before != after:
        returns.record_dispute_state(moved.return_id, after.value)
    entry = Entry(moved.id, moved.merchant_id, f"dispute_{action.value}", by.actor, data)
    history.record([entry])
    if step.tell:
        told = {"number": receipt(moved.number), "state": after.value, "by": by.side, **step.data}
        event = NewEvent(f"dispute.{step.tell}", step.audience, f"v{moved.version}", told)
        outbox.write(moved.merchant_id, moved.id, event)
    return moved


def take(
    dispute: Dispute, action: Action, *, by: Person, seen: int | None, step: Step | None = None
) -> Dispute:
    """Check a step and write it: `allow` and `move` in one."""
    to = allow(dispute, action, by=by, seen=seen)
    return move(dispute, action, to, by=by, step=step or Step())


def who_was_faster(dispute: Dispute, *, by: Person) -> str:
    """Say who did what last, for somebody whose own step came too late."""
    rest = _("Your choice changed nothing; look again, then decide.")
    return f"{_last(dispute, by)} {rest}"


def _last(dispute: Dispute, by: Person) -> str:
    """Say what happened last; merchants do not hear of a decision before it holds."""
    hidden = machine.shown_state(State(dispute.state)).value != dispute.state
    if by.side == "merchant" and hidden:
        return _("It is being decided.")
    said, name = dispute.pending_outcome or dispute.outcome, dispute.last_by_name
    if said and dispute.last_action in DECIDED:
        return _(DECIDED[dispute.last_action], name=name, outcome=SAID[str(said)])
    return _(DID.get(dispute.last_action, DID["save"]), name=name)


def _values(dispute: Dispute, action: Action, to: State, by: Person, step: Step) -> dict[str, Any]:
    after = {name: getattr(dispute, name) for name in FACTS} | dict(step.values)
    following = machine.due(facts_of(after | {"state": to.value}))
    values = dict(step.values) | {
        "state": to.value,
        "version": dispute.version + 1,
        "waits_for": WAITS_FOR.get(to),
        "due_at": following[1] if following else None,
        "last_action": action.value,
        "last_by_name": by.name,
    }
    return values if action in QUIET else values | {"activity_at": clock.now()}


def _claim_version(dispute: Dispute, values: Mapping[str, Any]) -> bool:
    statement = (
        update(Dispute)
        .where(Dispute.id == dispute.id, Dispute.version == dispute.version)
        .where(Dispute.state == dispute.state)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    result: Any = db.session.execute(statement)
    return bool(result.rowcount)
