"""What a webhook says: the Standard Webhooks payload of one event, made once and then kept."""

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from qcportal.db import compact_json, db
from qcportal.disputes import receipt
from qcportal.disputes.tables import Dispute
from qcportal.returns import Return
from qcportal.webhooks.tables import WebhookEvent

NAMED = ("awb", "client_request_id", "client_order_number")


def body_of(event: WebhookEvent, names: Mapping[uuid.UUID, Mapping[str, str]]) -> str:
    """Give the payload: `type`, `timestamp`, and `data` with what names it and what happened.

    See https://www.standardwebhooks.com. What it tells is what was true as it happened; ask the
    API for what is true now.
    """
    data: dict[str, Any] = {**names.get(event.subject, {}), **event.data}
    return compact_json({"type": event.type, "timestamp": event.at.isoformat(), "data": data})


def find_names(subjects: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[str, str]]:
    """Find what names the returns and disputes among the subjects of events."""
    columns = [getattr(Return, name) for name in NAMED]
    returns = select(Return.id.label("return_id"), *columns).where(Return.id.in_(subjects))
    disputes = (
        select(Dispute.id.label("dispute_id"), Dispute.number, Return.id.label("return_id"))
        .add_columns(*columns)
        .join(Return, Return.id == Dispute.return_id)
        .where(Dispute.id.in_(subjects))
    )
    names = {row["return_id"]: _texts(row) for row in _read(returns)}
    for row in _read(disputes):
        names[row["dispute_id"]] = _texts(row) | {"number": receipt(row["number"]) or ""}
    return names


def _read(statement: Any) -> Any:
    return db.session.execute(statement).mappings()


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in row.items()}
