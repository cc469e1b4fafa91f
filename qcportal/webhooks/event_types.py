"""Which entries of the history merchants are told of, and under which names. No database."""

from collections.abc import Mapping
from types import MappingProxyType

TEST = "webhook.test"

OF_ACTION: Mapping[str, str] = MappingProxyType(
    {
        "return_created": "return.created",
        "return_cancelled": "return.cancelled",
        "pickup_assigned": "return.assigned",
        "pickup_unassigned": "return.unassigned",
        "inspected": "inspection.recorded",
        "inspection_refused": "inspection.refused",
        "review_opened": "inspection.review_opened",
        "review_decided": "inspection.review_decided",
        "item_overridden": "inspection.overridden",
        "photo_stored": "photo.stored",
        "photo_verified": "photo.verified",
        "photo_refused": "photo.refused",
        "photo_conflict": "photo.conflict",
        "photo_earlier_found": "photo.earlier_found",
        "photo_unreadable": "photo.unreadable",
        "dispute_send": "dispute.opened",
        "dispute_ask": "dispute.info_requested",
        "dispute_answer": "dispute.info_provided",
        "dispute_resume": "dispute.info_overdue",
        "dispute_settle": "dispute.decided",
        "dispute_appeal": "dispute.appealed",
        "dispute_withdraw": "dispute.withdrawn",
        "dispute_close": "dispute.closed",
    }
)
"""Event types by action of the history; what happens to a dispute inside the carrier has none."""

SAID: Mapping[str, str] = MappingProxyType(
    {
        "return.created": "A return was registered",
        "return.cancelled": "A return was cancelled",
        "return.assigned": "A return is on an executive's run sheet",
        "return.unassigned": "A return was taken off its run sheet",
        "inspection.recorded": "The answers and the verdict of a return are in",
        "inspection.refused": "Answers came that could not be taken",
        "inspection.review_opened": "An item waits for your decision",
        "inspection.review_decided": "An item that needed a look was decided on",
        "inspection.overridden": "An admin overruled a verdict",
        "photo.stored": "A photo is held; the phone's own word on it is awaited",
        "photo.verified": "A photo is held and is the one the phone announced",
        "photo.refused": "A file came that is no fit photo",
        "photo.conflict": "Other bytes came for a photo that is held",
        "photo.unreadable": "A photo is held and cannot be opened as a picture",
        "photo.earlier_found": "An earlier version of a photo turned up, and is the evidence",
        "dispute.opened": "A dispute was sent",
        "dispute.info_requested": "A reviewer has a question for you",
        "dispute.info_provided": "A question was answered",
        "dispute.info_overdue": "A question was not answered in time; the review goes on",
        "dispute.decided": "A dispute was decided",
        "dispute.appealed": "A decision was appealed",
        "dispute.withdrawn": "A dispute was withdrawn",
        "dispute.closed": "A dispute is closed for good",
    }
)
"""Every event type that can be subscribed to, in words."""


def type_of(action: str) -> str | None:
    """Give the event type of an action of the history, or None when nobody is told of it."""
    return OF_ACTION.get(action)
