"""Callbacks: verified on the raw bytes by the guard, then facts in one transaction."""

from typing import Any

import structlog
from flask import Response

from qcportal import doorstep
from qcportal.blueprints import typed
from qcportal.blueprints.access import RELAY, permission, settings
from qcportal.blueprints.answers import PROBLEMS, reply
from qcportal.blueprints.callbacks import blueprint
from qcportal.blueprints.callbacks.answers import CallbackAnswer
from qcportal.blueprints.callbacks.payloads import CallbackBody
from qcportal.blueprints.visits import read_visit
from qcportal.db import db
from qcportal.photos import Outcome
from qcportal.photos.arrivals import Told

log = structlog.get_logger(__name__)


@blueprint.post(
    "/s3",
    summary="Tell what S3 stored",
    description="At least once, in any order; 202 when something belongs to no photo we know.",
    responses={200: CallbackAnswer, 202: CallbackAnswer, **PROBLEMS},
)
@permission(RELAY)
@typed.carries(r"/arrivals/\d+/content")  # it must never cost the photos of the same call
def receive_arrivals(body: CallbackBody) -> Response:
    """Every arrival gets its own outcome; only a failure of ours makes the relay try again."""
    arrivals = [each.arrival() for each in body.arrivals]
    carried = {each.arrival().identity: each.carried() for each in body.arrivals}
    told, inspected = doorstep.receive(arrivals, carried, settings().capture_kinds, read_visit)
    db.session.commit()
    outcomes = [_outcome(each, inspected.get(each.arrival.identity)) for each in told]
    log.info("callback", outcomes=[each["outcome"] for each in outcomes])
    parked = any(each.outcome is Outcome.PARKED for each in told)
    return reply({"arrivals": outcomes}, 202 if parked else 200)


def _outcome(told: Told, inspected: str | None) -> dict[str, Any]:
    return {
        "key": told.arrival.key,
        "version_id": told.arrival.version_id,
        "outcome": told.outcome.value,
        "reason": told.reason,
        "photo_id": told.photo_id,
        "inspection": inspected,
        "picture_wanted": not told.looked_at and not told.arrival.gone,
    }
