"""The evidence file of a return: its page, its downloads, and links for people without account."""

import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qcportal import errors, packs, returns
from qcportal.blueprints import evidence_files
from qcportal.blueprints.access import DISPUTE, VIEW, actor, may, permission
from qcportal.blueprints.merchant import blueprint
from qcportal.blueprints.merchant.asking import asker
from qcportal.blueprints.showing import evidence as evidence_page
from qcportal.blueprints.typed import check_texts
from qcportal.db import db


@blueprint.get("/returns/<uuid:id>/evidence")
@permission(VIEW)
def evidence(id: uuid.UUID) -> str:
    """Show what the evidence file holds, and the links that were shared."""
    page = evidence_page.build(id, asker(), may_share=may(DISPUTE))
    return render_template("merchant/evidence.html", page=page)


@blueprint.get("/returns/<uuid:id>/evidence.pdf")
@permission(VIEW)
def evidence_document(id: uuid.UUID) -> Response:
    """Give the document."""
    return evidence_files.document(id)


@blueprint.get("/returns/<uuid:id>/evidence.zip")
@permission(VIEW)
def evidence_archive(id: uuid.UUID) -> Response:
    """Give the archive, from any byte on."""
    return evidence_files.archive(id)


@blueprint.post("/returns/<uuid:id>/evidence/share")
@permission(DISPUTE)
def share_evidence(id: uuid.UUID) -> str | tuple[str, int]:
    """Make a link that anybody can open, and show it this once."""
    check_texts(dict(request.form))
    days, note = request.form.get("days", type=int) or 0, request.form.get("note", "")
    try:
        link, secret = packs.share(returns.get_return(id), days=days, note=note, by=actor())
    except (errors.Invalid, errors.Conflict) as refused:
        return _refused(id, refused, days, note), refused.status
    db.session.commit()
    address = url_for("shared.pack", link=secret, _external=True)
    page = evidence_page.build(link.return_id, asker(), may_share=True, new_link=address)
    return render_template("merchant/evidence.html", page=page), 201


@blueprint.post("/returns/<uuid:id>/evidence/links/<uuid:link_id>/end")
@permission(DISPUTE)
def end_shared_link(id: uuid.UUID, link_id: uuid.UUID) -> Response:
    """End a link at once."""
    packs.revoke(packs.get_link(id, link_id), by=actor())
    db.session.commit()
    return redirect(url_for("merchant.evidence", id=id), 303)


def _refused(id: uuid.UUID, refused: errors.PortalError, days: int, note: str) -> str:
    db.session.rollback()
    faults = [fault.message for fault in refused.faults] or [refused.detail]
    page = evidence_page.build(id, asker(), may_share=True)
    shown = evidence_page.with_faults(page, faults, days=days, note=note)
    return render_template("merchant/evidence.html", page=shown)
