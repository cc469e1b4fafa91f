"""Which entries of the history merchants are told of, and under which names. No database."""

from collections.abc import Mapping
from types import MappingProxyType

from qcportal.language import lazy_gettext

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
        "return.created": lazy_gettext("A return was registered"),
        "return.cancelled": lazy_gettext("A return was cancelled"),
        "return.assigned": lazy_gettext("A return is on an executive's run sheet"),
        "return.unassigned": lazy_gettext("A return was taken off its run sheet"),
        "inspection.recorded": lazy_gettext("The answers and the verdict of a return are in"),
        "inspection.refused": lazy_gettext("Answers came that could not be taken"),
        "inspection.review_opened": lazy_gettext("An item waits for your decision"),
        "inspection.review_decided": lazy_gettext("An item that needed a look was decided on"),
        "inspection.overridden": lazy_gettext("An admin overruled a verdict"),
        "photo.stored": lazy_gettext("A photo is held; the phone's own word on it is awaited"),
        "photo.verified": lazy_gettext("A photo is held and is the one the phone announced"),
        "photo.refused": lazy_gettext("A file came that is no fit photo"),
        "photo.conflict": lazy_gettext("Other bytes came for a photo that is held"),
        "photo.unreadable": lazy_gettext("A photo is held and cannot be opened as a picture"),
        "photo.earlier_found": lazy_gettext(
            "An earlier version of a photo turned up, and is the evidence"
        ),
        "dispute.opened": lazy_gettext("A dispute was sent"),
        "dispute.info_requested": lazy_gettext("A reviewer has a question for you"),
        "dispute.info_provided": lazy_gettext("A question was answered"),
        "dispute.info_overdue": lazy_gettext(
            "A question was not answered in time; the review goes on"
        ),
        "dispute.decided": lazy_gettext("A dispute was decided"),
        "dispute.appealed": lazy_gettext("A decision was appealed"),
        "dispute.withdrawn": lazy_gettext("A dispute was withdrawn"),
        "dispute.closed": lazy_gettext("A dispute is closed for good"),
    }
)
"""Every event type that can be subscribed to, in words."""


def type_of(action: str) -> str | None:
    """Give the event type of an action of the history, or None when nobody is told of it."""
    return OF_ACTION.get(action)
