"""One switch for all single keys of the pages, kept in the account (WCAG 2.1.4)."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qcportal import accounts
from qcportal.blueprints.access import SIGNED_IN, current_session, permission
from qcportal.blueprints.session import blueprint
from qcportal.db import db
from qcportal.language import gettext as _


@blueprint.get("/settings/keyboard")
@permission(SIGNED_IN)
def keyboard() -> str:
    """Show whether single keys are on, and which there are."""
    return render_template("session/keyboard.html", on=current_session().user.single_keys)


@blueprint.post("/settings/keyboard")
@permission(SIGNED_IN)
def choose_keys() -> Response:
    """Turn single keys on or off for this person, from the next page on."""
    on = request.form.get("single_keys") == "on"
    user = accounts.get_user(current_session().user.id)
    accounts.set_single_keys(user, on=on)
    db.session.commit()
    flash(_("Single keys are on.") if on else _("Single keys are off."))
    return redirect(url_for("session.keyboard"), 303)
