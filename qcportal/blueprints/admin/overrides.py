"""An admin decides on an item otherwise than it stands, with a reason that the merchant reads."""

import uuid
from dataclasses import replace
from typing import Any, Literal

from flask import flash, redirect, render_template, request, url_for

from qcportal import errors, reviews
from qcportal.blueprints.access import OVERRIDE, actor, permission
from qcportal.blueprints.admin import blueprint
from qcportal.blueprints.admin.returns import ASKER
from qcportal.blueprints.showing import held, return_page
from qcportal.blueprints.typed import check_texts
from qcportal.db import db
from qcportal.language import gettext as _
from qcportal.reviews import Override

VERDICTS: dict[str, Literal["pass", "fail"]] = {"pass": "pass", "fail": "fail"}


@blueprint.post("/returns/<uuid:id>/items/<uuid:item_id>/override")
@permission(OVERRIDE)
def override_item(id: uuid.UUID, item_id: uuid.UUID) -> Any:
    """Let another verdict hold for an item; what the inspection said stays beside it."""
    wanted = _read_form(id, item_id)
    try:
        reviews.override(wanted, by=actor())
    except errors.Invalid as refused:
        return _again(wanted, refused), refused.status
    except errors.Conflict as refused:
        flash(refused.detail, "error")
        return _again(wanted, refused), refused.status
    db.session.commit()
    flash(_("Decided. The merchant sees it with your reason."))
    return redirect(url_for("admin.return_detail", id=id), 303)


def _read_form(return_id: uuid.UUID, item_id: uuid.UUID) -> Override:
    check_texts(dict(request.form))
    verdict = VERDICTS.get(request.form.get("verdict", ""))
    seen = request.form.get("seen", type=int)
    if verdict is None or seen is None or not 0 <= seen < 10**6:
        raise errors.Invalid(_("Choose Passed or Failed. Nothing was decided."))
    return Override(return_id, item_id, verdict, request.form.get("reason", ""), seen)


def _again(wanted: Override, refused: errors.PortalError) -> str:
    """Show the page as it is now, with what was typed and what is wrong with it."""
    db.session.expunge_all()
    db.session.rollback()
    page = return_page.build(held.load(wanted.return_id), request.args, ASKER, asked=None)
    fault = refused.detail if isinstance(refused, errors.Invalid) else ""
    kept = tuple(
        replace(each, reason=wanted.reason.strip(), error=fault)
        if each.item_id == str(wanted.item_id)
        else each
        for each in page.overrides
    )
    return render_template("admin/return.html", page=replace(page, overrides=kept))
