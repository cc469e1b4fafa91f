"""Webhooks: telling merchants' own systems what happens, signed, until they took it."""

from qcportal.webhooks.delivering import Post, deliver_due, forget_old
from qcportal.webhooks.endpoints import (
    EndpointFields,
    change,
    count_paused,
    create,
    end,
    get_endpoint,
    pause,
    resume,
    rotate_secret,
    select_endpoints,
)
from qcportal.webhooks.event_types import SAID, type_of
from qcportal.webhooks.outbox import collect
from qcportal.webhooks.reads import (
    count_by_state,
    find_attempts,
    get_delivery,
    get_event,
    select_deliveries,
)
from qcportal.webhooks.replaying import replay, replay_since, send_test
from qcportal.webhooks.tables import (
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)

__all__ = [
    "SAID",
    "EndpointFields",
    "Post",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookEvent",
    "change",
    "collect",
    "count_by_state",
    "count_paused",
    "create",
    "deliver_due",
    "end",
    "find_attempts",
    "forget_old",
    "get_delivery",
    "get_endpoint",
    "get_event",
    "pause",
    "replay",
    "replay_since",
    "resume",
    "rotate_secret",
    "select_deliveries",
    "select_endpoints",
    "send_test",
    "type_of",
]
