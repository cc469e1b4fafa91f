"""Everybody who signs in, for the carrier: its own people and those of every store."""

import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from qcportal.blueprints import team_pages
from qcportal.blueprints.access import (
    ADMIN_VIEW,
    ADMINISTER,
    PEOPLE,
    current_session,
    may,
    permission,
)
from qcportal.blueprints.admin import blueprint
from qcportal.blueprints.jinja import ZONE
from qcportal.blueprints.showing.team import Team

VIEWS = {
    "show": "users",
    "invite": "invite_user",
    "again": "send_invitation_again",
    "revoke": "revoke_invitation",
    "set_role": "set_user_role",
    "switch": "set_user_active",
}


@blueprint.get("/users")
@permission(ADMIN_VIEW)
def users() -> str:
    """List everybody who signs in, or is invited to."""
    return team_pages.show(_team())


@blueprint.post("/users/invite")
@permission(PEOPLE)
def invite_user() -> Any:
    """Ask somebody to join a store or the carrier."""
    return team_pages.invite(_team())


@blueprint.post("/users/invitations/<uuid:id>/send-again")
@permission(PEOPLE)
def send_invitation_again(id: uuid.UUID) -> Any:
    """Send an invitation again, with another link."""
    return team_pages.send_again(_team(), id)


@blueprint.post("/users/invitations/<uuid:id>/revoke")
@permission(PEOPLE)
def revoke_invitation(id: uuid.UUID) -> Response:
    """Take an invitation back."""
    return team_pages.revoke(_team(), id)


@blueprint.post("/users/<uuid:id>/set-role")
@permission(PEOPLE)
def set_user_role(id: uuid.UUID) -> Response:
    """Give somebody another role."""
    return team_pages.set_role(_team(), id)


@blueprint.post("/users/<uuid:id>/set-active")
@permission(PEOPLE)
def set_user_active(id: uuid.UUID) -> Response:
    """Close or open an account."""
    return team_pages.switch(_team(), id)


def _team() -> Team:
    """Give everybody; the carrier's own people are a system admin's to change."""
    return Team(
        merchant=None,
        me=current_session().user.id,
        url=lambda view, **args: url_for(f"admin.{VIEWS[view]}", **args),
        may=lambda of_store: may(PEOPLE if of_store else ADMINISTER),
        tz=ZONE,
        store=request.args.get("store", ""),
    )
