"""What holds of a return after somebody decided: on its items, or on a dispute about it."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, literal, update

from qcportal import clock
from qcportal.db import db
from qcportal.returns.changes import SETTLED, awaits_evidence
from qcportal.returns.tables import OPEN_STATES, Return, ReturnItem


@dataclass(frozen=True)
class ItemDecision:
    """The verdict on an item that somebody gave; `by` is merchant, default or admin."""

    verdict: str
    by: str
    name: str
    note: str


def decide_item(item_id: uuid.UUID, decision: ItemDecision, *, seen: int | None = None) -> bool:
    """Let a decision hold for an item; what the inspection said stays beside it.

    With `seen` only while no more than that many decisions were made: False tells that somebody
    else was faster.
    """
    statement = update(ReturnItem).where(ReturnItem.id == item_id)
    if seen is not None:
        statement = statement.where(ReturnItem.decisions == seen)
    statement = statement.values(
        verdict=decision.verdict,
        decided_by=decision.by,
        decided_by_name=decision.name,
        decided_note=decision.note,
        decided_at=clock.now(),
        decisions=ReturnItem.decisions + 1,
    )
    result: Any = db.session.execute(statement.execution_options(synchronize_session=False))
    return bool(result.rowcount)


def record_decision(return_id: uuid.UUID, verdict: str, *, reason: str, overridden: bool) -> None:
    """Keep what a locked return comes to after a decision; an open pickup ends as it says.

    A verdict that still needs a look leaves the pickup open.
    """
    judged = case((awaits_evidence(literal(verdict)), "evidence_incomplete"), else_=verdict)
    ended = SETTLED.get(verdict)
    shipment = case((Return.shipment_state.in_(OPEN_STATES), ended), else_=Return.shipment_state)
    db.session.execute(
        update(Return)
        .where(Return.id == return_id)
        .values(
            verdict=verdict,
            verdict_reason=reason,
            qc_state="overridden" if overridden else judged,
            shipment_state=shipment if ended else Return.shipment_state,
            activity_at=clock.now(),
            revision=Return.revision + 1,
        )
        .execution_options(synchronize_session=False)
    )


def record_dispute_state(return_id: uuid.UUID, state: str) -> None:
    """Keep the state of a return's latest dispute beside its other two states."""
    db.session.execute(
        update(Return)
        .where(Return.id == return_id)
        .values(dispute_state=state, revision=Return.revision + 1)
        .execution_options(synchronize_session=False)
    )
