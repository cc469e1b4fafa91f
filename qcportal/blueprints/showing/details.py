"""The details of a return page: verdict, facts, place and notes."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from qcportal.blueprints.jinja import duration, plural
from qcportal.blueprints.showing.photos import distance_m
from qcportal.blueprints.shown.frame import Fact, Note
from qcportal.blueprints.shown.photos import PhotoState, PhotoView
from qcportal.blueprints.shown.return_page import Place, Reference, Verdict
from qcportal.history import HistoryEvent
from qcportal.inspections import Inspection, IssuedChecklist
from qcportal.photos import Photo
from qcportal.photos.expecting import INSPECTION, SLOT
from qcportal.returns import Return

VERDICTS = {
    "passed": ("pass", "circle-check", "Passed at the door"),
    "failed": ("fail", "x", "Failed at the door"),
    "partially_passed": ("fail", "x", "Partly failed at the door"),
    "needs_review": ("", "circle-question-mark", "Needs a look"),
    "pending": ("", "circle-minus", "Visited, not checked"),
}
SHIPMENTS = {
    "created": "Waiting for an executive.",
    "approved": "Waiting for an executive.",
    "scheduled": "An executive has it on the run sheet.",
    "out_for_pickup": "Still with the customer.",
    "picked": "Picked up from the customer.",
    "picked_partial": "Picked up in part; the rest stays with the customer.",
    "pickup_failed": "The customer keeps the item. No refund started.",
    "in_transit": "On its way to you.",
    "returned_to_merchant": "Back with you.",
    "cancelled": "The pickup was cancelled.",
}
SCOPES = {"full": "All you asked for", "partial": "Some changed, see below", "none": "None"}


@dataclass(frozen=True)
class Held:
    """All that is known of one return, loaded in a number of statements that is fixed."""

    rvp: Return
    checklists: Mapping[uuid.UUID, IssuedChecklist]
    inspection: Inspection | None
    photos: Sequence[Photo]
    events: Sequence[HistoryEvent]
    references: Mapping[str, Reference]

    @property
    def phone_seen_at(self) -> datetime | None:
        """Give when the phone that inspected was last heard of."""
        device = self.inspection.device if self.inspection else None
        return device.seen_at if device else None


def counts(photo: Photo, rvp: Return) -> bool:
    """Tell whether a person expects to see it: asked for, or announced, or here.

    An optional photo that nobody took is not expected any more once the return was inspected.
    """
    if photo.purpose == INSPECTION:
        return False
    told = bool(photo.captured_reported_at or photo.stored_at or photo.refused_at)
    asked = photo.purpose == SLOT and (photo.required or rvp.checked_at is None)
    return asked or told


def standing(rvp: Return) -> str:
    """Name what the badge of a return says: its verdict, or why it has none."""
    if rvp.verdict:
        return "visited" if rvp.verdict == "pending" else rvp.verdict
    if rvp.shipment_state == "cancelled":
        return "cancelled"
    return "not_required" if rvp.qc_state == "not_required" else "pending"


def photos_matter(rvp: Return) -> bool:
    """Tell whether photos can still be missed: not of a pickup that was called off before any."""
    called_off = rvp.shipment_state == "cancelled"
    return not called_off or bool(rvp.photos_here or rvp.photos_coming)


def verdict(held: Held) -> Verdict:
    """Show the verdict with its consequence and what decided it."""
    rvp = held.rvp
    tone, icon, headline = VERDICTS.get(rvp.verdict or "", ("", "circle-dashed", "Not checked yet"))
    if rvp.qc_state == "not_required":
        icon, headline = "circle-minus", "No check was asked"
    if rvp.shipment_state == "cancelled":
        icon, headline = "circle-slash", "Cancelled"
    return Verdict(
        tone=tone,  # type: ignore[arg-type]
        icon=icon,
        headline=headline,
        consequence=SHIPMENTS[rvp.shipment_state],
        rule=_rule(held),
        because=_because(held),
    )


def _rule(held: Held) -> str:
    versions = {issued.rulebook_version for issued in held.checklists.values()}
    if not versions or held.inspection is None:
        return ""
    return f"Rulebook version {max(versions)}." if max(versions) else "Your own questions."


def _because(held: Held) -> str:
    inspection = held.inspection
    if inspection is None:
        return ""
    decided = [item for item in held.rvp.items if item.verdict not in (None, "pass")]
    words = [item.verdict_reason or "" for item in decided or held.rvp.items[:1]]
    if inspection.app_verdict == inspection.verdict:
        words.append("The phone and the server came to the same result.")
    elif inspection.app_verdict:
        words.append(
            f"The phone said {inspection.app_verdict.replace('_', ' ')}; the server decides."
        )
    return " ".join(words)


def facts(held: Held, counted: Sequence[PhotoView]) -> tuple[Fact, ...]:
    """List who, where and how, as far as a merchant may see it."""
    rvp, inspection = held.rvp, held.inspection
    told = []
    where = place(held)
    if where:
        accuracy = f", ±{where.accuracy_m} m" if where.accuracy_m else ""
        told.append(Fact("Place", f"{where.distance_m} m from address{accuracy}"))
    if inspection:
        phone = f" · phone {nowrap(inspection.device.label)}" if inspection.device else ""
        told.append(Fact("Checked by", inspection.executive.name + phone))
    elif rvp.executive_name:
        told.append(Fact("On the run sheet of", rvp.executive_name))
    if inspection and inspection.clock_offset_ms is not None:
        told.append(Fact("Phone clock", _clock_words(inspection.clock_offset_ms)))
    if rvp.return_reason:
        told.append(Fact("Return reason", rvp.return_reason))
    told.append(Fact("Checks honoured", SCOPES[rvp.qc_scope]))
    told += _seal(held, counted)
    return tuple(told)


def _seal(held: Held, counted: Sequence[PhotoView]) -> list[Fact]:
    sealed = sum(1 for photo in held.photos if counts(photo, held.rvp) and photo.verified_at)
    broken = sum(1 for photo in held.photos if _differs(photo))
    if not sealed and not broken:
        return []
    if broken:
        differ = f"{plural(broken, 'photo')} {'differs' if broken == 1 else 'differ'}"
        return [Fact("Photo seal", differ, "shield-alert", "miss")]
    return [Fact("Photo seal", f"{sealed} of {len(counted)} match", "shield-check")]


def nowrap(label: str) -> str:
    """Keep a label on one line: with hyphens that no browser breaks at."""
    return label.replace("-", "\u2011")


def _differs(photo: Photo) -> bool:
    """Tell whether what came is not what was announced, and nothing better came since."""
    return bool(photo.conflict_at or (photo.refused_at and not photo.stored_at))


def _clock_words(offset_ms: int) -> str:
    seconds = round(abs(offset_ms) / 1000)
    side = "ahead of" if offset_ms >= 0 else "behind"
    return f"{duration(seconds)} {side} the server" if seconds else "Same as the server"


def place(held: Held) -> Place | None:
    """Show how far from the pickup address the first placed photo was taken."""
    for photo in held.photos:
        distance = distance_m(photo, held.rvp)
        if distance is not None:
            accuracy = None if photo.accuracy_m is None else round(photo.accuracy_m)
            return Place(distance, accuracy)
    return None


def _flaws(counted: Sequence[PhotoView]) -> list[str]:
    states = [view.state for view in counted]
    lost = states.count(PhotoState.MISSING) + states.count(PhotoState.REFUSED)
    words = [f"{plural(lost, 'photo')} of {len(counted)} cannot be shown."] if lost else []
    if disputed := states.count(PhotoState.CONFLICT):
        verb = "is" if disputed == 1 else "are"
        words.append(f"{plural(disputed, 'photo')} {verb} not what the phone announced.")
    return words


def notes(held: Held, counted: Sequence[PhotoView]) -> tuple[Note, ...]:
    """Say what is missing from the evidence and what intake changed."""
    rvp = held.rvp
    said = []
    if rvp.checked_at and (words := _flaws(counted)):
        text = f"{' '.join(words)} This never counts against you."
        said.append(Note("miss", "image-off", "The evidence is not complete.", text))
    changed = [
        outcome for item in rvp.items for outcome in item.intake if outcome["outcome"] != "accepted"
    ]
    if changed:
        text = " ".join(f"{each['id']}: {each['reason']}" for each in changed[:3])
        said.append(Note("", "info", f"{plural(len(changed), 'question')} changed.", text))
    return tuple(said)
