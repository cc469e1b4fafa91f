"""Pages behind two doors: a merchant's to what is its own, and the carrier's to any merchant's."""

import functools
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from flask import Blueprint, g, request, url_for

from qcportal import accounts, errors, tenancy
from qcportal.accounts import Merchant
from qcportal.blueprints.access import ROLES, current_session


@dataclass(frozen=True)
class Door:
    """One door: the audience's name, the path before every page, and who sees and edits."""

    name: Literal["merchant", "admin"]
    prefix: str
    see: str
    edit: str

    @property
    def may_edit(self) -> bool:
        """Tell whether the person who asks may change what is behind it."""
        return self.edit in ROLES.get(current_session().user.role, set())

    def merchant(self, view_args: Mapping[str, Any]) -> Merchant:
        """Give the merchant whose pages are asked for; raises NotFound for an unknown one."""
        merchant_id: uuid.UUID | None = view_args.get("merchant_id")
        if merchant_id is not None:
            return accounts.get_merchant(merchant_id)
        own = current_session().user.merchant
        if own is None:
            raise errors.Forbidden()
        return own

    def url(self, view: str, **args: Any) -> str:
        """Give the address of a view by its bare name, for the merchant of this request."""
        if self.name == "admin":
            args = {"merchant_id": (request.view_args or {})["merchant_id"]} | args
        return url_for(f"{self.name}.{view}", **args)

    def return_url(self, return_id: object) -> str:
        """Give the address of a return's page in this door."""
        return url_for(f"{self.name}.return_detail", id=return_id)


@dataclass(frozen=True)
class Route:
    """One page or action of both doors: `path` comes after the door's prefix.

    The view is called with the door and the merchant, then what the path holds. An action
    (`changes`) needs the door's edit permission, a page the one to see.
    """

    path: str
    endpoint: str
    view: Callable[..., Any]
    changes: bool = False
    body: int = 0

    @property
    def method(self) -> str:
        """Give the one HTTP method: POST for what changes, GET for all else."""
        return "POST" if self.changes else "GET"


def register(blueprint: Blueprint, door: Door, routes: tuple[Route, ...]) -> None:
    """Put every route on the blueprint of the door."""
    for route in routes:
        view = _bound(door, route)
        blueprint.add_url_rule(
            door.prefix + route.path, route.endpoint, view, methods=[route.method]
        )


def _bound(door: Door, route: Route) -> Callable[..., Any]:
    @functools.wraps(route.view)
    def view(**args: Any) -> Any:
        merchant = door.merchant(args)
        args.pop("merchant_id", None)
        if door.name == "admin":  # from here on even the carrier sees this merchant's rows only
            g.scopes.append(tenancy.enter_tenant(merchant.id))
        return route.view(door, merchant, **args)

    view.permission = door.edit if route.changes else door.see  # type: ignore[attr-defined]
    if route.body:
        view.largest_body = route.body  # type: ignore[attr-defined]
    return view
