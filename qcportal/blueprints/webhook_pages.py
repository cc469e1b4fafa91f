"""The pages of webhooks, written once for two doors: endpoints, deliveries, and every try.

Not an audience: `merchant/webhooks.py` and `admin/webhooks.py` put `ROUTES` on their blueprints.
"""

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from qcportal import clock, errors, webhooks
from qcportal.accounts import Merchant
from qcportal.blueprints import doors
from qcportal.blueprints.access import ADMIN_VIEW, MANAGE, OPERATE, VIEW, actor
from qcportal.blueprints.doors import Door, Route
from qcportal.blueprints.forms import Form
from qcportal.blueprints.showing import webhooks as pages
from qcportal.blueprints.showing.webhooks import Desk
from qcportal.db import db
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext, ngettext
from qcportal.webhooks import SAID, EndpointFields, WebhookEndpoint

MERCHANT_DOOR = Door("merchant", "/webhooks", VIEW, MANAGE)
ADMIN_DOOR = Door("admin", "/merchants/<uuid:merchant_id>/webhooks", ADMIN_VIEW, OPERATE)


class EndpointForm(Form):
    """Where to tell what."""

    url = StringField(
        lazy_gettext("Address"),
        [InputRequired(lazy_gettext("Enter an address.")), Length(max=1000)],
        description=lazy_gettext("https, on its usual port, and reachable from the internet."),
    )
    note = StringField(
        lazy_gettext("Note"), [Length(max=300)], description=lazy_gettext("For your own people.")
    )
    event_types = SelectMultipleField(
        lazy_gettext("Only tell of"),
        choices=[SelectChoice(name, name) for name in sorted(SAID)],
        description=lazy_gettext("Nothing ticked means everything."),
    )

    def fields(self) -> EndpointFields:
        """Give the domain's value."""
        types = tuple(self.event_types.data or ())
        return EndpointFields((self.url.data or "").strip(), types, self.note.data or "")


def list_endpoints(door: Door, merchant: Merchant) -> str:
    """Show all endpoints."""
    return _list(_desk(door, merchant), EndpointForm())


def create_endpoint(door: Door, merchant: Merchant) -> Any:
    """Add an endpoint; its secret is shown on the page that answers, and never again."""
    form = EndpointForm()
    if not form.validate():
        return _list(_desk(door, merchant), form), 400
    try:
        endpoint = webhooks.create(merchant, form.fields(), by=actor())
    except errors.PortalError as refused:
        _take_faults(form, refused)
        return _list(_desk(door, merchant), form), refused.status
    db.session.commit()
    return _one(endpoint, _desk(door, merchant), new_secret=endpoint.secret), 201


def show_endpoint(door: Door, merchant: Merchant, id: uuid.UUID) -> str:
    """Show one endpoint and what was sent to it."""
    return _one(webhooks.get_endpoint(id), _desk(door, merchant))


def change_endpoint(door: Door, merchant: Merchant, id: uuid.UUID) -> Any:
    """Give an endpoint another address, note or choice of events."""
    endpoint, form = webhooks.get_endpoint(id), EndpointForm()
    if not form.validate():
        return _one(endpoint, _desk(door, merchant), form), 400
    try:
        webhooks.change(endpoint, form.fields(), by=actor())
    except errors.Invalid as refused:
        _take_faults(form, refused)
        return _one(endpoint, _desk(door, merchant), form), refused.status
    return _done(door, id, _("Saved."))


def pause_endpoint(door: Door, merchant: Merchant, id: uuid.UUID) -> Response:
    """Stop sending; what happens meanwhile is held."""
    webhooks.pause(webhooks.get_endpoint(id), reason=f"Paused by {actor().label}.", by=actor())
    return _done(door, id, _("Paused. What happens meanwhile is held."))


def resume_endpoint(door: Door, merchant: Merchant, id: uuid.UUID) -> Response:
    """Send again, what was held first."""
    webhooks.resume(webhooks.get_endpoint(id), by=actor())
    return _done(door, id, _("Resumed. What was held is on its way."))


def rotate_secret(door: Door, merchant: Merchant, id: uuid.UUID) -> Any:
    """Make another secret, which is shown on the page that answers."""
    endpoint = webhooks.get_endpoint(id)
    secret = webhooks.rotate_secret(endpoint, by=actor())
    db.session.commit()
    return _one(endpoint, _desk(door, merchant), new_secret=secret), 201


def test_endpoint(door: Door, merchant: Merchant, id: uuid.UUID) -> Response:
    """Send a test, and lead to where its answer shows."""
    delivery_id = webhooks.send_test(webhooks.get_endpoint(id), by=actor())
    db.session.commit()
    flash(_("A test is on its way. Look again in a moment for what came back."))
    return redirect(door.url("webhook_delivery", id=id, delivery_id=delivery_id), 303)


def replay_endpoint(door: Door, merchant: Merchant, id: uuid.UUID) -> Any:
    """Send everything since a moment again."""
    endpoint = webhooks.get_endpoint(id)
    since = _moment(request.form.get("since", ""), merchant.timezone)
    if since is None:
        flash(_("Choose the day and time from which everything is sent again."), "error")
        return _one(endpoint, _desk(door, merchant)), 400
    number = webhooks.replay_since(endpoint, since, by=actor())
    return _done(
        door,
        id,
        ngettext("%(num)s event will be sent again.", "%(num)s events will be sent again.", number),
    )


def end_endpoint(door: Door, merchant: Merchant, id: uuid.UUID) -> Response:
    """Remove an endpoint for good."""
    webhooks.end(webhooks.get_endpoint(id), by=actor())
    db.session.commit()
    flash(_("Removed. Nothing is sent there any more."))
    return redirect(door.url("webhooks"), 303)


def show_delivery(door: Door, merchant: Merchant, id: uuid.UUID, delivery_id: uuid.UUID) -> str:
    """Show one event on its way, and every try."""
    endpoint = webhooks.get_endpoint(id)
    delivery = webhooks.get_delivery(endpoint.id, delivery_id)
    page = pages.build_delivery(endpoint, delivery, _desk(door, merchant))
    return render_template("webhooks/delivery.html", page=page)


def replay_delivery(
    door: Door, merchant: Merchant, id: uuid.UUID, delivery_id: uuid.UUID
) -> Response:
    """Send one event again."""
    endpoint = webhooks.get_endpoint(id)
    webhooks.replay(webhooks.get_delivery(endpoint.id, delivery_id), endpoint, by=actor())
    db.session.commit()
    flash(_("It will be sent again."))
    return redirect(door.url("webhook_delivery", id=id, delivery_id=delivery_id), 303)


ONE = "/<uuid:id>"
SENT = f"{ONE}/deliveries/<uuid:delivery_id>"
ROUTES = (
    Route("", "webhooks", list_endpoints),
    Route("/add", "create_webhook", create_endpoint, changes=True),
    Route(ONE, "webhook", show_endpoint),
    Route(f"{ONE}/change", "change_webhook", change_endpoint, changes=True),
    Route(f"{ONE}/pause", "pause_webhook", pause_endpoint, changes=True),
    Route(f"{ONE}/resume", "resume_webhook", resume_endpoint, changes=True),
    Route(f"{ONE}/rotate-secret", "rotate_webhook_secret", rotate_secret, changes=True),
    Route(f"{ONE}/test", "test_webhook", test_endpoint, changes=True),
    Route(f"{ONE}/replay", "replay_webhook", replay_endpoint, changes=True),
    Route(f"{ONE}/end", "end_webhook", end_endpoint, changes=True),
    Route(SENT, "webhook_delivery", show_delivery),
    Route(f"{SENT}/replay", "replay_webhook_delivery", replay_delivery, changes=True),
)


def register(blueprint: Blueprint, door: Door) -> None:
    """Put every page of webhooks on a door's blueprint."""
    doors.register(blueprint, door, ROUTES)


def _desk(door: Door, merchant: Merchant) -> Desk:
    above = url_for("admin.merchant_detail", id=merchant.id) if door.name == "admin" else ""
    return Desk(merchant, door.url, may_change=door.may_edit, above=above)


def _list(desk: Desk, form: EndpointForm) -> str:
    return render_template("webhooks/endpoints.html", page=pages.build_list(desk), form=form)


def _one(
    endpoint: WebhookEndpoint, desk: Desk, form: EndpointForm | None = None, *, new_secret: str = ""
) -> str:
    shown = form or EndpointForm(formdata=None, obj=endpoint)
    page = pages.build_endpoint(endpoint, request.args, desk, new_secret=new_secret)
    return render_template("webhooks/endpoint.html", page=page, form=shown)


def _done(door: Door, endpoint_id: uuid.UUID, said: str) -> Response:
    db.session.commit()
    flash(said)
    return redirect(door.url("webhook", id=endpoint_id), 303)


def _take_faults(form: EndpointForm, refused: errors.PortalError) -> None:
    for fault in refused.faults:
        field = form._fields.get(fault.path.strip("/").partition("/")[0])
        if field is not None:
            field.errors = [*field.errors, fault.message]
    if not refused.faults:
        form.form_errors.append(refused.detail)


def _moment(text: str, tz: str) -> datetime | None:
    """Read what a datetime-local field gives, in the merchant's zone; not of the future."""
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(tz))
    except ValueError:
        return None
    return moment if moment <= clock.now() else None
