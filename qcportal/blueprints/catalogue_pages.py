"""The pages of a catalogue, written once for two doors: its SKUs, and the import of files.

Not an audience: `merchant/catalogue.py` and `admin/catalogue.py` put `ROUTES` on their blueprints.
"""

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response

from qcportal import errors, jobs
from qcportal.accounts import Merchant
from qcportal.blueprints import doors, import_files
from qcportal.blueprints.access import ADMIN_VIEW, MANAGE, OPERATE, VIEW, actor
from qcportal.blueprints.doors import Door, Route
from qcportal.blueprints.forms import Form
from qcportal.blueprints.showing import catalogue as catalogue_pages
from qcportal.blueprints.showing.catalogue import Shelf
from qcportal.db import db
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext

MERCHANT_DOOR = Door("merchant", "/catalogue", VIEW, MANAGE)
ADMIN_DOOR = Door("admin", "/merchants/<uuid:merchant_id>/catalogue", ADMIN_VIEW, OPERATE)
FORM_MARGIN = 65_536
TEMPLATE = (
    "sku,name,brand,category,price,mrp,ean,picture,colour,size\r\n"
    "TEE-BLU-M,Cotton tee,Fern,Shirts,499,799,4006381333931,"
    "https://cdn.example.com/tee-blue.jpg,Blue,M\r\n"
    "MUG-350,Stoneware mug,Fern,Kitchen,349.50,499,,,White,350 ml\r\n"
)


class ImportForm(Form):
    """A file to be imported."""

    file = FileField(
        lazy_gettext("CSV or ZIP"),
        [FileRequired(lazy_gettext("Choose a file."))],
        description=lazy_gettext(
            "Up to 50 MB and 2,00,000 rows. A ZIP holds one CSV and the pictures it names."
        ),
    )


def skus(door: Door, merchant: Merchant) -> str:
    """Show the SKUs, searched and a page at a time."""
    return _list(_shelf(door, merchant), ImportForm())


def template(door: Door, merchant: Merchant) -> Response:
    """Give a file to fill in; with a mark at its start, so that Excel reads it as UTF-8."""
    response = Response(TEMPLATE.encode("utf-8-sig"), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=catalogue.csv"
    return response


def begin_import(door: Door, merchant: Merchant) -> Response | tuple[str, int]:
    """Take a file and show how its import goes; what is no catalogue is said beside the field."""
    form = ImportForm()
    if not form.validate():
        return _list(_shelf(door, merchant), form), 400
    upload = form.file.data
    with upload.stream:
        data = upload.stream.read()
    try:
        job = import_files.receive(merchant.id, data, upload.filename or "")
    except errors.Invalid as refused:
        form.file.errors = [fault.message for fault in refused.faults]
        return _list(_shelf(door, merchant), form), refused.status
    return redirect(door.url("catalogue_import", id=job.id), 303)


def show_import(door: Door, merchant: Merchant, id: uuid.UUID) -> str:
    """Show how an import stands."""
    page = catalogue_pages.build_import(import_files.get_import(id), _shelf(door, merchant))
    return render_template("catalogue/import.html", page=page)


def import_live(door: Door, merchant: Merchant, id: uuid.UUID) -> str:
    """Give the part of the page that changes; without an address to ask again at the end."""
    page = catalogue_pages.build_import(import_files.get_import(id), _shelf(door, merchant))
    return render_template("catalogue/_import.html", page=page)


def corrections(door: Door, merchant: Merchant, id: uuid.UUID) -> Response:
    """Send on to the file of rows to correct, signed for five minutes."""
    url = import_files.corrections_url(import_files.get_import(id))
    if url is None:
        raise errors.NotFound(_("Every row of this file was taken."))
    return redirect(url, 303)


def cancel_import(door: Door, merchant: Merchant, id: uuid.UUID) -> Response:
    """Call an import off; what it took in so far stays."""
    jobs.cancel(import_files.get_import(id), by=actor())
    db.session.commit()
    return redirect(door.url("catalogue_import", id=id), 303)


ROUTES = (
    Route("", "catalogue", skus),
    Route("/template.csv", "catalogue_template", template),
    Route(
        "/imports",
        "import_catalogue",
        begin_import,
        changes=True,
        body=import_files.LARGEST + FORM_MARGIN,
    ),
    Route("/imports/<uuid:id>", "catalogue_import", show_import),
    Route("/imports/<uuid:id>/live", "catalogue_import_live", import_live),
    Route("/imports/<uuid:id>/rows-to-correct.csv", "catalogue_corrections", corrections),
    Route("/imports/<uuid:id>/cancel", "cancel_catalogue_import", cancel_import, changes=True),
)


def register(blueprint: Blueprint, door: Door) -> None:
    """Put every page of the catalogue on a door's blueprint."""
    doors.register(blueprint, door, ROUTES)


def _shelf(door: Door, merchant: Merchant) -> Shelf:
    above = url_for("admin.merchant_detail", id=merchant.id) if door.name == "admin" else ""
    return Shelf(merchant, door.url, may_change=door.may_edit, above=above)


def _list(shelf: Shelf, form: ImportForm) -> str:
    page = catalogue_pages.build_list(request.args, shelf)
    return render_template("catalogue/skus.html", page=page, form=form)
