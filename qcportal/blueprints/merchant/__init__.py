"""A merchant's people in the browser: their returns and the photos of each."""

from flask import Blueprint

blueprint = Blueprint("merchant", __name__)

from qcportal.blueprints.merchant import (  # noqa: E402
    audit,
    bulk_disputes,
    catalogue,
    dispute_uploads,
    disputes,
    evidence,
    exports,
    people,
    raising,
    reports,
    reviews,
    rules,
    saved_views,
    views,
    webhooks,
)

__all__ = [
    "audit",
    "blueprint",
    "bulk_disputes",
    "catalogue",
    "dispute_uploads",
    "disputes",
    "evidence",
    "exports",
    "people",
    "raising",
    "reports",
    "reviews",
    "rules",
    "saved_views",
    "views",
    "webhooks",
]
