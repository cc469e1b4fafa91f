"""Builds the pages of webhooks."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from qcportal import webhooks
from qcportal.accounts import Merchant
from qcportal.blueprints.jinja import duration, full_time, when
from qcportal.blueprints.shown.frame import Badge, Fact, Note
from qcportal.blueprints.shown.webhooks import (
    DeliveryPage,
    DeliveryRow,
    EndpointDoors,
    EndpointPage,
    EndpointRow,
    EndpointsPage,
    StateTab,
    TryView,
)
from qcportal.db import db
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext, ngettext
from qcportal.webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent

AT_ONCE = 50
TEST_SAID = lazy_gettext("A test that somebody asked for")
ENDPOINT_BADGES = {
    "active": Badge("", "circle-check", lazy_gettext("Active")),
    "paused": Badge("late", "circle-minus", lazy_gettext("Paused")),
}
FAILING = Badge("late", "clock-alert", lazy_gettext("Failing"))
DELIVERY_BADGES = {
    "waiting": Badge("wait", "clock", lazy_gettext("Waiting")),
    "held": Badge("late", "circle-minus", lazy_gettext("Held")),
    "delivered": Badge("", "circle-check", lazy_gettext("Delivered")),
    "dead": Badge("miss", "circle-slash", lazy_gettext("Given up")),
}
TABS = ("delivered", "waiting", "held", "dead")


@dataclass(frozen=True)
class Desk:
    """Whose webhooks they are, and the door: `url` gives the address of a view by its bare name."""

    merchant: Merchant
    url: Callable[..., str]
    may_change: bool
    above: str = ""


def build_list(desk: Desk) -> EndpointsPage:
    """Build the page of all endpoints."""
    found = list(db.session.scalars(webhooks.select_endpoints(desk.merchant.id)))
    counts = webhooks.count_by_state([each.id for each in found]) if found else {}
    return EndpointsPage(
        scope=desk.merchant.name,
        rows=tuple(_endpoint_row(each, counts[each.id], desk) for each in found),
        send_to=desk.url("create_webhook") if desk.may_change else "",
        above=desk.above,
        tz=desk.merchant.timezone,
    )


def build_endpoint(
    endpoint: WebhookEndpoint, args: Mapping[str, str], desk: Desk, *, new_secret: str = ""
) -> EndpointPage:
    """Build the page of one endpoint: how it is, and what was sent to it, newest first."""
    state = args.get("state", "")
    state = state if state in TABS else ""
    wanted = webhooks.select_deliveries(
        endpoint.id, state=state or None, before=_id_of(args.get("before", ""))
    )
    found = db.session.execute(wanted.limit(AT_ONCE + 1)).all()
    asked = {"state": state} if state else {}
    here = desk.url("webhook", id=endpoint.id, **asked)
    last = found[AT_ONCE - 1][0].id if len(found) > AT_ONCE else None
    return EndpointPage(
        back=desk.url("webhooks"),
        url=endpoint.url,
        note=endpoint.note,
        badge=_endpoint_badge(endpoint),
        notes=_notes(endpoint, desk),
        facts=_endpoint_facts(endpoint, desk.merchant.timezone),
        tabs=_tabs(endpoint, desk),
        open_tab=state,
        rows=tuple(_delivery_row(each, event, desk) for each, event in found[:AT_ONCE]),
        doors=_doors(endpoint, desk) if desk.may_change else EndpointDoors(),
        older=desk.url("webhook", id=endpoint.id, before=last, **asked) if last else "",
        newest=here if args.get("before") else "",
        new_secret=new_secret,
        tz=desk.merchant.timezone,
    )


def build_delivery(
    endpoint: WebhookEndpoint, delivery: WebhookDelivery, desk: Desk
) -> DeliveryPage:
    """Build the page of one delivery with every try that is still on record."""
    event, tz = webhooks.get_event(delivery.event_id), desk.merchant.timezone
    again = desk.url("replay_webhook_delivery", id=endpoint.id, delivery_id=delivery.id)
    facts = [
        Fact(_("Event"), f"msg_{event.id.hex}", mono=True),
        Fact(_("Happened"), full_time(event.at, tz)),
        Fact(_("Tries"), str(delivery.attempts)),
    ]
    if delivery.next_at is not None:
        facts.append(Fact(_("Next try"), full_time(delivery.next_at, tz)))
    tries = webhooks.find_attempts(delivery.id)
    return DeliveryPage(
        back=desk.url("webhook", id=endpoint.id),
        endpoint=endpoint.url,
        type=event.type,
        said=_said(event.type),
        badge=DELIVERY_BADGES[delivery.state],
        facts=tuple(facts),
        body=_pretty(event.body),
        tries=tuple(_try(each) for each in tries),
        again=again if desk.may_change else "",
        tz=tz,
    )


def _endpoint_row(endpoint: WebhookEndpoint, counts: Mapping[str, int], desk: Desk) -> EndpointRow:
    return EndpointRow(
        href=desk.url("webhook", id=endpoint.id),
        url=endpoint.url,
        note=endpoint.note,
        told=_told(endpoint),
        badge=_endpoint_badge(endpoint),
        delivered_at=endpoint.delivered_at,
        waiting=counts.get("waiting", 0) + counts.get("held", 0),
        dead=counts.get("dead", 0),
    )


def _told(endpoint: WebhookEndpoint) -> str:
    kinds = endpoint.event_types
    return (
        ngettext("%(num)s event type", "%(num)s event types", len(kinds))
        if kinds
        else _("Everything")
    )


def _endpoint_badge(endpoint: WebhookEndpoint) -> Badge:
    if endpoint.state == "active" and endpoint.failing_since is not None:
        return FAILING
    return ENDPOINT_BADGES[endpoint.state]


def _notes(endpoint: WebhookEndpoint, desk: Desk) -> tuple[Note, ...]:
    if endpoint.state == "paused":
        held = _("What happens meanwhile is held for three days.")
        text = f"{_(endpoint.state_reason or '')} {held}".strip()
        return (Note("late", "circle-minus", _("Nothing is sent here now."), text),)
    if endpoint.failing_since is not None:
        since = when(endpoint.failing_since, desk.merchant.timezone)
        text = ngettext(
            "%(num)s try in a row, since %(since)s.",
            "%(num)s tries in a row, since %(since)s.",
            endpoint.failures,
            since=since,
        )
        return (Note("late", "clock-alert", _("Nothing is taken."), text),)
    return ()


def _endpoint_facts(endpoint: WebhookEndpoint, tz: str) -> tuple[Fact, ...]:
    delivered = when(endpoint.delivered_at, tz) if endpoint.delivered_at else _("Never")
    facts = [Fact(_("Told of"), _told(endpoint)), Fact(_("Last delivered"), delivered)]
    if endpoint.previous_until is not None:
        facts.append(Fact(_("Old secret signs until"), when(endpoint.previous_until, tz)))
    facts.append(Fact(_("Added"), f"{when(endpoint.created_at, tz)}, {endpoint.created_by}"))
    return tuple(facts)


def _tabs(endpoint: WebhookEndpoint, desk: Desk) -> tuple[StateTab, ...]:
    counts = webhooks.count_by_state([endpoint.id])[endpoint.id]
    whole = StateTab("", _("All"), sum(counts.values()), desk.url("webhook", id=endpoint.id))
    return (
        whole,
        *(
            StateTab(
                key=state,
                label=DELIVERY_BADGES[state].text,
                count=counts.get(state, 0),
                href=desk.url("webhook", id=endpoint.id, state=state),
                tone=DELIVERY_BADGES[state].tone,
            )
            for state in TABS
        ),
    )


def _doors(endpoint: WebhookEndpoint, desk: Desk) -> EndpointDoors:
    active = endpoint.state == "active"

    def door(view: str) -> str:
        return desk.url(view, id=endpoint.id)

    return EndpointDoors(
        change=door("change_webhook"),
        pause=door("pause_webhook") if active else "",
        resume="" if active else door("resume_webhook"),
        rotate=door("rotate_webhook_secret"),
        test=door("test_webhook") if active else "",
        replay=door("replay_webhook"),
        end=door("end_webhook"),
    )


def _delivery_row(delivery: WebhookDelivery, event: WebhookEvent, desk: Desk) -> DeliveryRow:
    return DeliveryRow(
        href=desk.url("webhook_delivery", id=delivery.endpoint_id, delivery_id=delivery.id),
        type=event.type,
        said=_said(event.type),
        at=event.at,
        badge=DELIVERY_BADGES[delivery.state],
        attempts=delivery.attempts,
        next_at=delivery.next_at,
    )


def _said(event_type: str) -> str:
    return webhooks.SAID.get(event_type, TEST_SAID)


def _try(attempt: WebhookAttempt) -> TryView:
    taken = attempt.status is not None and 200 <= attempt.status < 300
    said = (
        _("Answered %(status)s", status=attempt.status)
        if attempt.status is not None
        else str(attempt.fault)
    )
    tone = (
        Badge("", "circle-check", _("Taken"))
        if taken
        else Badge("late", "circle-x", _("Not taken"))
    )
    return TryView(
        at=attempt.at,
        badge=tone,
        summary=_("%(answer)s, after %(span)s", answer=said, span=_span(attempt.milliseconds)),
        sent=_headers(attempt.request_headers),
        answered=_headers(attempt.response_headers),
        response=attempt.response,
    )


def _span(milliseconds: int) -> str:
    return f"{milliseconds} ms" if milliseconds < 1000 else duration(round(milliseconds / 1000))


def _headers(headers: Mapping[str, Any]) -> tuple[Fact, ...]:
    return tuple(Fact(name, str(text), mono=True) for name, text in sorted(headers.items()))


def _pretty(body: str | None) -> str:
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False) if body else ""


def _id_of(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None
