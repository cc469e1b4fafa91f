"""A store's own people: its owners invite them, and say what each may."""

import uuid
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from qcportal import errors
from qcportal.blueprints import team_pages
from qcportal.blueprints.access import MANAGE, current_session, may, permission
from qcportal.blueprints.merchant import blueprint
from qcportal.blueprints.showing.team import Team

VIEWS = {
    "show": "people",
    "invite": "invite_person",
    "again": "send_invitation_again",
    "revoke": "revoke_invitation",
    "set_role": "set_person_role",
    "switch": "set_person_active",
}


@blueprint.get("/people", endpoint="people")
@permission(MANAGE)
def people() -> str:
    """List the store's people and who is invited."""
    return team_pages.show(_team())


@blueprint.post("/people/invite")
@permission(MANAGE)
def invite_person() -> Any:
    """Ask somebody to join the store."""
    return team_pages.invite(_team())


@blueprint.post("/people/invitations/<uuid:id>/send-again")
@permission(MANAGE)
def send_invitation_again(id: uuid.UUID) -> Any:
    """Send an invitation again, with another link."""
    return team_pages.send_again(_team(), id)


@blueprint.post("/people/invitations/<uuid:id>/revoke")
@permission(MANAGE)
def revoke_invitation(id: uuid.UUID) -> Response:
    """Take an invitation back."""
    return team_pages.revoke(_team(), id)


@blueprint.post("/people/<uuid:id>/set-role")
@permission(MANAGE)
def set_person_role(id: uuid.UUID) -> Response:
    """Give one of the store's people another role."""
    return team_pages.set_role(_team(), id)


@blueprint.post("/people/<uuid:id>/set-active")
@permission(MANAGE)
def set_person_active(id: uuid.UUID) -> Response:
    """Close or open the account of one of the store's people."""
    return team_pages.switch(_team(), id)


def _team() -> Team:
    user = current_session().user
    if user.merchant is None:
        raise errors.Forbidden()
    return Team(
        merchant=user.merchant,
        me=user.id,
        url=lambda view, **args: url_for(f"merchant.{VIEWS[view]}", **args),
        may=lambda of_store: of_store and may(MANAGE),
        tz=user.merchant.timezone,
    )
