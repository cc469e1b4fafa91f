"""What the evidence document says of states, answers and events, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from qcportal.language import gettext as _
from qcportal.language import grouped
from qcportal.language import lazy_gettext as later

VERDICTS: Mapping[str, tuple[str, str]] = {
    "passed": (later("Passed"), "pass"),
    "failed": (later("Failed"), "fail"),
    "partially_passed": (later("Partly failed"), "fail"),
    "needs_review": (later("Needs a look"), "late"),
    "not_required": (later("No check asked"), ""),
    "pending": (later("Nothing was checked"), ""),
    "pass": (later("Passed"), "pass"),
    "fail": (later("Failed"), "fail"),
    "not_inspected": (later("Not checked"), ""),
}
NOT_YET = later("Not checked yet")
RESULTS: Mapping[str, tuple[str, str]] = {
    "match": (later("As expected"), "pass"),
    "mismatch": (later("Not as expected"), "fail"),
    "not_checked": (later("Not checked"), "late"),
    "not_applicable": (later("Does not apply"), ""),
}
STANDINGS: Mapping[str, tuple[str, str]] = {
    "matches": (later("The photo we hold is the one the phone announced."), ""),
    "sent": (later("The photo we hold matches the digest that was sent with it."), ""),
    "differs": (
        later("The photo we hold does not match what the phone announced. Do not rely on it."),
        "miss",
    ),
    "unvouched": (
        later("A file came, and nothing says what it should be. Do not rely on it."), "miss",
    ),
    "unreadable": (later("The file that came is no picture that can be opened."), "miss"),
    "refused": (later("A file came and was not accepted. It is no evidence."), "miss"),
    "awaited": (later("The phone announced this photo, and its file is not here."), "wait"),
    "none": (later("Nothing was announced and nothing came."), "miss"),
    "gone": (later("The file is not in the store any more. This pack does not hold it."), "miss"),
    "altered": (
        later("The file in the store is not the one that was recorded. It is left out."), "miss",
    ),
}  # fmt: skip
EVENTS: Mapping[str, str] = {
    "return_created": later("Return registered"),
    "return_cancelled": later("Pickup cancelled"),
    "checklist_frozen": later("Checklist fixed"),
    "pickup_assigned": later("Pickup assigned"),
    "pickup_unassigned": later("Taken off the run sheet"),
    "inspected": later("Inspected at the door"),
    "inspection_refused": later("An inspection came that could not be taken in"),
    "photos_announced": later("Photos announced by the phone"),
    "photo_stored": later("Photo arrived"),
    "photo_verified": later("Photo arrived and verified"),
    "photo_refused": later("Photo not accepted"),
    "photo_conflict": later("Another file came under the name of a photo"),
    "photo_unreadable": later("Photo is no picture that can be opened"),
    "photo_earlier_found": later("An earlier file of a photo was found, and is the evidence"),
    "review_opened": later("Waits for a decision"),
    "review_decided": later("Decided"),
    "item_overridden": later("Overridden by the carrier"),
    "pack_shared": later("Evidence file shared by a link"),
    "pack_unshared": later("Shared link ended"),
    "dispute_draft": later("Dispute begun"),
    "dispute_save": later("Dispute's draft changed"),
    "dispute_send": later("Dispute sent"),
    "dispute_add": later("Something added to the dispute"),
    "dispute_ask": later("Question asked by the carrier"),
    "dispute_answer": later("Question answered by the merchant"),
    "dispute_resume": later("Review goes on without an answer"),
    "dispute_settle": later("The decision holds"),
    "dispute_appeal": later("Appeal"),
    "dispute_withdraw": later("Dispute withdrawn"),
    "dispute_close": later("Dispute closed"),
}
STATES: Mapping[str, str] = {
    "open": later("Sent"),
    "under_review": later("In review"),
    "info_requested": later("Question for the merchant"),
    "approved": later("Upheld"),
    "partially_approved": later("Partly upheld"),
    "rejected": later("Declined"),
    "appealed": later("Appealed"),
    "final": later("Final"),
    "closed": later("Closed"),
    "withdrawn": later("Withdrawn"),
}
KINDS: Mapping[str, str] = {
    "should_have_passed": later("It should have passed"),
    "should_have_failed": later("It should have failed"),
    "photos_not_good_enough": later("The photos are not good enough"),
    "inspection_not_done": later("The inspection was not done"),
}


def verdict(name: str | None) -> tuple[str, str]:
    """Say a verdict, with its tone."""
    if name is None:
        return str(NOT_YET), ""
    text, tone = VERDICTS.get(name, (plain(name), ""))
    return str(text), tone


def result(name: str | None) -> tuple[str, str]:
    """Say how an answer compared, with its tone."""
    text, tone = RESULTS.get(name or "", (_("No answer"), ""))
    return str(text), tone


def standing(photo: Mapping[str, Any]) -> tuple[str, str]:
    """Say how far a photo can be relied on, with its tone."""
    text, tone = STANDINGS[photo.get("problem") or photo["standing"]]
    return str(text), tone


def event(told: Mapping[str, Any]) -> str:
    """Say what happened."""
    return str(EVENTS.get(told["action"], plain(told["action"].removeprefix("dispute_"))))


def plain(name: str) -> str:
    """Make words of a name that programs use."""
    return name.replace("_", " ").capitalize()


def value(given: object) -> str:
    """Say a value as people write it: a whole number without its point, a yes with a capital."""
    if given is None:
        return ""
    if isinstance(given, list | tuple):
        return ", ".join(value(each) for each in given)
    if isinstance(given, float) and given.is_integer():
        return str(int(given))
    text = str(given)
    return text[:1].upper() + text[1:]


def rupees(minor: int | None) -> str:
    """Say an amount."""
    return "" if minor is None else f"₹{grouped(minor // 100)}.{minor % 100:02}"
