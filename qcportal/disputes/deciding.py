"""Deciding a dispute, item by item: one decision wins, it can be undone for ten seconds."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from qcportal import clock, errors
from qcportal.db import EVERY_COLUMN, db, new_id
from qcportal.disputes.claims import LONGEST
from qcportal.disputes.decision_tables import DisputeDecision, DisputeItemDecision
from qcportal.disputes.machine import OUTCOMES, Action, State
from qcportal.disputes.moving import Step, allow, load, move
from qcportal.disputes.outbox import ADMIN
from qcportal.disputes.people import Person
from qcportal.disputes.reviewing import NOBODY, opened
from qcportal.disputes.tables import DECIDED, Dispute, DisputeItem
from qcportal.disputes.talking import checked_text
from qcportal.disputes.words import REASONS
from qcportal.errors import Fault
from qcportal.language import gettext as _

UNDO_SECONDS = 10
SHORTEST = 10
NO_DECISION = {
    "pending_id": None,
    "pending_outcome": None,
    "decided_by": "",
    "agreed_by": "",
    "effective_at": None,
}


@dataclass(frozen=True)
class ItemVerdict:
    """What is decided on one item of the return; reason and text where they are its own."""

    item_id: uuid.UUID
    outcome: str
    granted_minor: int | None = None
    reason: str = ""
    text: str = ""


@dataclass(frozen=True)
class Verdict:
    """A decision: `outcome` holds for every item that `items` does not name.

    `approved` grants what was claimed and `rejected` nothing; in between a sum is named.
    """

    outcome: str
    reason: str
    text: str
    items: tuple[ItemVerdict, ...] = field(default=())


def decide(
    dispute_id: uuid.UUID, verdict: Verdict, *, by: Person, seen: int | None = None
) -> Dispute:
    """Decide; it holds after ten seconds, or above the value limit once somebody else agreed.

    Raises Invalid with every fault, and Conflict with who decided what before.
    """
    dispute, seen = opened(load(dispute_id), by=by, seen=seen)
    to = allow(dispute, Action.DECIDE, by=by, seen=seen)
    rows = _judged(verdict, _items(dispute_id))
    outcome = _whole([row["outcome"] for row in rows])
    at, second = clock.now(), to is State.SECOND_LOOK
    decision = {
        "id": new_id(),
        "outcome": outcome,
        "reason": verdict.reason,
        "text": verdict.text.strip(),
        "decided_at": at,
        "decided_by": by.id,
        "decided_by_name": by.name,
        "decided_by_role": by.role,
        "effective_at": None if second else at + timedelta(seconds=UNDO_SECONDS),
    }
    data = {name: decision[name] for name in ("outcome", "reason", "text")}
    step = Step(_pending(decision), data, "second_look" if second else "", ADMIN)
    moved = move(dispute, Action.DECIDE, to, by=by, step=step)
    _write(moved, decision, rows)
    return moved


def agree(dispute_id: uuid.UUID, *, by: Person, seen: int | None = None) -> Dispute:
    """Agree with somebody else's decision above the value limit; it holds after ten seconds."""
    dispute = load(dispute_id)
    to = allow(dispute, Action.AGREE, by=by, seen=seen)
    at = clock.now()
    effective = at + timedelta(seconds=UNDO_SECONDS)
    values = {"agreed_by": by.id, "effective_at": effective, **NOBODY}
    data = {"outcome": dispute.pending_outcome}
    moved = move(dispute, Action.AGREE, to, by=by, step=Step(values, data))
    written = {"agreed_at": at, "agreed_by": by.id, "agreed_by_name": by.name}
    _write_pending(moved.pending_id, written | {"effective_at": effective})
    return moved


def disagree(dispute_id: uuid.UUID, text: str, *, by: Person, seen: int | None = None) -> Dispute:
    """Send somebody else's decision back into review, saying why."""
    said = checked_text(text, shortest=SHORTEST)
    return _take_back(load(dispute_id), Action.DISAGREE, said, by=by, seen=seen)


def undo(dispute_id: uuid.UUID, *, by: Person, seen: int | None = None) -> Dispute:
    """Take a decision back within its ten seconds, or before somebody else agreed."""
    return _take_back(load(dispute_id), Action.UNDO, "", by=by, seen=seen)


def _pending(decision: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a dispute keeps of a decision that does not hold yet."""
    return {
        "pending_id": decision["id"],
        "pending_outcome": decision["outcome"],
        "decided_by": decision["decided_by"],
        "agreed_by": "",
        "effective_at": decision["effective_at"],
        **NOBODY,
    }


def _write(
    dispute: Dispute, decision: Mapping[str, Any], items: Sequence[Mapping[str, Any]]
) -> None:
    owner = {"merchant_id": dispute.merchant_id}
    row = {**decision, **owner, "dispute_id": dispute.id, "level": dispute.level}
    db.session.execute(insert(DisputeDecision), [row], execution_options=EVERY_COLUMN)
    shared = owner | {"decision_id": decision["id"]}
    parts = [{**shared, "id": new_id(), **each} for each in items]
    db.session.execute(insert(DisputeItemDecision), parts, execution_options=EVERY_COLUMN)


def _take_back(
    dispute: Dispute, action: Action, text: str, *, by: Person, seen: int | None
) -> Dispute:
    to = allow(dispute, action, by=by, seen=seen)
    pending = dispute.pending_id
    data = {"outcome": dispute.pending_outcome, "text": text}
    tell = "disagreed" if action is Action.DISAGREE else ""
    moved = move(dispute, action, to, by=by, step=Step(NO_DECISION, data, tell, ADMIN))
    written = {"undone_at": clock.now(), "undone_by_name": by.name, "undone_text": text}
    _write_pending(pending, written)
    return moved


def _write_pending(decision_id: uuid.UUID | None, values: Mapping[str, Any]) -> None:
    db.session.execute(
        update(DisputeDecision)
        .where(DisputeDecision.id == decision_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _items(dispute_id: uuid.UUID) -> Sequence[DisputeItem]:
    statement = select(DisputeItem).where(DisputeItem.dispute_id == dispute_id)
    return db.session.scalars(statement.order_by(DisputeItem.id)).all()


def _whole(outcomes: Sequence[str]) -> str:
    """Give what the items come to together."""
    different = set(outcomes)
    return different.pop() if len(different) == 1 else State.PARTIALLY_APPROVED.value


def _judged(verdict: Verdict, claimed: Sequence[DisputeItem]) -> list[dict[str, Any]]:
    """Give a row per claimed item, or raise Invalid with everything that is wrong."""
    own = {each.item_id: (place, each) for place, each in enumerate(verdict.items)}
    known = {item.item_id for item in claimed}
    faults = _faults_around(verdict, [each for each in own if each not in known])
    rows = []
    for item in claimed:
        place, said = own.get(item.item_id, (None, ItemVerdict(item.item_id, verdict.outcome)))
        path = "" if place is None else f"/items/{place}"
        faults += _faults_of_item(said, item, path)
        rows.append(
            {
                "dispute_item_id": item.id,
                "outcome": said.outcome,
                "reason": said.reason or verdict.reason,
                "text": said.text.strip() or verdict.text.strip(),
                "granted_minor": _granted(said, item),
            }
        )
    if faults:
        raise errors.Invalid(faults=faults)
    return rows


def _faults_around(verdict: Verdict, strange: Sequence[uuid.UUID]) -> list[Fault]:
    faults = [Fault("/items", "unknown_item", _("This item is not disputed.")) for _each in strange]
    if verdict.outcome not in DECIDED:
        faults.append(
            Fault(
                "/outcome",
                "unknown_outcome",
                _("Choose one of %(list)s.", list=", ".join(DECIDED)),
            )
        )
    if verdict.reason not in REASONS:
        faults.append(
            Fault(
                "/reason",
                "unknown_reason",
                _("Choose one of %(list)s.", list=", ".join(REASONS)),
            )
        )
    if not SHORTEST <= len(verdict.text.strip()) <= LONGEST:
        words = _(
            "Say why in %(least)s to %(most)s characters; the merchant reads it.",
            least=SHORTEST,
            most=LONGEST,
        )
        faults.append(Fault("/text", "bad_text", words))
    if len({each.item_id for each in verdict.items}) != len(verdict.items):
        faults.append(Fault("/items", "duplicate_item", _("An item stands here twice.")))
    return faults


def _faults_of_item(said: ItemVerdict, item: DisputeItem, path: str) -> list[Fault]:
    faults = []
    if said.outcome not in DECIDED:
        faults.append(Fault(f"{path}/outcome", "unknown_outcome", _("This is no outcome.")))
    if said.reason and said.reason not in REASONS:
        faults.append(Fault(f"{path}/reason", "unknown_reason", _("This is no reason.")))
    if len(said.text) > LONGEST:
        faults.append(
            Fault(
                f"{path}/text",
                "bad_text",
                _("Use %(n)s characters at most.", n=LONGEST),
            )
        )
    if said.outcome == OUTCOMES[1].value and item.amount_minor:
        if said.granted_minor is None or not 0 < said.granted_minor < item.amount_minor:
            words = _(
                "Name a sum between 0 and %(amount)s, or approve or reject it.",
                amount=item.amount_minor,
            )
            faults.append(Fault(f"{path}/granted_minor", "bad_amount", words))
    elif said.granted_minor not in (None, _granted(said, item)):
        words = _("Approving grants what was claimed, and rejecting nothing.")
        faults.append(Fault(f"{path}/granted_minor", "bad_amount", words))
    return faults


def _granted(said: ItemVerdict, item: DisputeItem) -> int:
    if said.outcome == State.APPROVED.value:
        return item.amount_minor
    return 0 if said.outcome == State.REJECTED.value else said.granted_minor or 0
