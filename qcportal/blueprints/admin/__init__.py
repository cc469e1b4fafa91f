"""The carrier's staff in the browser: stores, people, phones, run sheets, what needs a look."""

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

from qcportal.blueprints.admin import (  # noqa: E402
    audit,
    catalogue,
    devices,
    dispute_clocks,
    dispute_steps,
    disputes,
    evidence,
    exports,
    like_disputes,
    likenesses,
    mails,
    merchants,
    overrides,
    photo_life,
    reports,
    returns,
    rules,
    run_sheets,
    saved_views,
    uploads,
    users,
    viewing,
    webhooks,
)

__all__ = [
    "audit",
    "blueprint",
    "catalogue",
    "devices",
    "dispute_clocks",
    "dispute_steps",
    "disputes",
    "evidence",
    "exports",
    "like_disputes",
    "likenesses",
    "mails",
    "merchants",
    "overrides",
    "photo_life",
    "reports",
    "returns",
    "rules",
    "run_sheets",
    "saved_views",
    "uploads",
    "users",
    "viewing",
    "webhooks",
]
