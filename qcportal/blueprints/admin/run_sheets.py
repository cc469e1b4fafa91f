"""Admin pages of run sheets: who fetches what on which day."""

import uuid
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qcportal import clock, devices, errors, returns
from qcportal.blueprints.access import ADMIN_VIEW, OPERATE, actor, permission
from qcportal.blueprints.admin import blueprint
from qcportal.blueprints.admin.forms import RunSheetForm, choices
from qcportal.blueprints.admin.pages import RunSheetPage, RunSheetRow, RunSheetsPage, StopRow
from qcportal.blueprints.jinja import day_words
from qcportal.blueprints.showing.held import standing
from qcportal.blueprints.shown.verdicts import RETURN_BADGES
from qcportal.db import db
from qcportal.devices import RunSheet
from qcportal.language import gettext as _
from qcportal.returns import Return

MOST = 200


@blueprint.get("/run-sheets", endpoint="run_sheets")
@permission(ADMIN_VIEW)
def list_run_sheets() -> str:
    """List the latest run sheets."""
    return _run_sheets(_form())


@blueprint.post("/run-sheets")
@permission(OPERATE)
def create_run_sheet() -> Any:
    """Open a run sheet for a person and day; the one there is, if there is one."""
    form = _form()
    if not form.validate():
        return _run_sheets(form), 400
    executive = devices.get_executive(uuid.UUID(form.executive_id.data))
    sheet = devices.open_run_sheet(executive, form.day.data)
    db.session.commit()
    return redirect(url_for("admin.run_sheet", id=sheet.id), 303)


@blueprint.get("/run-sheets/<uuid:id>", endpoint="run_sheet")
@permission(ADMIN_VIEW)
def show_run_sheet(id: uuid.UUID) -> str:
    """Show the stops of a run sheet, and what waits for somebody to fetch it."""
    sheet = devices.get_run_sheet(id)
    stops = db.session.scalars(returns.select_for_run_sheet(sheet.id)).unique()
    waiting = db.session.scalars(returns.select_unassigned().limit(MOST))
    page = RunSheetPage(
        id=str(sheet.id),
        number=_number(sheet),
        person=sheet.executive.name,
        hub=sheet.executive.hub,
        day=_day(sheet),
        stops=tuple(_stop(rvp) for rvp in stops),
        waiting=tuple(_stop(rvp) for rvp in waiting),
        closed=sheet.day < clock.now().astimezone(devices.ZONE).date(),
    )
    return render_template("admin/run_sheet.html", page=page)


@blueprint.post("/run-sheets/<uuid:id>/assign")
@permission(OPERATE)
def assign_returns(id: uuid.UUID) -> Response:
    """Put the ticked returns on the run sheet; those that somebody else has stay there."""
    sheet = devices.get_run_sheet(id)
    returns.assign(sheet, _ticked(), by=actor())
    db.session.commit()
    return redirect(url_for("admin.run_sheet", id=sheet.id), 303)


@blueprint.post("/run-sheets/<uuid:id>/unassign")
@permission(OPERATE)
def unassign_returns(id: uuid.UUID) -> Response:
    """Take the ticked returns off the run sheet; what was inspected meanwhile stays."""
    sheet = devices.get_run_sheet(id)
    returns.unassign(sheet, _ticked(), by=actor())
    db.session.commit()
    return redirect(url_for("admin.run_sheet", id=sheet.id), 303)


def _ticked() -> list[uuid.UUID]:
    try:
        return [uuid.UUID(text) for text in request.form.getlist("return_id")[:MOST]]
    except ValueError as error:
        raise errors.Invalid(_("One of the ticked returns is none.")) from error


def _run_sheets(form: RunSheetForm) -> str:
    sheets = db.session.scalars(devices.select_run_sheets().limit(MOST)).all()
    counts = returns.count_per_run_sheet([sheet.id for sheet in sheets])
    rows = [
        RunSheetRow(
            id=str(sheet.id),
            number=_number(sheet),
            person=sheet.executive.name,
            hub=sheet.executive.hub,
            day=_day(sheet),
            returns=counts.get(sheet.id, (0, 0))[0],
            done=counts.get(sheet.id, (0, 0))[1],
        )
        for sheet in sheets
    ]
    return render_template("admin/run_sheets.html", page=RunSheetsPage(tuple(rows)), form=form)


def _form() -> RunSheetForm:
    form = RunSheetForm()
    everybody = db.session.scalars(devices.select_executives())
    form.executive_id.choices = choices(
        (str(each.id), f"{each.name}, {each.hub}")
        for each in everybody
        if each.deactivated_at is None
    )
    if form.day.data is None:
        form.day.data = clock.now().astimezone(devices.ZONE).date()
    return form


def _stop(rvp: Return) -> StopRow:
    told = rvp.verdict or rvp.shipment_state == "cancelled"
    return StopRow(
        id=str(rvp.id),
        awb=rvp.awb,
        product=rvp.title,
        merchant=rvp.merchant.name,
        place=f"{rvp.city} {rvp.pincode}".strip(),
        verdict=RETURN_BADGES[standing(rvp)] if told else None,
        movable=rvp.run_sheet_id is not None and rvp.cancellable,
    )


def _number(sheet: RunSheet) -> str:
    return f"{sheet.executive.code} {sheet.day:%d%m%y}"


def _day(sheet: RunSheet) -> str:
    return day_words(sheet.day, year=True, weekday=True)
