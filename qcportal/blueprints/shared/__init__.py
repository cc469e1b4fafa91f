"""Whoever holds a link to one return's evidence: no account, no menu, nothing else to see."""

from flask import Blueprint

blueprint = Blueprint("shared", __name__, url_prefix="/shared")

from qcportal.blueprints.shared import views  # noqa: E402

__all__ = ["blueprint", "views"]
