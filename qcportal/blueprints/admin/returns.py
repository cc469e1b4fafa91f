"""Admin pages of returns over all merchants, and of what is parked."""

import uuid

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qcportal import photos, reconciliation
from qcportal.blueprints import access, pictures
from qcportal.blueprints.access import ADMIN_VIEW, OPERATE, actor, permission, settings
from qcportal.blueprints.admin import blueprint
from qcportal.blueprints.admin.pages import ParkedPage, ParkedRow
from qcportal.blueprints.showing import admin_home, held, return_page, returns_list
from qcportal.blueprints.showing import live as live_fill
from qcportal.blueprints.showing.frames import CARRIER_ZONE
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.visits import read_carried, read_visit
from qcportal.db import db
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.photos import ArrivalRow
from qcportal.reconciliation import Eye, Reading

MOST = 100
ASKER = Asker(
    merchant_id=None,
    scope=lazy_gettext("All merchants"),
    zone=CARRIER_ZONE,
    list_endpoint="admin.returns_list",
    detail_endpoint="admin.return_detail",
)


@blueprint.get("")
@permission(ADMIN_VIEW)
def home() -> str:
    """Show only what needs a person."""
    return render_template("admin/home.html", page=admin_home.build(ASKER))


@blueprint.get("/returns", endpoint="returns_list")
@permission(ADMIN_VIEW)
def list_returns() -> str:
    """Show the returns of all merchants."""
    page = returns_list.build(request.args, ASKER)
    return render_template("admin/returns_list.html", page=page)


@blueprint.get("/returns/<uuid:id>")
@permission(ADMIN_VIEW)
def return_detail(id: uuid.UUID) -> str:
    """Show one return as its merchant sees it, with the merchant's name."""
    view = request.args.get("view", type=int)
    asked = view or request.args.get("check", type=int)
    page = return_page.build(held.load(id), request.args, ASKER, asked=asked)
    if view and page.current:
        return render_template("merchant/compare.html", page=page)
    return render_template("admin/return.html", page=page)


@blueprint.get("/returns/<uuid:id>/live")
@permission(ADMIN_VIEW)
def live(id: uuid.UUID) -> Response:
    """Tell what changed since a moment."""
    return live_fill.answer(id, request.args, ASKER)


@blueprint.get("/photos/<uuid:id>/preview.webp")
@permission(ADMIN_VIEW)
def preview(id: uuid.UUID) -> Response:
    """Give the blurred preview that the phone announced with the photo."""
    return pictures.preview(photos.get_photo(id))


@blueprint.get("/photos/<uuid:id>/original")
@permission(ADMIN_VIEW)
def photo(id: uuid.UUID) -> Response:
    """Send on to the original; with `download` to be saved instead of shown."""
    return pictures.send_on(photos.get_photo(id), download="download" in request.args)


@blueprint.get("/parked")
@permission(ADMIN_VIEW)
def parked() -> str:
    """List what arrived and belongs to no photo we know."""
    found = db.session.scalars(photos.select_parked().limit(MOST)).all()
    total = photos.count_parked()
    shown = _("%(n)s of %(total)s", n=len(found), total=total) if total > len(found) else ""
    may = OPERATE in access.ROLES[access.current_session().user.role]
    known = photos.find_ids_by_key([each.key for each in found])
    rows = tuple(_row(each, known.get((each.bucket, each.key))) for each in found)
    page = ParkedPage(rows, shown=shown, can_adopt=may)
    return render_template("admin/parked.html", page=page)


@blueprint.post("/parked/adopt")
@permission(OPERATE)
def adopt_parked() -> Response:
    """Look again for the photos of everything that is parked, a hundred at a time."""
    eye = Eye(current_app.extensions["qcportal.store"], pictures=False)
    how = Reading(eye, read_carried, read_visit)
    reconciliation.adopt(how, settings().capture_kinds, most=MOST, by=actor())
    db.session.commit()
    return redirect(url_for("admin.parked"), 303)


def _row(arrival: ArrivalRow, photo_id: uuid.UUID | None) -> ParkedRow:
    turned_up = {"why": _("Its photo is known by now")} if photo_id else {}
    return ParkedRow(
        key=arrival.key,
        bucket=arrival.bucket,
        size=arrival.size,
        stored_at=arrival.stored_at,
        told_at=arrival.received_at,
        photo_href=url_for("admin.photo_life", id=photo_id) if photo_id else "",
        **turned_up,
    )
