"""The carrier's staff in the browser: merchants, people, phones, run sheets, parked files."""

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

from qcportal.blueprints.admin import devices, merchants, returns, run_sheets, users  # noqa: E402

__all__ = ["blueprint", "devices", "merchants", "returns", "run_sheets", "users"]
