"""A merchant's people in the browser: their returns and the photos of each."""

from flask import Blueprint

blueprint = Blueprint("merchant", __name__)

from qcportal.blueprints.merchant import catalogue, reviews, rules, views  # noqa: E402

__all__ = ["blueprint", "catalogue", "reviews", "rules", "views"]
