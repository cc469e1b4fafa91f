"""What the form of a dispute starts with: from a return, a check, a photo, or a draft."""

import uuid
from typing import Any

from qcportal import disputes
from qcportal.blueprints.claim_typing import TypedClaim
from qcportal.blueprints.showing import money
from qcportal.blueprints.showing.held import Held, counts
from qcportal.blueprints.shown.dispute_form import SIDES
from qcportal.disputes import CaseInFull, Evidence
from qcportal.photos import Photo

USUAL = {"passed": "should_have_failed"}
BAD = {"fail", "partially_passed"}


def first_typed(held: Held, args: Any) -> TypedClaim:
    """Fill a new form: with the check or the photos of its link, else with what failed."""
    wanted = {_uid(text) for text in args.getlist("photo")[:30]}
    return _start(held, _check_of(held, args.get("check", type=int)), wanted)


def usual(held: Held) -> TypedClaim:
    """Fill a new form with what failed."""
    return _start(held, None, set())


def usual_kind(held: Held) -> str:
    """Give the claim that a merchant most likely makes after this verdict."""
    kinds = disputes.kinds_for(held.rvp.verdict)
    likely = USUAL.get(held.rvp.verdict or "", "should_have_passed")
    return likely if likely in kinds else kinds[0]


def _start(
    held: Held, pair: tuple[uuid.UUID, str] | None, wanted: set[uuid.UUID | None]
) -> TypedClaim:
    asked = _photos_of(held, {pair} if pair else _failed(held))
    chosen = [photo for photo in held.photos if photo.id in wanted] or asked
    cited = [photo for photo in chosen if photo.stored_at]
    never = [photo for photo in chosen if not photo.stored_at and not photo.captured_reported_at]
    items = {photo.item_id for photo in chosen if photo.item_id} or _bad_items(held)
    return TypedClaim(
        kind=usual_kind(held),
        check=pair[1] if pair else _lead(chosen),
        photos=tuple(str(photo.id) for photo in cited),
        missing=tuple(str(photo.id) for photo in never if counts(photo, held.rvp)),
        items=tuple(str(item.id) for item in held.rvp.items if item.id in items),
    )


def typed_of(full: CaseInFull) -> TypedClaim:
    """Give a draft as the form shows it; the suggested category stays the portal's to choose."""
    case = full.case
    here = [each for each in full.evidence if not each.own]
    cited = [each for each in here if not each.missing]
    return TypedClaim(
        kind=case.kind,
        category="" if case.category == case.suggested_category else case.category,
        check=case.lead_check or "",
        text=case.text,
        photos=tuple(str(each.photo.id) for each in cited),
        missing=tuple(str(each.photo.id) for each in here if each.missing and each.photo),
        gap=any(each.photo is None for each in here),
        gap_note=next((each.note for each in here if each.photo is None), ""),
        items=tuple(str(each.item_id) for each in full.items),
        amounts={str(each.item_id): money.as_typed(each.amount_minor) for each in full.items},
        kinds={str(each.item_id): each.claim for each in full.items if each.claim != case.kind},
        notes={str(each.photo.id): each.note for each in cited},
        sides={str(each.photo.id): _sides(each) for each in cited},
    )


def _sides(cited: Evidence) -> dict[str, str]:
    if cited.box is None:
        return {}
    texts = (f"{100 * each:.2f}".rstrip("0").rstrip(".") for each in cited.box)
    return dict(zip(SIDES, texts, strict=True))


def _check_of(held: Held, number: int | None) -> tuple[uuid.UUID, str] | None:
    """Find the check by its number on the return's page, as item and key."""
    pairs = [
        (item.id, check.key)
        for item in held.rvp.items
        if item.id in held.checklists
        for check in held.checklists[item.id].checklist.checks
    ]
    return pairs[number - 1] if number and 0 < number <= len(pairs) else None


def _failed(held: Held) -> set[tuple[uuid.UUID, str]]:
    answers = held.inspection.answers if held.inspection else ()
    return {(each.item_id, each.check_key) for each in answers if each.result == "mismatch"}


def _photos_of(held: Held, checks: set[tuple[uuid.UUID, str]]) -> list[Photo]:
    return [
        photo
        for photo in held.photos
        if photo.item_id and (photo.item_id, photo.check_key) in checks
    ]


def _bad_items(held: Held) -> set[uuid.UUID]:
    """Give the items that failed; with none all of them are meant."""
    failed = {item.id for item in held.rvp.items if item.verdict in BAD}
    return failed or {item.id for item in held.rvp.items}


def _lead(cited: list[Photo]) -> str:
    return next((photo.check_key for photo in cited if photo.check_key), "")


def _uid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
