"""Looking at a merchant's pages as its people see them: where it begins."""

import uuid

from flask import redirect, url_for
from werkzeug.wrappers import Response

from qcportal import accounts, history, sessions
from qcportal.blueprints import onlooking
from qcportal.blueprints.access import VIEW_AS, current_session, permission
from qcportal.blueprints.admin import blueprint
from qcportal.db import db


@blueprint.post("/merchants/<uuid:id>/view-as")
@permission(VIEW_AS)
def view_as_merchant(id: uuid.UUID) -> Response:
    """Look at a merchant's pages, read only, for an hour at most; on record from here on."""
    session, merchant = current_session(), accounts.get_merchant(id)
    sessions.view(session.id, merchant.id)
    history.record([onlooking.turned(session.user, merchant.id, "begun")])
    db.session.commit()
    return redirect(url_for("merchant.returns_list"), 303)
