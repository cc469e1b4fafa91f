"""A merchant's people in the browser: their returns and the photos of each."""

from flask import Blueprint

blueprint = Blueprint("merchant", __name__)

from qcportal.blueprints.merchant import (  # noqa: E402
    catalogue,
    evidence,
    exports,
    reports,
    reviews,
    rules,
    views,
    webhooks,
)

__all__ = [
    "blueprint",
    "catalogue",
    "evidence",
    "exports",
    "reports",
    "reviews",
    "rules",
    "views",
    "webhooks",
]
