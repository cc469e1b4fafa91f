"""Results: what became of a return, per SKU and per question, gathered from every noun; reads only.

A result is final once nothing is awaited: no decision and no evidence.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from qcportal import inspections, photos, returns, reviews
from qcportal.adapters.outcome import (
    CheckOutcome,
    Decided,
    ItemOutcome,
    Missing,
    PhotoOutcome,
    ReturnOutcome,
)
from qcportal.inspections import InspectionAnswer
from qcportal.photos import Photo, shown_state
from qcportal.photos.expecting import INSPECTION, slot_name
from qcportal.returns import Return, ReturnItem
from qcportal.reviews import Review
from qcportal.rules.checklist import Check, Checklist

TAKEN_ALONG = ("picked", "picked_partial", "in_transit", "returned_to_merchant")
WEIGHTIEST = ("admin", "merchant", "default")
UNDECIDED = ("needs_review", "not_inspected")
OWN_QUESTION = "q-"  # the beginning of the key of a question that came with the item


@dataclass(frozen=True)
class Viewing:
    """Who looks and when: what makes a photo late or missing (in seconds), and its URL if any."""

    at: datetime
    late_after: int
    missing_after: int
    url_of: Callable[[Photo], str | None]


@dataclass(frozen=True)
class _Gathered:
    """All that was recorded of one return."""

    rvp: Return
    app_result: str | None
    checklists: Mapping[uuid.UUID, Checklist]
    answers: Mapping[tuple[uuid.UUID, str], InspectionAnswer]
    reviews: Mapping[uuid.UUID, Review]
    photos: Sequence[Photo]
    shown: Mapping[uuid.UUID, PhotoOutcome]


def get_result(return_id: uuid.UUID, viewing: Viewing) -> ReturnOutcome:
    """Get the result of a return of the scope as it stands now, in five statements.

    Raises NotFound. Before the inspection every result is pending and nothing counts as missing.
    """
    found = _gather(returns.get_full(return_id), viewing)
    rvp = found.rvp
    items = tuple(_item(item, found) for item in rvp.items)
    waiting = [each.decide_by for each in found.reviews.values() if each.waiting and each.decide_by]
    return ReturnOutcome(
        return_id=rvp.id,
        awb=rvp.awb,
        client_order_number=rvp.client_order_number,
        client_request_id=rvp.client_request_id,
        shipment_state=rvp.shipment_state,
        qc_state=rvp.qc_state,
        result=rvp.verdict or ("not_required" if rvp.qc_state == "not_required" else "pending"),
        app_result=found.app_result,
        reason=rvp.verdict_reason or "",
        final=rvp.final,
        decided_by=_decided_by(rvp),
        decide_by=min(waiting, default=None),
        checked_at=rvp.checked_at,
        missing=tuple(_missing(rvp, found.photos, found.shown)),
        items=items,
    )


def find_missing(rvp: Return, viewing: Viewing) -> tuple[Missing, ...]:
    """Find what keeps the verdict on a return, loaded with its items, from being final."""
    held = [each for each in _held(rvp) if each.purpose != INSPECTION]
    shown = {each.id: _photo(each, rvp, viewing) for each in held}
    return tuple(_missing(rvp, held, shown))


def _held(rvp: Return) -> list[Photo]:
    return photos.find_for_returns([rvp.id])[rvp.id]


def _gather(rvp: Return, viewing: Viewing) -> _Gathered:
    inspection = inspections.find_inspection(rvp.id)
    held = _held(rvp)
    return _Gathered(
        rvp=rvp,
        app_result=inspection.app_verdict if inspection else None,
        checklists={
            item_id: issued.checklist
            for item_id, issued in inspections.find_checklists([rvp.id]).items()
        },
        answers={
            (answer.item_id, answer.check_key): answer
            for answer in (inspection.answers if inspection else ())
        },
        reviews=reviews.find_for_returns([rvp.id]),
        photos=[each for each in held if each.purpose != INSPECTION],
        shown={each.id: _photo(each, rvp, viewing) for each in held},
    )


def _photo(photo: Photo, rvp: Return, viewing: Viewing) -> PhotoOutcome:
    state = shown_state(
        photo,
        at=viewing.at,
        inspected=rvp.checked_at is not None,
        late_after=viewing.late_after,
        missing_after=viewing.missing_after,
    )
    return PhotoOutcome(
        photo_id=photo.id,
        slot=photo.slot,
        title=photo.title,
        kind=photo.kind,
        state=state.value,
        required=photo.required,
        check=photo.check_key,
        url=viewing.url_of(photo),
    )


def _item(item: ReturnItem, found: _Gathered) -> ItemOutcome:
    checklist = found.checklists.get(item.id)
    asked = checklist is not None and bool(checklist.checks or checklist.slots)
    own = tuple(found.shown[each.id] for each in found.photos if each.item_id == item.id)
    decided = _decided(item)
    return ItemOutcome(
        item_id=item.id,
        client_sku_id=item.client_sku_id,
        name=item.name,
        quantity=item.quantity,
        picked_quantity=_picked(item, found),
        qc_required=item.qc_required,
        qc_scope=item.qc_scope,
        result=item.verdict if asked else "not_required",
        inspected=item.inspected_verdict if asked else None,
        remarks=(decided.note if decided and decided.note else item.verdict_reason) or "",
        decided=decided,
        units=tuple(item.units),
        checks=(*_asked(item, checklist, own, found), *_not_asked(item)),
        photos=own,
    )


def _asked(
    item: ReturnItem, checklist: Checklist | None, own: Sequence[PhotoOutcome], found: _Gathered
) -> Iterator[CheckOutcome]:
    several = len(found.checklists) > 1
    by_slot = {photo.slot: photo for photo in own}
    names = {each["check_key"]: each["id"] for each in item.intake if each["check_key"]}
    for check in checklist.checks if checklist else ():
        slots = [slot_name(key, item, several=several) for key in check.slots]
        shots = tuple(by_slot[slot] for slot in slots if slot in by_slot)
        name = names.get(check.key, "") if check.key.startswith(OWN_QUESTION) else ""
        answer = found.answers.get((item.id, check.key))
        yield _check(check, name, answer, shots)


def _not_asked(item: ReturnItem) -> list[CheckOutcome]:
    """Give what intake had to leave out, so that each question has a result."""
    return [_left_out(each) for each in item.intake if each["outcome"] == "rejected"]


def _check(
    check: Check, name: str, answer: InspectionAnswer | None, shots: tuple[PhotoOutcome, ...]
) -> CheckOutcome:
    return CheckOutcome(
        key=check.key,
        id=name,
        question=check.question,
        unit=check.unit,
        required=check.required,
        result=answer.result if answer else "pending",
        app_result=answer.app_result if answer else None,
        value=answer.value if answer else None,
        remarks=answer.remarks if answer else None,
        explanation=answer.explanation if answer else "",
        reason_code=check.reason_code,
        because=tuple(asdict(each) for each in check.because),
        photos=shots,
    )


def _left_out(outcome: Mapping[str, Any]) -> CheckOutcome:
    return CheckOutcome(
        key="" if outcome.get("own", True) else outcome["id"],
        id=outcome["id"] if outcome.get("own", True) else "",
        question=str(outcome.get("question", "")),
        unit=0,
        required=False,
        result="not_asked",
        app_result=None,
        value=None,
        remarks=None,
        explanation=outcome["reason"],
        reason_code="",
        because=(),
    )


def _picked(item: ReturnItem, found: _Gathered) -> int:
    """Count the pieces that the executive took along."""
    rvp = found.rvp
    if rvp.shipment_state not in TAKEN_ALONG:
        return 0
    parted = rvp.shipment_state == "picked_partial" or rvp.verdict == "partially_passed"
    if rvp.shipment_state == "picked" or not parted or item.verdict in (None, "pass"):
        return item.quantity
    if item.verdict != "partially_passed":
        return 0
    review = found.reviews.get(item.id)
    taken = {"pass", *(UNDECIDED if review and review.decision == "accept" else ())}
    return sum(piece["verdict"] in taken for piece in item.units)


def _decided(item: ReturnItem) -> Decided | None:
    if item.decided_by is None:
        return None
    note = item.decided_note or ""
    return Decided(item.decided_by, item.decided_by_name or "", note, item.decided_at)


def _decided_by(rvp: Return) -> str | None:
    """Name who decided, the weightiest first; the inspection itself where nobody else did."""
    found = {item.decided_by for item in rvp.items}
    inspected = "inspection" if rvp.checked_at else None
    return next((each for each in WEIGHTIEST if each in found), inspected)


def _missing(
    rvp: Return, held: Sequence[Photo], shown: Mapping[uuid.UUID, PhotoOutcome]
) -> Iterator[Missing]:
    """Give what keeps a verdict from being final, as `photos.count_for_returns` counts it."""
    visited = rvp.checked_at is not None and rvp.verdict != "pending"
    skus = {item.id: item.client_sku_id for item in rvp.items}
    for photo in held if visited else ():
        here = photo.verified_at and not photo.conflict_at
        told = photo.captured_reported_at or photo.stored_at or photo.refused_at
        if not here and (photo.required or told):
            sku = skus.get(photo.item_id, "") if photo.item_id else ""
            state = shown[photo.id].state
            yield Missing(photo.id, photo.item_id, sku, photo.slot, photo.title, state)
