"""The security map: who comes in by which door, past which guard, and how errors are told."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Literal

from flask import Blueprint, Flask, current_app, request

from qcportal.blueprints import access, bodies, typed


@dataclass(frozen=True)
class Audience:
    """One door: its blueprint, URL prefix, guard, error format and body limit in bytes."""

    name: str
    prefix: str
    guard: Callable[[], None]
    errors: Literal["problem", "page"]
    csrf: bool
    largest_body: int

    def blueprint(self) -> Blueprint:
        """Load the blueprint, which lives in the package of the audience's name."""
        found: Blueprint = import_module(f"qcportal.blueprints.{self.name}").blueprint
        return found


AUDIENCES = MappingProxyType(
    {
        audience.name: audience
        for audience in (
            Audience("field", "/api/v1/field", access.guard_device, "problem", False, 1_048_576),
            Audience("partner", "/api/v1", access.guard_api_key, "problem", False, 8_388_608),
            Audience(
                "callbacks", "/api/v1/callbacks", access.guard_relay, "problem", False, 262_144
            ),
            Audience("status", "/", access.guard_anyone, "problem", False, 1_024),
            Audience("session", "/", access.guard_browser, "page", True, 65_536),
            Audience("shared", "/shared", access.guard_link, "page", True, 1_024),
            Audience("merchant", "/", access.guard_merchant, "page", True, 1_048_576),
            Audience("admin", "/admin", access.guard_admin, "page", True, 1_048_576),
        )
    }
)


def limit_bodies(app: Flask) -> None:
    """Bound every body before anything reads it: the CSRF check already reads whole forms."""

    def limit() -> None:
        audience = AUDIENCES.get(request.blueprint or "")
        if audience is not None:
            view = current_app.view_functions[request.endpoint or ""]
            request.max_content_length = getattr(view, "largest_body", audience.largest_body)

    app.before_request(limit)


def register(app: Flask) -> None:
    """Put every audience's guard before its views and check that each view names a permission."""
    for audience in AUDIENCES.values():
        blueprint = audience.blueprint()
        if not getattr(blueprint, "guarded", False):
            blueprint.before_request(bodies.begin(audience.largest_body))
            blueprint.before_request(audience.guard)
            blueprint.before_request(typed.check_arguments)
            if audience.errors == "problem":
                blueprint.before_request(typed.read_json)
            blueprint.guarded = True  # type: ignore[attr-defined]
        add = getattr(app, "register_api", app.register_blueprint)
        if not hasattr(blueprint, "paths"):
            add = app.register_blueprint
        add(blueprint)
    access.check_permissions(app)
    app.json.loads = typed.parse_json  # type: ignore[assignment,method-assign]
