"""Signing in and out, one's own sessions, and the theme."""

from flask import Blueprint

blueprint = Blueprint("session", __name__)

from qcportal.blueprints.session import keyboard, second_step, views  # noqa: E402

__all__ = ["blueprint", "keyboard", "second_step", "views"]
