"""The carrier's exports over all merchants: asked for from its lists, made by a worker."""

import uuid

from werkzeug.wrappers import Response

from qcportal.blueprints import export_pages
from qcportal.blueprints.access import ADMIN_VIEW, permission
from qcportal.blueprints.admin import blueprint
from qcportal.blueprints.admin.returns import ASKER


@blueprint.get("/exports", endpoint="exports")
@permission(ADMIN_VIEW)
def list_exports() -> str:
    """Show what was exported lately."""
    return export_pages.show(ASKER)


@blueprint.get("/exports/new")
@permission(ADMIN_VIEW)
def new_export() -> str:
    """Show what an export of the list with these filters would hold, and the formats."""
    return export_pages.new(ASKER)


@blueprint.post("/exports")
@permission(ADMIN_VIEW)
def start_export() -> Response:
    """Ask for an export; what was sent are the list's own filters and the format."""
    return export_pages.start(ASKER)


@blueprint.get("/exports/<uuid:id>")
@permission(ADMIN_VIEW)
def export(id: uuid.UUID) -> str:
    """Show how an export stands."""
    return export_pages.one(id, ASKER)


@blueprint.get("/exports/<uuid:id>/live")
@permission(ADMIN_VIEW)
def export_live(id: uuid.UUID) -> str:
    """Give the part of the page that changes."""
    return export_pages.live(id, ASKER)


@blueprint.get("/exports/<uuid:id>/files/<int:number>")
@permission(ADMIN_VIEW)
def export_file(id: uuid.UUID, number: int) -> Response:
    """Send on to a file, signed for five minutes."""
    return export_pages.fetch(id, number, ASKER)


@blueprint.post("/exports/<uuid:id>/cancel")
@permission(ADMIN_VIEW)
def cancel_export(id: uuid.UUID) -> Response:
    """Call an export off."""
    return export_pages.cancel(id, ASKER)
