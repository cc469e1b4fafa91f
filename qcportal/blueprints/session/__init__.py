"""Signing in and out, one's own sessions, and the theme."""

from flask import Blueprint

blueprint = Blueprint("session", __name__)

from qcportal.blueprints.session import (  # noqa: E402
    joining,
    keyboard,
    second_step,
    settings,
    viewing,
    views,
)

__all__ = [
    "blueprint",
    "joining",
    "keyboard",
    "second_step",
    "settings",
    "viewing",
    "views",
]
