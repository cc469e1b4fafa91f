"""Inspections, announced captures, and what became of uploads."""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from flask import Response

from qcportal import clock, doorstep, errors, photos, returns
from qcportal.blueprints.access import DEVICE, current_phone, permission, settings
from qcportal.blueprints.answers import PROBLEMS, reply
from qcportal.blueprints.field import blueprint
from qcportal.blueprints.field.answers import CapturesAnswer, InspectionAnswer, StatusAnswer
from qcportal.blueprints.field.outcome import missing
from qcportal.blueprints.field.payloads import CapturesBody, StatusBody
from qcportal.blueprints.visits import InspectionBody
from qcportal.db import db
from qcportal.inspections.changes import Source
from qcportal.manifests import Way
from qcportal.photos import Capture, measures
from qcportal.photos.expecting import INSPECTION
from qcportal.returns import Return

RETAKEN = measures.UNREADABLE | {"too_small", "too_large", "wrong_type"}
"""Reasons that stay true of a file however often it is sent."""


@blueprint.post(
    "/inspections",
    summary="Submit an inspection",
    description=(
        "Idempotent by client_inspection_id: the same again is a success (200) and fills in "
        "captures that were missing; other answers under the same id are a conflict (409)."
    ),
    responses={201: InspectionAnswer, 200: InspectionAnswer, **PROBLEMS},
)
@permission(DEVICE)
def submit_inspection(body: InspectionBody) -> Response:
    """The verdict is the server's, from the frozen checklist; the app's own is kept beside it."""
    visit = body.visit()
    with _keeping_word(body.return_id, visit.captures, Way.INSPECTION):
        rvp, inspection, new = doorstep.submit(visit, _source(), settings().capture_kinds)
    db.session.commit()
    db.session.refresh(rvp)
    answer = _inspected(rvp, inspection, new=new)
    return reply(answer, 201 if new else 200)


@blueprint.post(
    "/captures",
    summary="Announce photos that lie on the phone",
    responses={200: CapturesAnswer, **PROBLEMS},
)
@permission(DEVICE)
def announce_captures(body: CapturesBody) -> Response:
    """Send it as soon as a photo is taken, so that its loss could be seen."""
    captures = [each.capture() for each in body.captures]
    with _keeping_word(body.return_id, captures, Way.CAPTURE):
        count = doorstep.announce(body.return_id, captures, _source(), settings().capture_kinds)
    db.session.commit()
    return reply({"announced": count})


@blueprint.post(
    "/uploads/status",
    summary="Ask what became of uploads, by digest",
    responses={200: StatusAnswer, **PROBLEMS},
)
@permission(DEVICE)
def check_uploads(body: StatusBody) -> Response:
    """Ask before sending again, and before deleting: only `may_delete` allows that."""
    found = defaultdict(list)
    held = photos.find_by_digests(current_phone().executive_id, body.digests)
    files = {photo.return_id for photo, _ in held if photo.purpose == INSPECTION}
    useless = returns.find_uninspected(files) if files else set()
    for photo, digests in held:
        for digest in digests:
            found[digest].append((photo, _state_of(photo, digest, useless)))
    return reply({"uploads": [_digest_state(each, found[each]) for each in body.digests]})


@contextmanager
def _keeping_word(return_id: uuid.UUID, captures: Sequence[Capture], way: Way) -> Iterator[None]:
    """Let a conflict be one, and keep what the phone says it captured all the same."""
    try:
        yield
    except errors.Conflict:
        db.session.rollback()
        doorstep.keep_word(return_id, captures, _source(), way)
        db.session.commit()
        raise


def _source() -> Source:
    device = current_phone()
    return Source("app", device.executive_id, device, device.actor)


def _inspected(rvp: Return, inspection: Any, *, new: bool) -> dict[str, Any]:
    differs = inspection.app_verdict not in (None, inspection.verdict)
    return {
        "status": "created" if new else "exists",
        "inspection_id": inspection.id,
        "return_id": rvp.id,
        "verdict": inspection.verdict,
        "qc_state": rvp.qc_state,
        "verdict_reason": rvp.verdict_reason or "",
        "app_verdict_differs": differs,
        "photos_coming": rvp.photos_coming,
        "photos_absent": rvp.photos_absent,
        "missing": missing(rvp, clock.now()),
    }


def _digest_state(digest: str, held: list[tuple[Any, str]]) -> dict[str, Any]:
    states = {state for _, state in held}
    order = ("verified", "conflict", "refused", "stored", "announced")
    state = next((each for each in order if each in states), "unknown")
    reasons = [_reason(photo, digest) for photo, each in held if each == "refused"]
    reason = next(filter(None, reasons), None) if state == "refused" else None
    return {
        "sha256": digest,
        "state": state,
        "may_delete": bool(held) and all(_is_safe(*each, digest) for each in held),
        "retake": reason in RETAKEN,
        "reason": reason,
        "photo_ids": [photo.id for photo, _ in held],
    }


def _is_safe(photo: Any, state: str, digest: str) -> bool:
    """Tell whether the phone's copy is one too many: we hold the same bytes, as they were sent."""
    kept = photo.unreadable_at and photo.verified_at and photo.sha256 == digest
    return state == "verified" or bool(state == "refused" and kept)


def _reason(photo: Any, digest: str) -> str | None:
    held = photo.sha256 == digest
    reason: str | None = photo.unreadable_reason if held else photo.refused_reason
    return reason


def _state_of(photo: Any, digest: str, useless: set[uuid.UUID]) -> str:
    """Give how one photo stands for a digest; other bytes than its own are never verified.

    An inspection file counts as refused while its return is not inspected: `useless` names these
    returns. The answers in it could not be taken in, so the phone must keep them. What cannot be
    opened is refused, although it is held.
    """
    if photo.sha256 == digest and photo.purpose == INSPECTION and photo.return_id in useless:
        return "refused"
    if photo.sha256 == digest:
        held = "verified" if photo.verified_at else "stored"
        return "refused" if photo.unreadable_at else held
    if photo.sha256 is not None:
        return "conflict"
    return "refused" if photo.refused_at else "announced"
