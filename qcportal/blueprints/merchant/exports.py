"""A merchant's exports: asked for from its lists, made by a worker, fetched here."""

import uuid

from werkzeug.wrappers import Response

from qcportal.blueprints import export_pages
from qcportal.blueprints.access import VIEW, permission
from qcportal.blueprints.merchant import blueprint
from qcportal.blueprints.merchant.asking import asker


@blueprint.get("/exports", endpoint="exports")
@permission(VIEW)
def list_exports() -> str:
    """Show what was exported lately."""
    return export_pages.show(asker())


@blueprint.get("/exports/new")
@permission(VIEW)
def new_export() -> str:
    """Show what an export of the list with these filters would hold, and the formats."""
    return export_pages.new(asker())


@blueprint.post("/exports")
@permission(VIEW)
def start_export() -> Response:
    """Ask for an export; what was sent are the list's own filters and the format."""
    return export_pages.start(asker())


@blueprint.get("/exports/<uuid:id>")
@permission(VIEW)
def export(id: uuid.UUID) -> str:
    """Show how an export stands."""
    return export_pages.one(id, asker())


@blueprint.get("/exports/<uuid:id>/live")
@permission(VIEW)
def export_live(id: uuid.UUID) -> str:
    """Give the part of the page that changes."""
    return export_pages.live(id, asker())


@blueprint.get("/exports/<uuid:id>/files/<int:number>")
@permission(VIEW)
def export_file(id: uuid.UUID, number: int) -> Response:
    """Send on to a file, signed for five minutes."""
    return export_pages.fetch(id, number, asker())


@blueprint.post("/exports/<uuid:id>/cancel")
@permission(VIEW)
def cancel_export(id: uuid.UUID) -> Response:
    """Call an export off."""
    return export_pages.cancel(id, asker())
