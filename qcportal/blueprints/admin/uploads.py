"""Admin pages of upload health: the numbers, the photos behind them, and one person's phone."""

import uuid

from flask import render_template, request
from werkzeug.wrappers import Response

from qcportal.blueprints.access import ADMIN_VIEW, permission
from qcportal.blueprints.admin import blueprint
from qcportal.blueprints.showing import upload_health as health
from qcportal.blueprints.showing import upload_person as person
from qcportal.blueprints.showing import upload_photos as listed
from qcportal.blueprints.showing import upload_shift as shift


@blueprint.get("/uploads")
@permission(ADMIN_VIEW)
def upload_health() -> str:
    """Show how photos fare: what is open now, and how it went over a span of time."""
    return render_template("admin/upload_health.html", page=health.build(request.args))


@blueprint.get("/uploads/live")
@permission(ADMIN_VIEW)
def upload_health_live() -> Response:
    """Give the numbers anew once they were counted again."""
    return health.answer(request.args)


@blueprint.get("/uploads/photos")
@permission(ADMIN_VIEW)
def upload_photos() -> str:
    """List the photos of one state."""
    return render_template("admin/upload_photos.html", page=listed.build(request.args))


@blueprint.get("/uploads/people/<uuid:id>")
@permission(ADMIN_VIEW)
def upload_person(id: uuid.UUID) -> str:
    """Show what one person's phone still has to send."""
    return render_template("admin/upload_person.html", page=person.build(id))


@blueprint.get("/uploads/shifts/<uuid:id>")
@permission(ADMIN_VIEW)
def upload_shift(id: uuid.UUID) -> str:
    """Show what one executive's phones captured on a day, and what of it is not verified."""
    return render_template("admin/upload_shift.html", page=shift.build(id))
