"""A merchant's catalogue: its SKUs, and the import of files."""

import uuid

from flask import redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response

from qcportal import errors, jobs
from qcportal.blueprints import import_files
from qcportal.blueprints.access import MANAGE, VIEW, actor, permission, takes_up_to
from qcportal.blueprints.merchant import blueprint
from qcportal.blueprints.merchant.asking import asker
from qcportal.blueprints.showing import catalogue as catalogue_pages
from qcportal.db import db

FORM_MARGIN = 65_536
TEMPLATE = (
    "sku,name,brand,category,price,mrp,ean,picture,colour,size\r\n"
    "TEE-BLU-M,Cotton tee,Fern,Shirts,499,799,4006381333931,"
    "https://cdn.example.com/tee-blue.jpg,Blue,M\r\n"
    "MUG-350,Stoneware mug,Fern,Kitchen,349.50,499,,,White,350 ml\r\n"
)


class ImportForm(FlaskForm):  # type: ignore[misc]
    """A file to be imported."""

    file = FileField(
        "CSV or ZIP",
        [FileRequired("Choose a file.")],
        description="Up to 50 MB and 2,00,000 rows. A ZIP holds one CSV and the pictures it names.",
    )


@blueprint.get("/catalogue")
@permission(VIEW)
def catalogue() -> str:
    """Show the SKUs, searched and a page at a time."""
    return _list(ImportForm())


@blueprint.get("/catalogue/template.csv")
@permission(VIEW)
def catalogue_template() -> Response:
    """Give a file to fill in; with a mark at its start, so that Excel reads it as UTF-8."""
    response = Response(TEMPLATE.encode("utf-8-sig"), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=catalogue.csv"
    return response


@blueprint.post("/catalogue/imports")
@permission(MANAGE)
@takes_up_to(import_files.LARGEST + FORM_MARGIN)
def import_catalogue() -> Response | tuple[str, int]:
    """Take a file and show how its import goes; what is no catalogue is said beside the field."""
    form = ImportForm()
    if not form.validate():
        return _list(form), 400
    upload = form.file.data
    with upload.stream:
        data = upload.stream.read()
    try:
        job = import_files.receive(_merchant_id(), data, upload.filename or "")
    except errors.Invalid as refused:
        form.file.errors = [fault.message for fault in refused.faults]
        return _list(form), refused.status
    return redirect(url_for("merchant.catalogue_import", id=job.id), 303)


@blueprint.get("/catalogue/imports/<uuid:id>")
@permission(VIEW)
def catalogue_import(id: uuid.UUID) -> str:
    """Show how an import stands."""
    page = catalogue_pages.build_import(import_files.get_import(id), asker())
    return render_template("merchant/catalogue_import.html", page=page)


@blueprint.get("/catalogue/imports/<uuid:id>/live")
@permission(VIEW)
def catalogue_import_live(id: uuid.UUID) -> str:
    """Give the part of the page that changes; without an address to ask again at the end."""
    page = catalogue_pages.build_import(import_files.get_import(id), asker())
    return render_template("merchant/_catalogue_import.html", page=page)


@blueprint.get("/catalogue/imports/<uuid:id>/rows-to-correct.csv")
@permission(VIEW)
def catalogue_corrections(id: uuid.UUID) -> Response:
    """Send on to the file of rows to correct, signed for five minutes."""
    url = import_files.corrections_url(import_files.get_import(id))
    if url is None:
        raise errors.NotFound("Every row of this file was taken.")
    return redirect(url, 303)


@blueprint.post("/catalogue/imports/<uuid:id>/cancel")
@permission(MANAGE)
def cancel_catalogue_import(id: uuid.UUID) -> Response:
    """Call an import off; what it took in so far stays."""
    jobs.cancel(import_files.get_import(id), by=actor())
    db.session.commit()
    return redirect(url_for("merchant.catalogue_import", id=id), 303)


def _list(form: ImportForm) -> str:
    page = catalogue_pages.build_list(request.args, asker())
    return render_template("merchant/catalogue.html", page=page, form=form)


def _merchant_id() -> uuid.UUID:
    merchant_id = asker().merchant_id
    if merchant_id is None:
        raise errors.Forbidden()
    return merchant_id
