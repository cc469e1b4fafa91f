"""What a shared link opens; every opening is on record before anything is given."""

from flask import Response, make_response, render_template

from qcportal import packs
from qcportal.blueprints import access, evidence_files
from qcportal.blueprints.access import LINK, current_link, permission
from qcportal.blueprints.shared import blueprint
from qcportal.blueprints.showing import evidence as evidence_page
from qcportal.packs import SharedLink


@blueprint.get("/<link>")
@permission(LINK)
def pack(link: str) -> Response:
    """Show which return it is, and give its two files."""
    opened = _recorded("page")
    page = evidence_page.build_shared(opened, link)
    response = make_response(render_template("shared/pack.html", page=page))
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/<link>/evidence.pdf")
@permission(LINK)
def document(link: str) -> Response:
    """Give the document."""
    return evidence_files.document(_recorded("document").return_id)


@blueprint.get("/<link>/evidence.zip")
@permission(LINK)
def archive(link: str) -> Response:
    """Give the archive, from any byte on."""
    opened = _recorded("archive", start=evidence_files.first_byte())
    return evidence_files.archive(opened.return_id)


def _recorded(what: str, *, start: int = 0) -> SharedLink:
    link = current_link()
    access.write_apart(lambda: packs.record_opening(link, what, start=start))
    return link
