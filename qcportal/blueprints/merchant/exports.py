"""Exports of lists: asked for with the filters of a list's URL, made by a worker, fetched here."""

import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qcportal import clock, jobs
from qcportal.blueprints import pictures
from qcportal.blueprints.access import VIEW, actor, permission
from qcportal.blueprints.merchant import blueprint
from qcportal.blueprints.merchant.asking import asker
from qcportal.blueprints.showing import exports as export_pages
from qcportal.blueprints.typed import check_texts
from qcportal.db import db


@blueprint.get("/exports", endpoint="exports")
@permission(VIEW)
def list_exports() -> str:
    """Show what was exported lately."""
    return render_template("merchant/exports.html", page=export_pages.build_list(asker()))


@blueprint.get("/exports/new")
@permission(VIEW)
def new_export() -> str:
    """Show what an export of the list with these filters would hold, and the formats."""
    wanted = export_pages.read_wanted(request.args, asker())
    page = export_pages.build_new(wanted, asker())
    return render_template("merchant/export_new.html", page=page)


@blueprint.post("/exports")
@permission(VIEW)
def start_export() -> Response:
    """Ask for an export; what was sent are the list's own filters and the format."""
    check_texts(dict(request.form))
    wanted = export_pages.read_wanted(request.form, asker())
    job = export_pages.start(wanted, request.form.get("format", ""), asker(), by=actor())
    db.session.commit()
    return redirect(url_for("merchant.export", id=job.id), 303)


@blueprint.get("/exports/<uuid:id>")
@permission(VIEW)
def export(id: uuid.UUID) -> str:
    """Show how an export stands."""
    page = export_pages.build(export_pages.get_made(id), asker())
    return render_template("merchant/export.html", page=page)


@blueprint.get("/exports/<uuid:id>/live")
@permission(VIEW)
def export_live(id: uuid.UUID) -> str:
    """Give the part of the page that changes; without an address to ask again at the end."""
    page = export_pages.build(export_pages.get_made(id), asker())
    return render_template("merchant/_export.html", page=page)


@blueprint.get("/exports/<uuid:id>/files/<int:number>")
@permission(VIEW)
def export_file(id: uuid.UUID, number: int) -> Response:
    """Send on to a file, signed for five minutes; S3 itself goes on with a broken download."""
    key, name, kind = export_pages.get_file(export_pages.get_made(id), number)
    url = pictures.store().reading_url(
        key,
        "",
        content_type=kind,
        at=clock.now(),
        expires=pictures.LIFETIME,
        download_name=name,
    )
    return redirect(url, 303)


@blueprint.post("/exports/<uuid:id>/cancel")
@permission(VIEW)
def cancel_export(id: uuid.UUID) -> Response:
    """Call an export off."""
    jobs.cancel(export_pages.get_made(id), by=actor())
    db.session.commit()
    return redirect(url_for("merchant.export", id=id), 303)
