"""A merchant's own back-end: returns, rulebooks, photos, disputes, catalogue pictures."""

from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.tag import Tag

blueprint = APIBlueprint(
    "partner",
    __name__,
    url_prefix="/api/v1",
    abp_tags=[Tag(name="partner", description="A merchant's own back-end")],
    abp_security=[{"api_key": []}],
)

from qcportal.blueprints.partner import (  # noqa: E402
    adapters,
    catalogue,
    disputes,
    photos,
    results,
    returns,
    rulebooks,
    webhooks,
)

__all__ = [
    "adapters",
    "blueprint",
    "catalogue",
    "disputes",
    "photos",
    "results",
    "returns",
    "rulebooks",
    "webhooks",
]
