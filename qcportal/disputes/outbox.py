"""What happened to disputes and is to be told: written with the change, told after its commit.

Mail and webhooks take from here; nothing here sends anything.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from qcportal import clock
from qcportal.db import db, new_id
from qcportal.disputes.decision_tables import DisputeEvent

MERCHANT, ADMIN, BOTH = "merchant", "admin", "both"


@dataclass(frozen=True)
class Event:
    """Something to be told of a dispute: `kind` in words for programs, to whom, and its data."""

    id: uuid.UUID
    merchant_id: uuid.UUID
    dispute_id: uuid.UUID
    kind: str
    audience: str
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True)
class NewEvent:
    """An event to be written; the same `occasion` of one kind is written once."""

    kind: str
    audience: str
    occasion: str
    data: Mapping[str, Any] = field(default_factory=dict)
    deadline: datetime | None = None


def due_events(*, limit: int = 100) -> Sequence[Event]:
    """Give what nobody was told yet, oldest first; `mark_told` takes it off.

    Whoever tells them does it after this transaction and marks them afterwards: an event may be
    told twice, and is never lost.
    """
    statement = (
        select(DisputeEvent)
        .where(DisputeEvent.told_at.is_(None))
        .order_by(DisputeEvent.at, DisputeEvent.id)
        .limit(limit)
    )
    return [_event(row) for row in db.session.scalars(statement)]


def mark_told(event_ids: Collection[uuid.UUID]) -> int:
    """Take events off that were told; gives how many were still on."""
    statement = (
        update(DisputeEvent)
        .where(DisputeEvent.id.in_(event_ids), DisputeEvent.told_at.is_(None))
        .values(told_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    result: Any = db.session.execute(statement)
    return int(result.rowcount)


def write(merchant_id: uuid.UUID, dispute_id: uuid.UUID, event: NewEvent) -> bool:
    """Write an event in the caller's transaction; tells whether it is a new one."""
    row = {
        "id": new_id(),
        "merchant_id": merchant_id,
        "dispute_id": dispute_id,
        "kind": event.kind,
        "occasion": event.occasion,
        "deadline": event.deadline,
        "audience": event.audience,
        "at": clock.now(),
        "data": dict(event.data),
    }
    postgres = db.session.get_bind().dialect.name == "postgresql"
    make: Any = postgresql.insert(DisputeEvent) if postgres else sqlite.insert(DisputeEvent)
    kept = make.on_conflict_do_nothing(index_elements=["dispute_id", "kind", "occasion"])
    result: Any = db.session.execute(kept.returning(DisputeEvent.id), [row])
    return result.first() is not None


def _event(row: DisputeEvent) -> Event:
    return Event(
        row.id, row.merchant_id, row.dispute_id, row.kind, row.audience, row.at, dict(row.data)
    )
