"""The history across the store, for its owners."""

from flask import render_template, request

from qcportal import errors
from qcportal.blueprints.access import MANAGE, current_session, permission
from qcportal.blueprints.merchant import blueprint
from qcportal.blueprints.showing import audit as pages
from qcportal.blueprints.showing.audit import Reader


@blueprint.get("/audit", endpoint="audit")
@permission(MANAGE)
def audit() -> str:
    """Show who did what in the store, the carrier's people who looked at it among them."""
    merchant = current_session().user.merchant
    if merchant is None:
        raise errors.Forbidden()
    reader = Reader("merchant", merchant, merchant.timezone)
    filters = pages.read_filters(request.args, reader.tz)
    page = pages.build(reader, filters, request.args.get("before", ""))
    return render_template("audit/events.html", page=page)
