"""Catalogue pictures over the partner API: one per SKU, shown beside the door photo."""

from typing import Annotated

from flask import Response, request
from pydantic import BaseModel, StringConstraints

from qcportal import catalogue, errors, imaging
from qcportal.blueprints import pictures
from qcportal.blueprints.access import current_key, permission
from qcportal.blueprints.answers import PROBLEMS, reply
from qcportal.blueprints.partner import blueprint
from qcportal.blueprints.partner.answers import PictureAnswer
from qcportal.blueprints.typed import takes_raw_body
from qcportal.db import db
from qcportal.errors import Fault

TYPES = ("image/jpeg", "image/png", "image/webp")


class SkuPath(BaseModel):
    """Which SKU."""

    sku: Annotated[str, StringConstraints(min_length=1, max_length=80)]


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
