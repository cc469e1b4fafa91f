"""Checks with their answers, as pages show them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from qcportal.blueprints.shown.photos import PhotoView
from qcportal.blueprints.shown.return_page import CheckView, Reference, Why
from qcportal.blueprints.shown.rules_words import answer_words
from qcportal.blueprints.shown.verdicts import check_badge
from qcportal.inspections import Inspection, InspectionAnswer
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.photos import Photo
from qcportal.photos.expecting import SLOT, slot_name
from qcportal.returns import ReturnItem
from qcportal.rules.checklist import Because, Check, Checklist
from qcportal.rules.wording import in_words

RESULT_WORDS = {
    "match": lazy_gettext("As expected"),
    "mismatch": lazy_gettext("Not as expected"),
    "not_checked": lazy_gettext("Not checked"),
    "not_applicable": lazy_gettext("Does not apply"),
}

DOUBTFUL = {"mismatch", "not_checked"}


@dataclass(frozen=True)
class Ground:
    """What the checks of one item are shown with; `photos` by slot, `views` by photo id."""

    item: ReturnItem
    several: bool
    inspection: Inspection | None
    photos: Mapping[str, Photo]
    views: Mapping[uuid.UUID, PhotoView]
    reference: Reference | None
    rulebook: str = ""
    rulebook_href: str = ""


def views(checklist: Checklist, ground: Ground, *, first: int) -> tuple[CheckView, ...]:
    """Show the checks of one item; `first` is the number of the first of them."""
    return tuple(
        _view(check, ground, first + place) for place, check in enumerate(checklist.checks)
    )


def answer_to(photo: Photo, inspection: Inspection | None) -> InspectionAnswer | None:
    """Find the answer to the check that a photo serves."""
    if inspection is None or photo.check_key is None:
        return None
    wanted = (photo.item_id, photo.check_key)
    return next((a for a in inspection.answers if (a.item_id, a.check_key) == wanted), None)


def said(answer: InspectionAnswer) -> str:
    """Put an answer into words: what was read or typed, else how it compared."""
    if answer.value:
        return answer_words(answer.value)
    return RESULT_WORDS[answer.result]


def _view(check: Check, ground: Ground, number: int) -> CheckView:
    answer = _answer(check, ground)
    result = answer.result if answer else "pending"
    shown = tuple(ground.views[photo.id] for photo in _photos(check, ground))
    return CheckView(
        number=number,
        short=_short(check, shown),
        question=check.question,
        badge=check_badge(result, required=check.required),
        answer=said(answer) if answer else "",
        expected=_words(check.expected),
        remarks=(answer.remarks or "") if answer else "",
        photos=shown,
        reference=ground.reference,
        required=check.required,
        why=tuple(_why(each, ground.rulebook_href) for each in check.because),
        rulebook=ground.rulebook,
        explanation=_explained(answer),
        differs=_differs(answer),
        unit=check.unit,
        doubtful=result in DOUBTFUL,
    )


def _why(because: Because, rulebook_href: str) -> Why:
    if not because.rule_id:
        return Why(_("The merchant's own question, sent with the return"), own=True)
    href = f"{rulebook_href}#row-{because.rule_id}" if rulebook_href else ""
    return Why(because.title, in_words(because.when), href)


def _explained(answer: InspectionAnswer | None) -> str:
    text = (answer.explanation if answer else "").strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _differs(answer: InspectionAnswer | None) -> str:
    """Name both results where the phone came to another one than the server."""
    if answer is None or answer.app_result in (None, answer.result):
        return ""
    told, holds = RESULT_WORDS[str(answer.app_result)], RESULT_WORDS[answer.result]
    return _(
        "The phone said “%(told)s”, the server says “%(holds)s”. The server decides.",
        told=told,
        holds=holds,
    )


def _answer(check: Check, ground: Ground) -> InspectionAnswer | None:
    if ground.inspection is None:
        return None
    wanted = (ground.item.id, check.key)
    found = (a for a in ground.inspection.answers if (a.item_id, a.check_key) == wanted)
    return next(found, None)


def _photos(check: Check, ground: Ground) -> list[Photo]:
    """Give the photos of a check's slots, then extra ones that were taken for it."""
    names = [slot_name(key, ground.item, several=ground.several) for key in check.slots]
    own = [ground.photos[name] for name in names if name in ground.photos]
    extra = [
        photo
        for photo in ground.photos.values()
        if photo.purpose != SLOT and (photo.item_id, photo.check_key) == (ground.item.id, check.key)
    ]
    return own + extra


def _short(check: Check, shown: tuple[PhotoView, ...]) -> str:
    if len(shown) == 1:
        return shown[0].label
    return check.question if len(check.question) <= 24 else check.question[:23].rstrip() + "…"


def _words(expected: object) -> str:
    if expected is None:
        return ""
    if isinstance(expected, float) and expected.is_integer():
        return str(int(expected))
    return answer_words(str(expected))
