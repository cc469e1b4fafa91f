"""The relay's door: what S3 stored, told by signed callbacks."""

from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.tag import Tag

blueprint = APIBlueprint(
    "callbacks",
    __name__,
    url_prefix="/api/v1/callbacks",
    abp_tags=[Tag(name="callbacks", description="The S3 event relay")],
    abp_security=[{"relay": []}],
)

from qcportal.blueprints.callbacks import arrivals  # noqa: E402

__all__ = ["arrivals", "blueprint"]
