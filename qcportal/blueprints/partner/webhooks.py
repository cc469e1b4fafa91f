"""Webhooks over the partner API: endpoints, what was sent to them, and sending it again."""

from typing import Any

from flask import Response

from qcportal import accounts, webhooks
from qcportal.blueprints.access import actor, current_key, permission
from qcportal.blueprints.answers import PROBLEMS, reply
from qcportal.blueprints.partner import blueprint
from qcportal.blueprints.partner.webhook_models import (
    DeliveriesQuery,
    DeliveryAnswer,
    DeliveryInFull,
    DeliveryList,
    DeliveryPath,
    EndpointAnswer,
    EndpointBody,
    EndpointList,
    EndpointPath,
    ReplayAnswer,
    ReplayBody,
)
from qcportal.blueprints.typed import takes_no_body
from qcportal.db import db
from qcportal.webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent


@blueprint.get("/webhooks", summary="List endpoints", responses={200: EndpointList, **PROBLEMS})
@permission("webhooks:read")
def list_endpoints() -> Response:
    """Oldest first, without their secrets."""
    found = db.session.scalars(webhooks.select_endpoints(current_key().merchant_id))
    return reply({"endpoints": [_endpoint(each) for each in found]})


@blueprint.post(
    "/webhooks",
    summary="Add an endpoint",
    description="Everything sent to it is signed as Standard Webhooks are.",
    responses={201: EndpointAnswer, **PROBLEMS},
)
@permission("webhooks:write")
def create_endpoint(body: EndpointBody) -> Response:
    """The answer holds its secret, which is not given again."""
    merchant = accounts.get_merchant(current_key().merchant_id)
    endpoint = webhooks.create(merchant, body.fields(), by=actor())
    db.session.commit()
    return reply(_endpoint(endpoint) | {"secret": endpoint.secret}, 201)


@blueprint.get(
    "/webhooks/<uuid:endpoint_id>",
    summary="Get an endpoint",
    responses={200: EndpointAnswer, **PROBLEMS},
)
@permission("webhooks:read")
def get_endpoint(path: EndpointPath) -> Response:
    """It says whether it is paused, why, and since when it fails."""
    return reply(_endpoint(webhooks.get_endpoint(path.endpoint_id)))


@blueprint.put(
    "/webhooks/<uuid:endpoint_id>",
    summary="Change an endpoint",
    responses={200: EndpointAnswer, **PROBLEMS},
)
@permission("webhooks:write")
def change_endpoint(path: EndpointPath, body: EndpointBody) -> Response:
    """The secret stays."""
    endpoint = webhooks.get_endpoint(path.endpoint_id)
    webhooks.change(endpoint, body.fields(), by=actor())
    db.session.commit()
    return reply(_endpoint(endpoint))


@blueprint.delete(
    "/webhooks/<uuid:endpoint_id>",
    summary="Remove an endpoint",
    responses={204: None, **PROBLEMS},
)
@permission("webhooks:write")
def end_endpoint(path: EndpointPath) -> Response:
    """What waited for it is not sent any more."""
    webhooks.end(webhooks.get_endpoint(path.endpoint_id), by=actor())
    db.session.commit()
    return Response(status=204)


@blueprint.post(
    "/webhooks/<uuid:endpoint_id>/pause",
    summary="Pause an endpoint",
    responses={200: EndpointAnswer, **PROBLEMS},
)
@permission("webhooks:write")
@takes_no_body
def pause_endpoint(path: EndpointPath) -> Response:
    """What happens meanwhile is held; pausing twice changes nothing."""
    endpoint = webhooks.get_endpoint(path.endpoint_id)
    webhooks.pause(endpoint, reason=f"Paused by {actor().label}", by=actor())
    db.session.commit()
    return reply(_endpoint(endpoint))


@blueprint.post(
    "/webhooks/<uuid:endpoint_id>/resume",
    summary="Resume an endpoint",
    responses={200: EndpointAnswer, **PROBLEMS},
)
@permission("webhooks:write")
@takes_no_body
def resume_endpoint(path: EndpointPath) -> Response:
    """What was held is sent; 409 when it is not paused."""
    endpoint = webhooks.get_endpoint(path.endpoint_id)
    webhooks.resume(endpoint, by=actor())
    db.session.commit()
    return reply(_endpoint(endpoint))


@blueprint.post(
    "/webhooks/<uuid:endpoint_id>/secret",
    summary="Rotate the secret",
    responses={200: EndpointAnswer, **PROBLEMS},
)
@permission("webhooks:write")
@takes_no_body
def rotate_secret(path: EndpointPath) -> Response:
    """The one before signs beside it for a day."""
    endpoint = webhooks.get_endpoint(path.endpoint_id)
    secret = webhooks.rotate_secret(endpoint, by=actor())
    db.session.commit()
    return reply(_endpoint(endpoint) | {"secret": secret})


@blueprint.post(
    "/webhooks/<uuid:endpoint_id>/test",
    summary="Send a test event",
    responses={202: DeliveryAnswer, **PROBLEMS},
)
@permission("webhooks:write")
@takes_no_body
def test_endpoint(path: EndpointPath) -> Response:
    """It goes out like any other; ask for the delivery to see what came back."""
    endpoint = webhooks.get_endpoint(path.endpoint_id)
    delivery_id = webhooks.send_test(endpoint, by=actor())
    db.session.commit()
    delivery = webhooks.get_delivery(endpoint.id, delivery_id)
    return reply(_delivery(delivery, webhooks.get_event(delivery.event_id)), 202)


@blueprint.post(
    "/webhooks/<uuid:endpoint_id>/replay",
    summary="Send everything since a moment again",
    responses={202: ReplayAnswer, **PROBLEMS},
)
@permission("webhooks:write")
def replay_since(path: EndpointPath, body: ReplayBody) -> Response:
    """Events keep their ids, so that what was taken already can be told apart."""
    endpoint = webhooks.get_endpoint(path.endpoint_id)
    events = webhooks.replay_since(endpoint, body.since, by=actor())
    db.session.commit()
    return reply({"events": events}, 202)


@blueprint.get(
    "/webhooks/<uuid:endpoint_id>/deliveries",
    summary="List what was sent",
    responses={200: DeliveryList, **PROBLEMS},
)
@permission("webhooks:read")
def list_deliveries(path: EndpointPath, query: DeliveriesQuery) -> Response:
    """Newest first; `state=dead` are those that were given up."""
    endpoint = webhooks.get_endpoint(path.endpoint_id)
    wanted = webhooks.select_deliveries(endpoint.id, state=query.state, before=query.before)
    found = db.session.execute(wanted.limit(query.limit + 1)).all()
    shown = [_delivery(delivery, event) for delivery, event in found[: query.limit]]
    return reply({"deliveries": shown, "more": len(found) > query.limit})


@blueprint.get(
    "/webhooks/<uuid:endpoint_id>/deliveries/<uuid:delivery_id>",
    summary="Get what was sent and what came back",
    responses={200: DeliveryInFull, **PROBLEMS},
)
@permission("webhooks:read")
def get_delivery(path: DeliveryPath) -> Response:
    """Tries are kept for 30 days, without the signature."""
    webhooks.get_endpoint(path.endpoint_id)
    delivery = webhooks.get_delivery(path.endpoint_id, path.delivery_id)
    event = webhooks.get_event(delivery.event_id)
    tried = [_attempt(each) for each in webhooks.find_attempts(delivery.id)]
    return reply(_delivery(delivery, event) | {"body": event.body, "tried": tried})


@blueprint.post(
    "/webhooks/<uuid:endpoint_id>/deliveries/<uuid:delivery_id>/replay",
    summary="Send one event again",
    responses={202: DeliveryAnswer, **PROBLEMS},
)
@permission("webhooks:write")
@takes_no_body
def replay_delivery(path: DeliveryPath) -> Response:
    """Whatever became of it before; under the same id."""
    endpoint = webhooks.get_endpoint(path.endpoint_id)
    delivery = webhooks.get_delivery(endpoint.id, path.delivery_id)
    webhooks.replay(delivery, endpoint, by=actor())
    db.session.commit()
    return reply(_delivery(delivery, webhooks.get_event(delivery.event_id)), 202)


def _endpoint(endpoint: WebhookEndpoint) -> dict[str, Any]:
    names = (
        "url", "event_types", "note", "state", "state_reason", "failures", "failing_since",
        "delivered_at", "created_at",
    )  # fmt: skip
    return {"endpoint_id": endpoint.id, **{name: getattr(endpoint, name) for name in names}}


def _delivery(delivery: WebhookDelivery, event: WebhookEvent) -> dict[str, Any]:
    return {
        "delivery_id": delivery.id,
        "event_id": event.id,
        "type": event.type,
        "at": event.at,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "next_at": delivery.next_at,
    }


def _attempt(attempt: WebhookAttempt) -> dict[str, Any]:
    names = (
        "at", "milliseconds", "request_headers", "status", "response_headers", "response", "fault",
    )  # fmt: skip
    return {name: getattr(attempt, name) for name in names}
