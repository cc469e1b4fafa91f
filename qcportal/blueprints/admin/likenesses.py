"""Admin pages of look-alikes: the queue, one finding with its photos, and the decision."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from qcportal import errors, likeness
from qcportal.blueprints import access
from qcportal.blueprints.access import ADMIN_VIEW, OPERATE, actor, permission
from qcportal.blueprints.admin import blueprint
from qcportal.blueprints.showing import likeness as likeness_page
from qcportal.blueprints.showing.frames import CARRIER_ZONE
from qcportal.blueprints.shown.likeness import LikenessFilters
from qcportal.blueprints.typed import check_texts
from qcportal.db import db
from qcportal.language import gettext as _
from qcportal.likeness import Decision

LAST_PAGE = 1000
DECISIONS: dict[str, Decision] = {"dismissed": "dismissed", "confirmed": "confirmed"}


@blueprint.get("/likenesses")
@permission(ADMIN_VIEW)
def likenesses() -> str:
    """List what was found, newest or surest first; what cannot be asked for counts as not asked."""
    place = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    page = likeness_page.build(_read_filters(), place, CARRIER_ZONE)
    return render_template("admin/likenesses.html", page=page)


@blueprint.get("/likenesses/<uuid:id>", endpoint="likeness")
@permission(ADMIN_VIEW)
def show_likeness(id: uuid.UUID) -> str:
    """Show the photos of one finding side by side."""
    return _page(id)


@blueprint.post("/likenesses/<uuid:id>/decide")
@permission(OPERATE)
def decide_likeness(id: uuid.UUID) -> Any:
    """Dismiss or confirm a finding; who comes late is told so, and nothing changes."""
    check_texts(dict(request.form))
    decision, note = DECISIONS.get(request.form.get("decision", "")), request.form.get("note", "")
    likeness.get_finding(id)
    if decision is None:
        raise errors.Invalid(_("Choose whether it is a problem. Nothing was decided."))
    try:
        found = likeness.decide(id, decision, by=actor(), note=note)
    except errors.Invalid as refused:
        return _again(id, note=note, error=refused.detail), refused.status
    except errors.Conflict as refused:
        flash(refused.detail, "error")
        return _again(id), refused.status
    db.session.commit()
    flash(_("Decided: %(finding)s. Nothing else was changed.", finding=likeness.said(found)))
    return redirect(url_for("admin.likenesses"), 303)


def _again(finding_id: uuid.UUID, *, note: str = "", error: str = "") -> str:
    """Show the page as it is now, with what was typed."""
    db.session.expunge_all()
    db.session.rollback()
    return _page(finding_id, note=note, error=error)


def _page(finding_id: uuid.UUID, *, note: str = "", error: str = "") -> str:
    may = OPERATE in access.ROLES[access.current_session().user.role]
    page = likeness_page.build_one(finding_id, CARRIER_ZONE, may=may, note=note, error=error)
    return render_template("admin/likeness.html", page=page)


def _read_filters() -> LikenessFilters:
    def chosen(name: str, known: tuple[str, ...], default: str = "") -> str:
        asked = request.args.get(name, "")
        return asked if asked in known else default

    return LikenessFilters(
        kind=chosen("kind", likeness.KINDS),
        merchant=_read_id("merchant"),
        executive=_read_id("executive"),
        state=chosen("state", (*likeness.STATES, "any"), "open"),
        order=chosen("order", ("newest", "score"), "newest"),
    )


def _read_id(name: str) -> str:
    asked = request.args.get(name, type=uuid.UUID)
    return str(asked) if asked else ""
