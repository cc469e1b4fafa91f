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

QUIET = {Action.CLAIM, Action.RELEASE, Action.ASSIGN}
"""What is the carrier's own business: it does not move the dispute up in anybody's list."""
DID = {
    "draft": "wrote it",
    "save": "changed it",
    "send": "sent it",
    "discard": "discarded it",
    "add": "added something",
    "answer": "answered",
    "withdraw": "withdrew it",
    "appeal": "appealed",
    "claim": "is looking at it",
    "release": "left it",
    "assign": "assigned it",
    "recategorise": "put it into another category",
    "ask": "asked the merchant",
    "decide": "decided it",
    "agree": "agreed with the decision",
    "disagree": "disagreed with the decision",
    "undo": "took the decision back",
    "settle": "put the decision in force",
    "resume": "went on without an answer",
    "close": "closed it",
}
SAID = {"approved": "upheld", "partially_approved": "upheld in part", "rejected": "declined"}


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
        raise errors.Conflict(f"{said.reason}{faster} Nothing was changed.")
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
    return f"{_last(dispute, by)} Your choice changed nothing; look again, then decide."


def _last(dispute: Dispute, by: Person) -> str:
    """Say what happened last; merchants do not hear of a decision before it holds."""
    hidden = machine.shown_state(State(dispute.state)).value != dispute.state
    if by.side == "merchant" and hidden:
        return "It is being decided."
    said = dispute.pending_outcome or dispute.outcome
    with_words = said and dispute.last_action in ("decide", "agree", "settle")
    words = DID.get(dispute.last_action, "changed it")
    return f"{dispute.last_by_name} {words}{f': {SAID[str(said)]}' if with_words else ''}."


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
