"""Admin page of one photo's whole life."""

import uuid

from flask import render_template

from qcportal.blueprints.access import ADMIN_VIEW, permission
from qcportal.blueprints.admin import blueprint
from qcportal.blueprints.admin.returns import ASKER
from qcportal.blueprints.showing import photo_life as life


@blueprint.get("/photos/<uuid:id>")
@permission(ADMIN_VIEW)
def photo_life(id: uuid.UUID) -> str:
    """Show one photo from the moment it was asked for: every telling, every version."""
    return render_template("admin/photo_life.html", page=life.build(id, ASKER))
