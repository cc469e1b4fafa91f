"""The carrier's staff in the browser: stores, people, phones, run sheets, what needs a look."""

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

from qcportal.blueprints.admin import (  # noqa: E402
    catalogue,
    devices,
    dispute_clocks,
    dispute_steps,
    disputes,
    evidence,
    like_disputes,
    likenesses,
    merchants,
    overrides,
    photo_life,
    reports,
    returns,
    rules,
    run_sheets,
    uploads,
    users,
    webhooks,
)

__all__ = [
    "blueprint",
    "catalogue",
    "devices",
    "dispute_clocks",
    "dispute_steps",
    "disputes",
    "evidence",
    "like_disputes",
    "likenesses",
    "merchants",
    "overrides",
    "photo_life",
    "reports",
    "returns",
    "rules",
    "run_sheets",
    "uploads",
    "users",
    "webhooks",
]
