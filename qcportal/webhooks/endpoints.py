"""Endpoints: where a merchant is told, what of, and with which secret."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm.attributes import set_committed_value

from qcportal import clock, errors, history, signing
from qcportal.accounts import Merchant
from qcportal.db import db, new_id
from qcportal.history import Actor, Entry
from qcportal.language import gettext as _
from qcportal.outgoing import CallRefused, read_address
from qcportal.webhooks.event_types import SAID
from qcportal.webhooks.outbox import GIVE_UP_AFTER
from qcportal.webhooks.tables import WebhookDelivery, WebhookEndpoint

MOST_ENDPOINTS = 10
LONGEST_URL = 1000
OVERLAP = timedelta(hours=24)
"""How long the secret before still signs after a rotation."""


@dataclass(frozen=True)
class EndpointFields:
    """What a merchant says of an endpoint; no event types mean all of them."""

    url: str
    event_types: tuple[str, ...] = ()
    note: str = ""


def get_endpoint(endpoint_id: uuid.UUID) -> WebhookEndpoint:
    """Get one endpoint of the scope that was not ended, or raise NotFound."""
    statement = select(WebhookEndpoint).where(
        WebhookEndpoint.id == endpoint_id, WebhookEndpoint.state != "ended"
    )
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise errors.NotFound()
    return found


def count_paused() -> dict[uuid.UUID, int]:
    """Count the scope's endpoints that are paused, by merchant."""
    statement = (
        select(WebhookEndpoint.merchant_id, func.count())
        .where(WebhookEndpoint.state == "paused")
        .group_by(WebhookEndpoint.merchant_id)
    )
    return {row[0]: int(row[1]) for row in db.session.execute(statement)}


def select_endpoints(merchant_id: uuid.UUID) -> Select[WebhookEndpoint]:
    """Select a merchant's endpoints that were not ended, oldest first."""
    return (
        select(WebhookEndpoint)
        .where(WebhookEndpoint.merchant_id == merchant_id, WebhookEndpoint.state != "ended")
        .order_by(WebhookEndpoint.created_at, WebhookEndpoint.id)
    )


def create(merchant: Merchant, fields: EndpointFields, *, by: Actor) -> WebhookEndpoint:
    """Add an endpoint with a fresh secret; raises Invalid, or Conflict past the most there may be.

    Whether the address leads to a public place is looked at again at every call.
    """
    _check(fields)
    held = db.session.scalar(
        select(func.count()).select_from(select_endpoints(merchant.id).subquery())
    )
    if (held or 0) >= MOST_ENDPOINTS:
        raise errors.Conflict(
            _(
                "There can be %(n)s endpoints; remove one first.",
                n=MOST_ENDPOINTS,
            )
        )
    endpoint = WebhookEndpoint(
        id=new_id(),
        merchant_id=merchant.id,
        url=fields.url,
        note=fields.note,
        event_types=sorted(set(fields.event_types)),
        secret=signing.new_secret(),
        state="active",
        created_by=by.label,
        created_at=clock.now(),
    )
    db.session.add(endpoint)
    db.session.flush()
    _record(endpoint, "webhook_created", by, url=endpoint.url)
    return endpoint


def change(endpoint: WebhookEndpoint, fields: EndpointFields, *, by: Actor) -> None:
    """Give an endpoint another address, note or choice of events; raises Invalid."""
    _check(fields)
    endpoint.url, endpoint.note = fields.url, fields.note
    endpoint.event_types = sorted(set(fields.event_types))
    db.session.flush()
    _record(endpoint, "webhook_changed", by, url=endpoint.url)


def pause(endpoint: WebhookEndpoint, *, reason: str, by: Actor) -> bool:
    """Stop sending to an endpoint and hold what comes; False when it is paused already."""
    if not _turn(endpoint, "active", {"state": "paused", "state_reason": reason}):
        return False
    _move_deliveries(endpoint, "waiting", {"state": "held", "next_at": None})
    _record(endpoint, "webhook_paused", by, reason=reason, url=endpoint.url)
    return True


def resume(endpoint: WebhookEndpoint, *, by: Actor) -> None:
    """Send again, at first what was held; raises Conflict when it is not paused."""
    changes: dict[str, Any] = {"state": "active", "state_reason": None}
    changes |= {"failures": 0, "failing_since": None}
    if not _turn(endpoint, "paused", changes):
        raise errors.Conflict(_("This endpoint is not paused."))
    now = clock.now()
    due = {"state": "waiting", "next_at": now, "give_up_at": now + GIVE_UP_AFTER, "attempts": 0}
    _move_deliveries(endpoint, "held", due)
    _record(endpoint, "webhook_resumed", by)


def rotate_secret(endpoint: WebhookEndpoint, *, by: Actor) -> str:
    """Give an endpoint another secret; both sign for a day. Gives the new one."""
    endpoint.previous_secret, endpoint.secret = endpoint.secret, signing.new_secret()
    endpoint.previous_until = clock.now() + OVERLAP
    db.session.flush()
    _record(endpoint, "webhook_secret_rotated", by)
    return endpoint.secret


def end(endpoint: WebhookEndpoint, *, by: Actor) -> None:
    """Remove an endpoint for good; its log stays, what waited for it is given up."""
    endpoint.state, endpoint.state_reason = "ended", None
    db.session.flush()
    for state in ("waiting", "held"):
        changes = {"state": "dead", "next_at": None, "ended_at": clock.now()}
        _move_deliveries(endpoint, state, changes)
    _record(endpoint, "webhook_ended", by, url=endpoint.url)


def url_faults(url: str) -> list[errors.Fault]:
    """List what is wrong with an address without calling it."""
    if len(url) > LONGEST_URL:
        return [
            errors.Fault(
                "/url",
                "too_long",
                _("Use %(n)s characters at most.", n=LONGEST_URL),
            )
        ]
    try:
        read_address(url)
    except CallRefused as refused:
        return [errors.Fault("/url", "bad_url", str(refused))]
    return []


def _check(fields: EndpointFields) -> None:
    faults = url_faults(fields.url)
    for place, name in enumerate(fields.event_types):
        if name not in SAID:
            text = _("There is no event type %(name)s.", name=name[:60])
            faults.append(errors.Fault(f"/event_types/{place}", "unknown_event_type", text))
    if len(fields.note) > 300:
        faults.append(errors.Fault("/note", "too_long", _("Use 300 characters at most.")))
    if faults:
        raise errors.Invalid(faults=faults)


def _turn(endpoint: WebhookEndpoint, before: str, changes: dict[str, Any]) -> bool:
    statement = (
        update(WebhookEndpoint)
        .where(WebhookEndpoint.merchant_id == endpoint.merchant_id)
        .where(WebhookEndpoint.id == endpoint.id, WebhookEndpoint.state == before)
        .values(**changes)
        .execution_options(synchronize_session=False)
    )
    turned: Any = db.session.execute(statement)
    if not turned.rowcount:
        return False
    for name, value in changes.items():
        set_committed_value(endpoint, name, value)
    return True


def _move_deliveries(endpoint: WebhookEndpoint, before: str, changes: dict[str, Any]) -> None:
    db.session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.merchant_id == endpoint.merchant_id)
        .where(WebhookDelivery.endpoint_id == endpoint.id, WebhookDelivery.state == before)
        .values(**changes)
        .execution_options(synchronize_session=False)
    )


def _record(endpoint: WebhookEndpoint, action: str, by: Actor, **data: Any) -> None:
    history.record([Entry(endpoint.id, endpoint.merchant_id, action, by, data)])


def endpoints_by_id(endpoint_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, WebhookEndpoint]:
    """Find endpoints of the scope, ended ones too, by their ids."""
    statement = select(WebhookEndpoint).where(WebhookEndpoint.id.in_(endpoint_ids))
    return {each.id: each for each in db.session.scalars(statement)}
