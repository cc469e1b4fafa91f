"""Sending again: one event, everything since a moment, or a test."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm.attributes import set_committed_value

from qcportal import clock, errors, history
from qcportal.db import db, new_id
from qcportal.history import Actor, Entry
from qcportal.language import gettext as _
from qcportal.language import grouped
from qcportal.webhooks.event_types import TEST
from qcportal.webhooks.outbox import GIVE_UP_AFTER, delivery_row
from qcportal.webhooks.tables import WebhookDelivery, WebhookEndpoint, WebhookEvent

MOST_AT_ONCE = 10_000


def send_test(endpoint: WebhookEndpoint, *, by: Actor) -> uuid.UUID:
    """Send a test event to an endpoint; gives its delivery. Raises Conflict while it is paused."""
    if endpoint.state != "active":
        raise errors.Conflict(_("This endpoint is paused; resume it before you test it."))
    at, event_id = clock.now(), new_id()
    event = {
        "id": event_id,
        "merchant_id": endpoint.merchant_id,
        "type": TEST,
        "at": at,
        "subject": endpoint.id,
        "data": {"endpoint_id": str(endpoint.id), "by": {"kind": by.kind, "name": by.label}},
    }
    row = delivery_row(endpoint, event_id, at)
    db.session.execute(insert(WebhookEvent), [event])
    db.session.execute(insert(WebhookDelivery), [row])
    made: uuid.UUID = row["id"]
    return made


def replay(delivery: WebhookDelivery, endpoint: WebhookEndpoint, *, by: Actor) -> None:
    """Send one delivery again, whatever became of it; its log stays."""
    if endpoint.state == "ended":
        raise errors.Conflict(_("Its endpoint was removed."))
    changes = _send_again(endpoint, [delivery.event_id])
    for name, value in changes.items():
        set_committed_value(delivery, name, value)
    data = {"event": str(delivery.event_id)}
    history.record([Entry(endpoint.id, endpoint.merchant_id, "webhook_replayed", by, data)])


def replay_since(endpoint: WebhookEndpoint, since: datetime, *, by: Actor) -> int:
    """Send everything since a moment again, also what happened before the endpoint wanted it.

    Gives how many events that is; raises Invalid for more than 10,000 of them.
    """
    wanted = _find_events(endpoint, since)
    if len(wanted) > MOST_AT_ONCE:
        text = _(
            "That is more than %(n)s events; choose a later moment.",
            n=grouped(MOST_AT_ONCE),
        )
        raise errors.Invalid(faults=[errors.Fault("/since", "too_many", text)])
    known = _find_known(endpoint, wanted)
    at = clock.now()
    fresh = [delivery_row(endpoint, each, at) for each in wanted if each not in known]
    if fresh:
        db.session.execute(insert(WebhookDelivery), fresh)
    _send_again(endpoint, sorted(known))
    data = {"since": since.isoformat(), "events": len(wanted)}
    history.record([Entry(endpoint.id, endpoint.merchant_id, "webhook_replayed", by, data)])
    return len(wanted)


def _find_events(endpoint: WebhookEndpoint, since: datetime) -> list[uuid.UUID]:
    statement = (
        select(WebhookEvent.id, WebhookEvent.type)
        .where(WebhookEvent.merchant_id == endpoint.merchant_id, WebhookEvent.at >= since)
        .where(WebhookEvent.type != TEST)
        .order_by(WebhookEvent.at, WebhookEvent.id)
    )
    if endpoint.event_types:
        statement = statement.where(WebhookEvent.type.in_(endpoint.event_types))
    return [row.id for row in db.session.execute(statement.limit(MOST_AT_ONCE + 1))]


def _find_known(endpoint: WebhookEndpoint, events: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    known: set[uuid.UUID] = set()
    for part in _parts(events):
        statement = select(WebhookDelivery.event_id).where(
            WebhookDelivery.merchant_id == endpoint.merchant_id,
            WebhookDelivery.endpoint_id == endpoint.id,
            WebhookDelivery.event_id.in_(part),
        )
        known |= set(db.session.scalars(statement))
    return known


def _send_again(endpoint: WebhookEndpoint, events: Sequence[uuid.UUID]) -> dict[str, Any]:
    at, active = clock.now(), endpoint.state == "active"
    changes: dict[str, Any] = {
        "state": "waiting" if active else "held",
        "next_at": at if active else None,
        "give_up_at": at + GIVE_UP_AFTER,
        "attempts": 0,
        "ended_at": None,
    }
    for part in _parts(events):
        db.session.execute(
            update(WebhookDelivery)
            .where(WebhookDelivery.merchant_id == endpoint.merchant_id)
            .where(WebhookDelivery.endpoint_id == endpoint.id, WebhookDelivery.event_id.in_(part))
            .values(**changes)
            .execution_options(synchronize_session=False)
        )
    return changes


def _parts(ids: Sequence[uuid.UUID]) -> list[Sequence[uuid.UUID]]:
    return [ids[start : start + 500] for start in range(0, len(ids), 500)]
