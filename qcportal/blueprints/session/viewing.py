"""Looking at a merchant's pages: the way back, which is there on every page meanwhile."""

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from qcportal import history, sessions
from qcportal.blueprints import access, onlooking
from qcportal.blueprints.access import SIGNED_IN, permission
from qcportal.blueprints.session import blueprint
from qcportal.db import db
from qcportal.language import gettext as _


@blueprint.post("/viewing/leave")
@permission(SIGNED_IN)
def leave_viewing() -> Response:
    """Stop looking at a merchant's pages."""
    session = access.current_session()
    if session.viewing_id is None:
        return redirect("/", 303)
    sessions.view(session.id, None)
    history.record([onlooking.turned(session.user, session.viewing_id, "ended")])
    db.session.commit()
    flash(_("You are back in your own pages."))
    return redirect(url_for("admin.merchant_detail", id=session.viewing_id), 303)
