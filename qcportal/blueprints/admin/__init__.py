"""The carrier's staff in the browser: merchants, people, phones, run sheets, parked files."""

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

from qcportal.blueprints.admin import (  # noqa: E402
    catalogue,
    devices,
    merchants,
    overrides,
    photo_life,
    returns,
    rules,
    run_sheets,
    uploads,
    users,
)

__all__ = [
    "blueprint",
    "catalogue",
    "devices",
    "merchants",
    "overrides",
    "photo_life",
    "returns",
    "rules",
    "run_sheets",
    "uploads",
    "users",
]
