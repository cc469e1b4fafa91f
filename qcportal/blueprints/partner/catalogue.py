"""The catalogue over the partner API: SKU by SKU, and whole files at once."""

from typing import Annotated, Any

from flask import Response, request
from pydantic import BaseModel, StringConstraints

from qcportal import catalogue, catalogue_import, clock, errors, imaging
from qcportal.blueprints import import_files, pictures
from qcportal.blueprints.access import current_key, permission
from qcportal.blueprints.answers import PROBLEMS, reply
from qcportal.blueprints.bodies import takes_up_to
from qcportal.blueprints.partner import blueprint
from qcportal.blueprints.partner.answers import PictureAnswer
from qcportal.blueprints.partner.catalogue_models import (
    CatalogueBody,
    CatalogueItemAnswer,
    ImportAnswer,
)
from qcportal.blueprints.typed import Uid, takes_raw_body
from qcportal.catalogue import CatalogueItem
from qcportal.db import db
from qcportal.errors import Fault
from qcportal.jobs import Job

TYPES = ("image/jpeg", "image/png", "image/webp")
SHEETS = ("text/csv", "application/zip")


class SkuPath(BaseModel):
    """Which SKU."""

    sku: Annotated[str, StringConstraints(min_length=1, max_length=80)]


class ImportPath(BaseModel):
    """Which import."""

    import_id: Uid


@blueprint.put(
    "/catalogue/<string:sku>",
    summary="Say what a SKU is",
    responses={200: CatalogueItemAnswer, 201: CatalogueItemAnswer, **PROBLEMS},
)
@permission("returns:write")
def put_item(path: SkuPath, body: CatalogueBody) -> Response:
    """Returns that leave these out take them from here; saying the same again changes nothing."""
    merchant_id = current_key().merchant_id
    tally = catalogue.put_entries(merchant_id, [body.entry(path.sku)])
    db.session.commit()
    return reply(_item(catalogue.get_item(merchant_id, path.sku)), 201 if tally.added else 200)


@blueprint.get(
    "/catalogue/<string:sku>",
    summary="Get what the catalogue says of a SKU",
    responses={200: CatalogueItemAnswer, **PROBLEMS},
)
@permission("returns:read")
def get_item(path: SkuPath) -> Response:
    """Pictures are signed for five minutes."""
    return reply(_item(catalogue.get_item(current_key().merchant_id, path.sku)))


@blueprint.post(
    "/catalogue/imports",
    summary="Import a catalogue",
    description="A CSV, or a ZIP of one CSV and pictures, of at most 50 MB and 200,000 rows.",
    request_body={
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in SHEETS},
    },
    responses={202: ImportAnswer, **PROBLEMS},
)
@permission("returns:write")
@takes_raw_body
@takes_up_to(import_files.LARGEST)
def import_catalogue() -> Response:
    """The header is checked at once; the rows are taken in by a worker, ask how far it is."""
    if request.mimetype not in SHEETS:
        fault = Fault("", "not_a_sheet", f"Send one of {', '.join(SHEETS)} as the body.")
        raise errors.Invalid(faults=[fault])
    name = "catalogue.zip" if request.mimetype == "application/zip" else "catalogue.csv"
    job = import_files.receive(current_key().merchant_id, request.get_data(), name)
    return reply(_import(job), 202)


@blueprint.get(
    "/catalogue/imports/<uuid:import_id>",
    summary="Get how far an import is",
    responses={200: ImportAnswer, **PROBLEMS},
)
@permission("returns:read")
def get_import(path: ImportPath) -> Response:
    """Ask every few seconds until it is done, failed or cancelled."""
    return reply(_import(import_files.get_import(path.import_id)))


@blueprint.put(
    "/catalogue/<string:sku>/picture",
    summary="Set the catalogue picture of a SKU",
    request_body={
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in TYPES},
    },
    responses={200: PictureAnswer, **PROBLEMS},
)
@permission("returns:write")
@takes_raw_body
def set_picture(path: SkuPath) -> Response:
    """Send the picture as the body; it is checked, and stored in sizes for the pages."""
    data = request.get_data()
    if request.mimetype not in TYPES or not data:
        fault = Fault("", "not_a_picture", f"Send one of {', '.join(TYPES)} as the body.")
        raise errors.Invalid(faults=[fault])
    try:
        found = imaging.analyse_limited(data)
    except imaging.ImageRefused as refused:
        fault = Fault("", "not_a_picture", str(refused))
        raise errors.Invalid(faults=[fault]) from refused
    picture = catalogue.set_picture(
        current_key().merchant_id, path.sku, data=data, size=(found.width, found.height)
    )
    for size, thumbnail in found.thumbnails.items():
        pictures.store().put_derived(picture.key(size), thumbnail, "image/webp")
    db.session.commit()
    return reply(
        {
            "client_sku_id": picture.client_sku_id,
            "sha256": picture.sha256,
            "width": picture.width,
            "height": picture.height,
        }
    )


def _item(item: CatalogueItem) -> dict[str, Any]:
    place = (item.merchant_id, item.client_sku_id)
    picture = catalogue.find_pictures([place[0]], [place[1]]).get(place)
    urls = pictures.catalogue_urls(picture, clock.now())
    return {
        "client_sku_id": item.client_sku_id,
        "name": item.name,
        "brand": item.brand,
        "category": item.category,
        "price": _rupees(item.price_paise),
        "mrp": _rupees(item.mrp_paise),
        "attributes": item.attributes,
        "reference_images": item.reference_images,
        "pictures": {str(size): url for size, url in urls.items()},
        "updated_at": item.updated_at,
    }


def _import(job: Job) -> dict[str, Any]:
    counts = {name: job.result.get(name, 0) for name in catalogue_import.COUNTS}
    return {
        "import_id": job.id,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        **counts,
        "columns": job.result.get("columns", []),
        "problems": job.result.get("shown", []),
        "corrections": job.result.get("corrections", 0),
        "corrections_url": import_files.corrections_url(job),
        "fault": job.fault,
        "asked_at": job.asked_at,
        "ended_at": job.ended_at,
    }


def _rupees(paise: int | None) -> float | None:
    return None if paise is None else paise / 100
