"""An admin's override: what holds of an item changes, what the inspection said does not."""

import uuid
from dataclasses import dataclass
from typing import Literal

from qcportal import errors, history, returns
from qcportal.history import Actor, Entry
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.returns import ItemDecision, Return, ReturnItem
from qcportal.reviews import outcome
from qcportal.reviews.deciding import close_for

SHORTEST, LONGEST = 20, 1000
SAID = {"pass": lazy_gettext("Passed"), "fail": lazy_gettext("Failed")}


@dataclass(frozen=True)
class Override:
    """What an admin decides on one item; `seen` is how many decisions the admin knew of."""

    return_id: uuid.UUID
    item_id: uuid.UUID
    verdict: Literal["pass", "fail"]
    reason: str
    seen: int


def override(wanted: Override, *, by: Actor) -> Return:
    """Let the admin's verdict hold for an item; gives its return as it is then.

    Raises NotFound for an unknown item, Invalid for a reason that is not 20 to 1000 characters,
    Conflict when nothing was inspected yet or somebody else decided meanwhile.
    """
    reason = checked_reason(wanted.reason)
    returns.get_return(wanted.return_id)
    returns.lock([wanted.return_id])
    item = _item(outcome.load(wanted.return_id), wanted.item_id)
    if item.inspected_verdict is None:
        raise errors.Conflict(_("It was not inspected yet, so there is no verdict to override."))
    decision = ItemDecision(wanted.verdict, "admin", by.label, reason)
    if not returns.decide_item(item.id, decision, seen=wanted.seen):
        raise errors.Conflict(_who_was_faster(item))
    close_for(item.id, wanted.verdict, by=by, note=reason)
    data = {"item": item.client_sku_id, "verdict": wanted.verdict, "was": item.verdict}
    data |= {"inspected": item.inspected_verdict, "note": reason}
    entry = Entry(item.return_id, item.merchant_id, "item_overridden", by, data)
    history.record([entry])
    return outcome.settle(item.return_id, reason=f"{by.label}: {reason}")


def checked_reason(text: str) -> str:
    """Give the reason without spaces around it, or raise Invalid with words for the field."""
    reason = text.strip()
    if SHORTEST <= len(reason) <= LONGEST:
        return reason
    words = _(
        "Give a reason of %(least)s to %(most)s characters; the merchant reads it.",
        least=SHORTEST,
        most=LONGEST,
    )
    raise errors.Invalid(words, faults=[errors.Fault("/reason", "bad_reason", words)])


def _item(rvp: Return, item_id: uuid.UUID) -> ReturnItem:
    found = next((item for item in rvp.items if item.id == item_id), None)
    if found is None:
        raise errors.NotFound()
    return found


def _who_was_faster(item: ReturnItem) -> str:
    said = SAID.get(item.verdict or "", _("Partly passed"))
    who = item.decided_by_name or _("Somebody")
    return _(
        "%(name)s decided meanwhile: %(verdict)s. "
        "Your choice changed nothing; look again, then decide.",
        name=who,
        verdict=said,
    )
