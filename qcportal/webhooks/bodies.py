"""What a webhook says: the Standard Webhooks payload of one event, made once and then kept."""

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from qcportal.db import compact_json, db
from qcportal.returns import Return
from qcportal.webhooks.tables import WebhookEvent

NAMED = ("awb", "client_request_id", "client_order_number")


def body_of(event: WebhookEvent, returns: Mapping[uuid.UUID, Any]) -> str:
    """Give the payload: `type`, `timestamp`, and `data` with the return's names and what happened.

    See https://www.standardwebhooks.com. What it tells is what was true as it happened; ask the
    API for what is true now.
    """
    data: dict[str, Any] = dict(event.data)
    rvp = returns.get(event.subject)
    if rvp is not None:
        names = {name: getattr(rvp, name) for name in NAMED}
        data = {"return_id": str(event.subject), **names, **data}
    return compact_json({"type": event.type, "timestamp": event.at.isoformat(), "data": data})


def find_returns(subjects: Collection[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """Find the names of the returns among the subjects of events."""
    columns = [getattr(Return, name) for name in NAMED]
    statement = select(Return.id, *columns).where(Return.id.in_(subjects))
    return {row.id: row for row in db.session.execute(statement)}
