"""The clocks of each merchant's disputes, and the carrier's calendar of free days."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qcportal import accounts, clock, disputes, errors
from qcportal.accounts import Merchant
from qcportal.blueprints import access
from qcportal.blueprints.access import ADMIN_VIEW, OPERATE, actor, permission
from qcportal.blueprints.admin import blueprint
from qcportal.blueprints.admin.forms import ClocksForm, HolidayForm, take_faults
from qcportal.blueprints.showing import dispute_calendar, money
from qcportal.blueprints.typed import check_texts
from qcportal.db import db
from qcportal.disputes import Deadlines
from qcportal.language import gettext as _

DAYS = ("file_days", "reply_days", "decide_days", "appeal_days")


@blueprint.get("/merchants/<uuid:id>/disputes", endpoint="dispute_clocks")
@permission(ADMIN_VIEW)
def show_clocks(id: uuid.UUID) -> str:
    """Show how long everybody has in a merchant's disputes."""
    merchant = accounts.get_merchant(id)
    kept = disputes.deadlines_of(merchant)
    shown = {name: getattr(kept, name) for name in DAYS}
    above = "" if kept.two_above is None else money.as_typed(kept.two_above)
    form = ClocksForm(formdata=None, **shown, weekend=list(kept.weekend), two_above=above)
    return _clocks(merchant, form)


@blueprint.post("/merchants/<uuid:id>/disputes")
@permission(OPERATE)
def set_dispute_clocks(id: uuid.UUID) -> Any:
    """Change a merchant's clocks; those that run keep their end."""
    merchant, form = accounts.get_merchant(id), ClocksForm()
    typed = (form.two_above.data or "").strip()
    above = money.read(typed or "0")
    if above is None:
        form.validate()
        form.two_above.errors = [_("Give an amount of rupees, such as 25000, or nothing.")]
        return _clocks(merchant, form), 400
    if not form.validate():
        return _clocks(merchant, form), 400
    days = {name: form[name].data for name in DAYS}
    limit = above if typed else None
    wanted = Deadlines(**days, weekend=tuple(sorted(form.weekend.data)), two_above=limit)
    try:
        disputes.set_deadlines(merchant, wanted, by=actor())
    except errors.Invalid as refused:
        take_faults(form, refused)
        return _clocks(merchant, form), refused.status
    db.session.commit()
    flash(_("Kept. It holds for clocks that start from now on."))
    return redirect(url_for("admin.dispute_clocks", id=id), 303)


@blueprint.get("/holidays")
@permission(ADMIN_VIEW)
def holidays() -> str:
    """Show the carrier's free days of a year."""
    return _holidays(_year(), HolidayForm(formdata=None))


@blueprint.post("/holidays")
@permission(OPERATE)
def add_holiday() -> Any:
    """Let a day be free, once or every year."""
    check_texts(dict(request.form))
    form = HolidayForm()
    if not form.validate():
        return _holidays(_year(), form), 400
    try:
        disputes.add_holiday(form.day.data, form.name.data, yearly=form.yearly.data, by=actor())
    except errors.PortalError as refused:
        take_faults(form, refused)
        return _holidays(_year(), form), refused.status
    db.session.commit()
    flash(_("%(name)s is free now.", name=form.name.data.strip()))
    return redirect(url_for("admin.holidays", year=form.day.data.year), 303)


@blueprint.post("/holidays/<uuid:id>/remove")
@permission(OPERATE)
def remove_holiday(id: uuid.UUID) -> Response:
    """Let a day be worked again."""
    disputes.remove_holiday(id, by=actor())
    db.session.commit()
    flash(_("The day is worked again."))
    return redirect(url_for("admin.holidays", year=_year()), 303)


def _clocks(merchant: Merchant, form: ClocksForm) -> str:
    page = dispute_calendar.clocks(merchant, may=access.may(OPERATE))
    return render_template("admin/dispute_clocks.html", page=page, form=form)


def _holidays(year: int, form: HolidayForm) -> str:
    page = dispute_calendar.holidays(year, may=access.may(OPERATE))
    return render_template("admin/holidays.html", page=page, form=form)


def _year() -> int:
    """Read the year of the URL; this one where there is none that the calendar knows."""
    asked = request.args.get("year", type=int)
    known = asked is not None and dispute_calendar.FIRST <= asked <= dispute_calendar.LAST
    return asked if asked is not None and known else clock.now().year
