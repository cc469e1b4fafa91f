"""The history across all stores, for auditors."""

from flask import render_template, request

from qcportal.blueprints.access import AUDIT, permission
from qcportal.blueprints.admin import blueprint
from qcportal.blueprints.jinja import ZONE
from qcportal.blueprints.showing import audit as pages
from qcportal.blueprints.showing.audit import Reader


@blueprint.get("/audit", endpoint="audit")
@permission(AUDIT)
def audit() -> str:
    """Show who did what; of one store also what phones, keys and the portal did."""
    reader = Reader("admin", None, ZONE)
    filters = pages.read_filters(request.args, reader.tz)
    page = pages.build(reader, filters, request.args.get("before", ""))
    return render_template("audit/events.html", page=page)
