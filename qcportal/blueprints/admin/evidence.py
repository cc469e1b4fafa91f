"""The evidence file of any return, for the carrier's people."""

import uuid

from flask import render_template
from werkzeug.wrappers import Response

from qcportal.blueprints import evidence_files
from qcportal.blueprints.access import ADMIN_VIEW, permission
from qcportal.blueprints.admin import blueprint
from qcportal.blueprints.admin.returns import ASKER
from qcportal.blueprints.showing import evidence as evidence_page


@blueprint.get("/returns/<uuid:id>/evidence")
@permission(ADMIN_VIEW)
def evidence(id: uuid.UUID) -> str:
    """Show what the evidence file holds, and the links that its merchant shared."""
    page = evidence_page.build(id, ASKER, may_share=False)
    return render_template("merchant/evidence.html", page=page)


@blueprint.get("/returns/<uuid:id>/evidence.pdf")
@permission(ADMIN_VIEW)
def evidence_document(id: uuid.UUID) -> Response:
    """Give the document, as the merchant gets it."""
    return evidence_files.document(id)


@blueprint.get("/returns/<uuid:id>/evidence.zip")
@permission(ADMIN_VIEW)
def evidence_archive(id: uuid.UUID) -> Response:
    """Give the archive, as the merchant gets it."""
    return evidence_files.archive(id)
