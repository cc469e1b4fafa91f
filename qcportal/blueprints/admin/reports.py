"""The carrier's reports over all merchants, with its people's scorecards."""

from flask import Response, render_template, request

from qcportal.blueprints import report_files
from qcportal.blueprints.access import ADMIN_VIEW, permission
from qcportal.blueprints.admin import blueprint
from qcportal.blueprints.admin.returns import ASKER
from qcportal.blueprints.showing import reports as reports_page


@blueprint.get("/reports", endpoint="reports")
@permission(ADMIN_VIEW)
def show_reports() -> str:
    """Show what was checked over all merchants, and how hubs and people compare."""
    page = reports_page.build(request.args, ASKER)
    return render_template("reports/reports.html", page=page)


@blueprint.get("/reports/<table>/table.csv")
@permission(ADMIN_VIEW)
def report_file(table: str) -> Response:
    """Give one table as a file."""
    return report_files.answer(table, request.args, ASKER)
