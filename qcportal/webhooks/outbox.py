"""The outbox: what the history records becomes events and deliveries in the same transaction."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select

from qcportal.db import db, new_id
from qcportal.disputes import machine
from qcportal.history import Entry
from qcportal.webhooks.event_types import type_of
from qcportal.webhooks.tables import WebhookDelivery, WebhookEndpoint, WebhookEvent

GIVE_UP_AFTER = timedelta(days=3)
INSIDE = ("from", "to", "version")
"""What the history of a dispute says of its machine."""


WANTING = select(WebhookEndpoint).where(
    WebhookEndpoint.merchant_id.in_(bindparam("merchants", expanding=True)),
    WebhookEndpoint.state != "ended",
)
"""Asked with nearly every change, so it is put together once."""


def collect(entries: Sequence[Entry], at: datetime) -> None:
    """Write events for the merchants who want to be told of these entries; see history.listen."""
    told = [
        (each, name)
        for each in entries
        if each.merchant_id is not None and (name := type_of(each.action)) is not None
    ]
    if not told:
        return
    endpoints = _find_endpoints({each.merchant_id for each, _ in told})
    if not endpoints:
        return
    events, deliveries = [], []
    for entry, name in told:
        wanting = [each for each in endpoints.get(entry.merchant_id, ()) if each.wants(name)]
        if wanting:
            events.append(_event(entry, name, at))
            deliveries += [delivery_row(each, events[-1]["id"], at) for each in wanting]
    if events:
        db.session.execute(insert(WebhookEvent), events)
        db.session.execute(insert(WebhookDelivery), deliveries)


def delivery_row(endpoint: Any, event_id: uuid.UUID, at: datetime) -> dict[str, Any]:
    """Give the row of a new delivery, which is due at once unless its endpoint is paused."""
    waits = endpoint.state == "active"
    return {
        "id": new_id(),
        "merchant_id": endpoint.merchant_id,
        "endpoint_id": endpoint.id,
        "event_id": event_id,
        "state": "waiting" if waits else "held",
        "attempts": 0,
        "next_at": at if waits else None,
        "give_up_at": at + GIVE_UP_AFTER,
        "created_at": at,
    }


def _find_endpoints(
    merchant_ids: set[uuid.UUID | None],
) -> Mapping[uuid.UUID | None, list[WebhookEndpoint]]:
    found: dict[uuid.UUID | None, list[WebhookEndpoint]] = {}
    for endpoint in db.session.scalars(WANTING, {"merchants": merchant_ids}):
        found.setdefault(endpoint.merchant_id, []).append(endpoint)
    return found


def _event(entry: Entry, name: str, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "merchant_id": entry.merchant_id,
        "type": name,
        "at": at,
        "subject": entry.chain,
        "data": _data(entry),
    }


def _data(entry: Entry) -> dict[str, Any]:
    """Tell what the history tells; of a dispute only what its merchant is shown, and no names."""
    by = {"kind": entry.actor.kind, "name": entry.actor.label}
    if not entry.action.startswith("dispute_"):
        return {**entry.data, "by": by}
    shown = {name: text for name, text in entry.data.items() if name not in INSIDE}
    return {**shown, "state": machine.shown_state(machine.State(entry.data["to"])).value}
