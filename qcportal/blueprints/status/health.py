"""Whether the portal lives, for load balancers."""

from flask import Response
from sqlalchemy import text

from qcportal.blueprints.access import ANYONE, permission
from qcportal.blueprints.answers import reply
from qcportal.blueprints.status import blueprint
from qcportal.db import db


@blueprint.get("/healthz")
@permission(ANYONE)
def healthz() -> Response:
    """The process answers."""
    return reply({"status": "ok"})


@blueprint.get("/readyz")
@permission(ANYONE)
def readyz() -> Response:
    """The process and its database answer; 503 otherwise."""
    db.session.execute(text("SELECT 1"))
    return reply({"status": "ok"})
