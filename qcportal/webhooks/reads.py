"""How to find deliveries and what was tried."""

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import Select, func, select

from qcportal import errors
from qcportal.db import db
from qcportal.webhooks.tables import WebhookAttempt, WebhookDelivery, WebhookEvent


def get_delivery(endpoint_id: uuid.UUID, delivery_id: uuid.UUID) -> WebhookDelivery:
    """Get one delivery of an endpoint, or raise NotFound."""
    statement = select(WebhookDelivery).where(
        WebhookDelivery.id == delivery_id, WebhookDelivery.endpoint_id == endpoint_id
    )
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise errors.NotFound()
    return found


def get_event(event_id: uuid.UUID) -> WebhookEvent:
    """Get one event, or raise NotFound."""
    statement = select(WebhookEvent).where(WebhookEvent.id == event_id)
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise errors.NotFound()
    return found


def select_deliveries(
    endpoint_id: uuid.UUID, *, state: str | None = None, before: uuid.UUID | None = None
) -> Select[WebhookDelivery, WebhookEvent]:
    """Select an endpoint's deliveries with their events, newest first; of one state if asked.

    `before` is the last one of the page before: ids sort by the time of their making.
    """
    statement = (
        select(WebhookDelivery, WebhookEvent)
        .join(WebhookEvent, WebhookEvent.id == WebhookDelivery.event_id)
        .where(WebhookDelivery.endpoint_id == endpoint_id)
        .order_by(WebhookDelivery.id.desc())
    )
    if before is not None:
        statement = statement.where(WebhookDelivery.id < before)
    return statement if state is None else statement.where(WebhookDelivery.state == state)


def find_attempts(delivery_id: uuid.UUID) -> Sequence[WebhookAttempt]:
    """Find what was tried with one delivery, newest first."""
    statement = select(WebhookAttempt).where(WebhookAttempt.delivery_id == delivery_id)
    newest = statement.order_by(WebhookAttempt.at.desc(), WebhookAttempt.id.desc())
    return db.session.scalars(newest.limit(100)).all()


def count_by_state(endpoint_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[str, int]]:
    """Count the deliveries of endpoints by state."""
    statement = (
        select(WebhookDelivery.endpoint_id, WebhookDelivery.state, func.count())
        .where(WebhookDelivery.endpoint_id.in_(endpoint_ids))
        .group_by(WebhookDelivery.endpoint_id, WebhookDelivery.state)
    )
    counts: dict[uuid.UUID, dict[str, int]] = {each: {} for each in endpoint_ids}
    for endpoint_id, state, number in db.session.execute(statement):
        counts[endpoint_id][state] = number
    return counts
