"""How a return stands after its inspection, for the executive who waits at the door."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Response
from pydantic import BaseModel

from qcportal import clock, doorstep, results, reviews
from qcportal.blueprints import access
from qcportal.blueprints.access import DEVICE, current_phone, permission, settings
from qcportal.blueprints.answers import PROBLEMS, reply
from qcportal.blueprints.field import blueprint
from qcportal.blueprints.field.answers import OutcomeAnswer
from qcportal.results import Viewing
from qcportal.returns import Return, ReturnItem
from qcportal.reviews import Review

SOON_S, LATER_S = 5, 15
NEAR_S = 120
TAKE, LEAVE, WAIT = "Take it with you.", "Leave it with the customer.", "Wait: it is being decided."
TO_DO = {
    "passed": TAKE,
    "failed": LEAVE,
    "partially_passed": "Take what passed, leave the rest with the customer.",
    "needs_review": WAIT,
    "pending": "Nothing was checked. Take nothing with you.",
}
TO_DO_WITH_ITEM = {"pass": TAKE, "fail": LEAVE, "needs_review": WAIT, "not_inspected": WAIT}


class OutcomePath(BaseModel):
    """The return that was inspected."""

    return_id: uuid.UUID


@blueprint.get(
    "/returns/<uuid:return_id>/outcome",
    summary="Ask what to do with an inspected return",
    description=(
        "While an item needs a look the merchant decides, until decide_by where there is such a "
        "time; ask again after poll_after_s seconds. Without poll_after_s the answer is final "
        "for the visit."
    ),
    responses={200: OutcomeAnswer, **PROBLEMS},
)
@permission(DEVICE)
def get_outcome(path: OutcomePath) -> Response:
    """The rulebook's answer holds from decide_by on, whether or not anything else is running."""
    if reviews.is_any_due(return_id=path.return_id):
        access.write_apart(lambda: reviews.settle_due(return_id=path.return_id))
    rvp = doorstep.get_return(path.return_id, current_phone().executive_id)
    found = reviews.find_for_returns([rvp.id])
    return reply(_outcome(rvp, found))


def _outcome(rvp: Return, found: Mapping[uuid.UUID, Review]) -> dict[str, Any]:
    at = clock.now()
    waiting = [review for review in found.values() if review.waiting]
    ends = [review.decide_by for review in waiting if review.decide_by]
    return {
        "return_id": rvp.id,
        "verdict": rvp.verdict,
        "qc_state": rvp.qc_state,
        "shipment_state": rvp.shipment_state,
        "to_do": _to_do(rvp),
        "decide_by": min(ends, default=None),
        "poll_after_s": _pause(min(ends, default=None), at) if waiting else None,
        "server_time": at,
        "missing": missing(rvp, at),
        "items": [_item(item, found.get(item.id)) for item in rvp.items],
    }


def missing(rvp: Return, at: datetime) -> list[dict[str, Any]]:
    """Give the photos of a return, loaded with its items, that its verdict waits for."""
    viewing = Viewing(at, settings().late_after, settings().missing_after, lambda _: None)
    names = ("photo_id", "item_id", "slot", "title", "state")
    found = results.find_missing(rvp, viewing)
    return [{name: getattr(each, name) for name in names} for each in found]


def _to_do(rvp: Return) -> str:
    if rvp.shipment_state == "cancelled":
        return "The pickup was cancelled. " + LEAVE
    if rvp.qc_state == "not_required":
        return TAKE
    if rvp.verdict is None:
        return "Answer the checklist first."
    return TO_DO[rvp.verdict]


def _item(item: ReturnItem, review: Review | None) -> dict[str, Any]:
    pieces = reviews.pieces(item, review)
    return {
        "item_id": item.id,
        "client_sku_id": item.client_sku_id,
        "name": item.name,
        "verdict": item.verdict,
        "decided_by": item.decided_by,
        "to_do": _to_do_with(item, pieces),
        "units": [{"unit": unit, "verdict": verdict} for unit, verdict in pieces],
    }


def _to_do_with(item: ReturnItem, pieces: Sequence[tuple[int, str]]) -> str:
    if item.verdict != "partially_passed":
        return TO_DO_WITH_ITEM.get(item.verdict or "", "")
    take = " and ".join(str(unit) for unit, verdict in pieces if verdict == "pass")
    leave = " and ".join(str(unit) for unit, verdict in pieces if verdict != "pass")
    return f"Take piece {take}. Leave piece {leave} with the customer."


def _pause(decide_by: datetime | None, at: datetime) -> int:
    """Give the seconds to the next look: shorter when the time is about to end."""
    near = decide_by is not None and (decide_by - at).total_seconds() < NEAR_S
    return SOON_S if near else LATER_S
