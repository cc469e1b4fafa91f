"""Admin pages of field executives and their phones."""

import uuid
from typing import Any
from urllib.parse import urlencode

import segno
from flask import redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from qcportal import clock, devices, errors, returns
from qcportal.blueprints.access import ADMIN_VIEW, OPERATE, actor, permission
from qcportal.blueprints.admin import blueprint
from qcportal.blueprints.admin.forms import ExecutiveForm, take_faults
from qcportal.blueprints.admin.pages import (
    DeviceRow,
    DevicesPage,
    EnrolmentPage,
    ExecutiveRow,
    PeoplePage,
)
from qcportal.blueprints.shown.frame import Option
from qcportal.db import db
from qcportal.devices import Device, Enrolment
from qcportal.language import gettext as _

MEGABYTE = 1_000_000


@blueprint.get("/people")
@permission(ADMIN_VIEW)
def people() -> str:
    """List who picks up."""
    return _people(ExecutiveForm())


@blueprint.post("/people")
@permission(OPERATE)
def create_executive() -> Any:
    """Add somebody who picks up."""
    form = ExecutiveForm()
    if not form.validate():
        return _people(form), 400
    try:
        devices.create_executive(
            code=form.code.data, name=form.name.data, hub=form.hub.data, by=actor()
        )
    except errors.PortalError as refused:
        take_faults(form, refused)
        return _people(form), refused.status
    db.session.commit()
    return redirect(url_for("admin.people"), 303)


@blueprint.get("/devices", endpoint="devices")
@permission(ADMIN_VIEW)
def list_devices() -> str:
    """List the phones with what each last said about itself."""
    rows = [_device(each) for each in db.session.scalars(devices.select_devices())]
    everybody = db.session.scalars(devices.select_executives())
    options = [Option(str(each.id), f"{each.name}, {each.hub}") for each in everybody]
    return render_template("admin/devices.html", page=DevicesPage(tuple(rows), tuple(options)))


@blueprint.post("/enrolments")
@permission(OPERATE)
def enrol_device() -> Any:
    """Make a one-use code and show it as a QR; only this answer ever holds it."""
    executive = devices.get_executive(_executive_id())
    enrolment, code = devices.offer_enrolment(executive, by=actor())
    db.session.commit()
    page = EnrolmentPage(
        id=str(enrolment.id),
        person=executive.name,
        state="waiting",
        qr=_qr(code),
        code=code,
        expires_at=enrolment.expires_at,
        executive_id=str(executive.id),
    )
    return render_template("admin/enrolment.html", page=page), 201


@blueprint.get("/enrolments/<uuid:id>", endpoint="enrolment")
@permission(ADMIN_VIEW)
def show_enrolment(id: uuid.UUID) -> str:
    """Show how an enrolment stands, without its code."""
    page = _enrolment(devices.get_enrolment(id))
    return render_template("admin/enrolment.html", page=page)


@blueprint.get("/enrolments/<uuid:id>/status")
@permission(ADMIN_VIEW)
def enrolment_status(id: uuid.UUID) -> Response:
    """Answer the poll of the page: 204 while nothing happened, so that the QR stays."""
    page = _enrolment(devices.get_enrolment(id))
    if page.state == "waiting":
        return Response(status=204)
    return Response(render_template("admin/_enrolment.html", page=page), mimetype="text/html")


@blueprint.post("/devices/<uuid:id>/revoke")
@permission(OPERATE)
def revoke_device(id: uuid.UUID) -> Response:
    """Close a phone's token at once."""
    devices.revoke(devices.get_device(id), by=actor())
    db.session.commit()
    return redirect(url_for("admin.devices"), 303)


def _people(form: ExecutiveForm) -> str:
    today = returns.count_per_executive(clock.now().astimezone(devices.ZONE).date())
    phones = {
        each.executive_id: each.label
        for each in reversed(db.session.scalars(devices.select_devices()).all())
        if each.revoked_at is None
    }
    rows = [
        ExecutiveRow(
            id=str(each.id),
            name=each.name,
            code=each.code,
            hub=each.hub,
            returns_today=today.get(each.id, (0, 0))[0],
            done_today=today.get(each.id, (0, 0))[1],
            device=phones.get(each.id, ""),
            active=each.deactivated_at is None,
        )
        for each in db.session.scalars(devices.select_executives())
    ]
    return render_template("admin/people.html", page=PeoplePage(tuple(rows)), form=form)


def _device(device: Device) -> DeviceRow:
    offset, free = device.clock_offset_ms, device.storage_free_mb
    return DeviceRow(
        id=str(device.id),
        label=device.label,
        person=device.executive.name,
        state="revoked" if device.revoked_at else "active",
        seen_at=device.seen_at,
        app_version=device.app_version or "",
        storage_free=None if free is None else free * MEGABYTE,
        photos_waiting=device.photos_waiting or 0,
        clock_ahead_s=None if offset is None else round(offset / 1000),
    )


def _enrolment(enrolment: Enrolment) -> EnrolmentPage:
    state = "waiting" if enrolment.expires_at > clock.now() else "expired"
    device = devices.get_device(enrolment.device_id).label if enrolment.device_id else ""
    return EnrolmentPage(
        id=str(enrolment.id),
        person=enrolment.executive.name,
        state="ready" if enrolment.used_at else state,  # type: ignore[arg-type]
        expires_at=enrolment.expires_at,
        device=device,
        executive_id=str(enrolment.executive_id),
    )


def _qr(code: str) -> Markup:
    """Draw the code with the portal's address: what a phone has to know to enrol."""
    target = "doorstep://enrol?" + urlencode({"portal": request.host_url, "code": code})
    svg = segno.make(target, error="m").svg_inline(
        scale=4, omitsize=True, dark="#15171c", light="#ffffff", title=_("Enrolment code")
    )
    return Markup(svg)  # noqa: S704 - drawn by segno from our own text


def _executive_id() -> uuid.UUID:
    try:
        return uuid.UUID(request.form.get("executive_id", ""))
    except ValueError as error:
        raise errors.Invalid(_("Choose a person.")) from error
