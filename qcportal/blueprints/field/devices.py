"""Enrolment and heartbeat."""

from flask import Response

from qcportal import clock, devices, phones
from qcportal.blueprints.access import ANYONE, DEVICE, current_phone, permission
from qcportal.blueprints.answers import PROBLEMS, reply
from qcportal.blueprints.field import blueprint
from qcportal.blueprints.field.answers import Enrolled, HeartbeatAnswer
from qcportal.blueprints.field.payloads import EnrolBody, HeartbeatBody
from qcportal.blueprints.visits import bounded_offset
from qcportal.db import db
from qcportal.phones import Heartbeat


@blueprint.post(
    "/enrolments",
    summary="Trade a one-use code for a device token",
    security=[],
    responses={201: Enrolled, **PROBLEMS},
)
@permission(ANYONE)
def enrol(body: EnrolBody) -> Response:
    """The token is given once; keep it in the phone's safe storage."""
    device, token = devices.enrol(body.code, app_version=body.app_version)
    db.session.commit()
    return reply(
        {
            "device_id": device.id,
            "device_label": device.label,
            "executive": {"id": device.executive.id, "name": device.executive.name},
            "token": token,
            "server_time": clock.now(),
        },
        201,
    )


@blueprint.post(
    "/heartbeats",
    summary="Say how the phone is doing",
    responses={200: HeartbeatAnswer, **PROBLEMS},
)
@permission(DEVICE)
def beat(body: HeartbeatBody) -> Response:
    """Send it every few minutes and whenever photos wait; the clock's offset is kept from it."""
    at = clock.now()
    said = body.model_dump(exclude={"phone_time"})
    ahead = (body.phone_time - at).total_seconds() if body.phone_time else None
    bounded = bounded_offset(None if ahead is None else int(ahead * 1000))
    phones.record_heartbeat(current_phone().id, Heartbeat(**said, clock_offset_ms=bounded))
    db.session.commit()
    return reply({"server_time": at, "clock_offset_ms": bounded})
