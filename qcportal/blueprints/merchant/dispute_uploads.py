"""Files of a merchant's own for a dispute: announced here, sent by the browser straight to S3."""

import re
import uuid

from flask import jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qcportal import disputes, errors
from qcportal.blueprints.access import DISPUTE, permission, person, settings
from qcportal.blueprints.dispute_files import form_of, kind_of
from qcportal.blueprints.merchant import blueprint
from qcportal.blueprints.merchant.asking import asker
from qcportal.blueprints.showing import dispute_page
from qcportal.blueprints.typed import check_texts
from qcportal.db import db
from qcportal.disputes import State
from qcportal.errors import Fault
from qcportal.language import gettext as _
from qcportal.photos import OwnFile
from qcportal.photos import expecting as expected_photos

DIGEST = re.compile(r"(?:[0-9a-f]{64})?")


@blueprint.post("/disputes/<uuid:id>/files")
@permission(DISPUTE)
def offer_file(id: uuid.UUID) -> Response:
    """Expect a file: scripts get its form as JSON, other browsers a page with it."""
    check_texts(dict(request.form))
    given, config = request.form, settings()
    if not DIGEST.fullmatch(given.get("sha256", "")):
        fault = Fault("/sha256", "bad_digest", _("Give 64 hexadecimal digits, or nothing."))
        raise errors.Invalid(faults=[fault])
    wanted = OwnFile(
        kind=kind_of(given.get("content_type", "")),
        content_type=given.get("content_type", ""),
        name=given.get("name", "").strip(),
        size=given.get("bytes", type=int),
        sha256=given.get("sha256") or None,
    )
    place = expected_photos.Place(config.bucket, config.capture_kinds, config.spare_slots)
    photo = disputes.offer_file(id, wanted, place, by=person())
    db.session.commit()
    if request.accept_mimetypes.best == "application/json":
        seen = disputes.get_case(id, by=person()).version
        return jsonify(form_of(photo) | {"seen": seen})
    return redirect(url_for("merchant.dispute_file", id=id, photo_id=photo.id), 303)


@blueprint.get("/disputes/<uuid:id>/files/<uuid:photo_id>")
@permission(DISPUTE)
def dispute_file(id: uuid.UUID, photo_id: uuid.UUID) -> Response | str:
    """Show the form that sends one file to S3; it leads back here, and then to the dispute."""
    case = disputes.get_case(id, by=person())
    back = "merchant.dispute_draft" if case.state is State.DRAFT else "merchant.dispute"
    try:
        photo = disputes.get_own_file(id, photo_id)
    except errors.Conflict:
        return redirect(url_for(back, id=id), 303)
    if request.args.get("etag"):  # S3 adds it to the address it leads to
        return redirect(url_for(back, id=id), 303)
    here = url_for("merchant.dispute_file", id=id, photo_id=photo_id, _external=True)
    page = dispute_page.file_page(case, photo, form_of(photo, redirect=here), asker())
    return render_template("merchant/dispute_file.html", page=page)
