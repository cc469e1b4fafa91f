"""For everybody: whether the portal lives, and how its JSON doors are used."""

from flask import Blueprint

blueprint = Blueprint("status", __name__)

from qcportal.blueprints.status import api_document, health  # noqa: E402

__all__ = ["api_document", "blueprint", "health"]
