"""A merchant's own back-end: returns, rulebooks, photos, catalogue pictures."""

from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.tag import Tag

blueprint = APIBlueprint(
    "partner",
    __name__,
    url_prefix="/api/v1",
    abp_tags=[Tag(name="partner", description="A merchant's own back-end")],
    abp_security=[{"api_key": []}],
)

from qcportal.blueprints.partner import catalogue, photos, returns, rulebooks  # noqa: E402

__all__ = ["blueprint", "catalogue", "photos", "returns", "rulebooks"]
