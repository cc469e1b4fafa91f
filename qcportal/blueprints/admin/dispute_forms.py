"""What the forms of a decision say, read into a verdict, and its faults as words beside fields."""

import uuid
from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from qcportal import errors
from qcportal.blueprints.showing import dispute_reasons, money
from qcportal.blueprints.shown.judging import Typed
from qcportal.disputes import Case, CaseItem, ItemVerdict, Verdict
from qcportal.language import gettext as _

BY_ITEM = "items"
OUTCOMES = ("approved", "partially_approved", "rejected")


def read_verdict(form: MultiDict[str, str], case: Case, items: tuple[CaseItem, ...]) -> Verdict:
    """Read a decision; upholding alone may do without typed words: its reason has a sentence."""
    outcome = form.get("outcome", "")
    parts = tuple(_item(form, each) for each in items) if outcome == BY_ITEM else ()
    if outcome == BY_ITEM:
        outcome = _whole(parts)
    if outcome == "approved":
        reason, text = _upholding(form, case.kind)
        return Verdict(outcome, reason, text, parts)
    return Verdict(outcome, form.get("reason", ""), form.get("text", ""), parts)


def typed(form: MultiDict[str, str], faults: Mapping[str, str] | None = None) -> Typed:
    """Keep what was typed, with what is wrong with it."""
    items = tuple(
        (name.removeprefix("outcome-"), form[name], form.get(f"granted-{name[8:]}", ""))
        for name in form
        if name.startswith("outcome-")
    )
    return Typed(
        reason=form.get("reason", ""),
        reason_up=form.get("reason_up", ""),
        text=form.get("text", ""),
        question=form.get("question", ""),
        objection=form.get("objection", ""),
        errors=dict(faults or {}),
        items=items,
    )


def faults_of(refused: errors.Invalid, items: tuple[CaseItem, ...] = ()) -> dict[str, str]:
    """Give the words of every fault by the field that it stands beside."""
    words = {
        "unknown_outcome": ("outcome", _("Choose uphold, in part or decline for each item.")),
        "unknown_reason": ("reason", _("Choose a reason; the merchant reads it.")),
        "bad_text": ("text", _("Say why in 10 to 1000 characters; the merchant reads it.")),
    }
    told: dict[str, str] = {}
    for fault in refused.faults:
        field, text = words.get(fault.code, ("outcome", fault.message))
        parts = fault.path.split("/")
        if fault.code == "bad_amount" and len(parts) > 2:
            field = f"granted-{items[int(parts[2])].item_id}"
            text = _("Name a sum above nothing and below what was claimed.")
        told.setdefault(field, text)
    return told or {"outcome": refused.detail}


def _item(form: MultiDict[str, str], item: CaseItem) -> ItemVerdict:
    outcome = form.get(f"outcome-{item.item_id}", "")
    granted = None
    if outcome == "partially_approved":
        granted = money.read(form.get(f"granted-{item.item_id}", "")) or 0
    return ItemVerdict(uuid.UUID(str(item.item_id)), outcome, granted)


def _whole(parts: tuple[ItemVerdict, ...]) -> str:
    different = {each.outcome for each in parts}
    return different.pop() if len(different) == 1 else "partially_approved"


def _upholding(form: MultiDict[str, str], kind: str) -> tuple[str, str]:
    """Give reason and words for upholding; a sentence for declining that was proposed is not."""
    reason = form.get("reason_up") or dispute_reasons.USUAL[kind]
    text = form.get("text", "").strip()
    proposed = {each.sentence for each in dispute_reasons.for_declining()}
    if text and text not in proposed:
        return reason, text
    sentences = {each.code: each.sentence for each in dispute_reasons.for_upholding()}
    return reason, sentences.get(reason, "")
