"""Admin pages of field executives and their phones."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

import segno
from flask import redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, func, select, tuple_
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
from qcportal.devices import Device, Enrolment, FieldExecutive
from qcportal.language import gettext as _

MEGABYTE = 1_000_000
PAGE_SIZE = 25


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
    """Show one page of people, by hub and name; after a form it is the first one."""
    after = _after() if request.method == "GET" else None
    statement = devices.select_executives().limit(PAGE_SIZE + 1)
    found = db.session.scalars(statement.where(_beyond(after)) if after else statement).all()
    people, more = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    page = PeoplePage(
        rows=tuple(_executives(people)),
        count=db.session.scalar(_counting(devices.select_executives())) or 0,
        first=url_for("admin.people") if after else "",
        more=url_for("admin.people", after=people[-1].id) if more else "",
    )
    return render_template("admin/people.html", page=page, form=form)


def _beyond(last: FieldExecutive) -> ColumnElement[bool]:
    keys = (FieldExecutive.hub, FieldExecutive.name, FieldExecutive.code)
    return tuple_(*keys) > tuple_(last.hub, last.name, last.code)


def _counting(statement: Select[Any]) -> Select[int]:
    return select(func.count()).select_from(statement.order_by(None).subquery())


def _executives(people: Sequence[FieldExecutive]) -> Iterator[ExecutiveRow]:
    """Give the rows of a page, in two statements: what they have to do today, and their phones."""
    ids = [each.id for each in people]
    today = returns.count_per_executive(clock.now().astimezone(devices.ZONE).date(), ids)
    theirs = devices.select_devices().where(Device.executive_id.in_(ids))
    in_use = db.session.scalars(theirs.where(Device.revoked_at.is_(None))).all()
    phones = {each.executive_id: each.label for each in reversed(in_use)}
    for each in people:
        given, done = today.get(each.id, (0, 0))
        yield ExecutiveRow(
            id=str(each.id),
            name=each.name,
            code=each.code,
            hub=each.hub,
            returns_today=given,
            done_today=done,
            device=phones.get(each.id, ""),
            active=each.deactivated_at is None,
        )


def _after() -> FieldExecutive | None:
    text = request.args.get("after")
    try:
        return devices.get_executive(uuid.UUID(text)) if text else None
    except ValueError:
        raise errors.NotFound() from None


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
