"""The field executive's app: enrol, run sheet, forms, inspections, upload status, manifests."""

from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.tag import Tag

blueprint = APIBlueprint(
    "field",
    __name__,
    url_prefix="/api/v1/field",
    abp_tags=[Tag(name="field", description="The field executive's app")],
    abp_security=[{"device": []}],
)
from qcportal.blueprints.field import (  # noqa: E402
    captures,
    devices,
    forms,
    manifests,
    outcome,
    run_sheet,
)

__all__ = ["blueprint", "captures", "devices", "forms", "manifests", "outcome", "run_sheet"]
