"""A merchant's reports, and their tables as files."""

from flask import Response, render_template, request

from qcportal.blueprints import report_files
from qcportal.blueprints.access import VIEW, permission
from qcportal.blueprints.merchant import blueprint
from qcportal.blueprints.merchant.asking import asker
from qcportal.blueprints.showing import reports as reports_page


@blueprint.get("/reports", endpoint="reports")
@permission(VIEW)
def show_reports() -> str:
    """Show what was checked, what failed and what became of disputes."""
    page = reports_page.build(request.args, asker())
    return render_template("reports/reports.html", page=page)


@blueprint.get("/reports/<table>/table.csv")
@permission(VIEW)
def report_file(table: str) -> Response:
    """Give one table as a file."""
    return report_files.answer(table, request.args, asker())
