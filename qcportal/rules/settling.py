"""Fills a question with one item's facts; where they are missing it asks for a photo instead."""

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from qcportal.rules.book import CheckSpec
from qcportal.rules.check_types import CHECK_TYPES, CheckType, as_text
from qcportal.rules.checklist import Because, Check, Slot
from qcportal.rules.comparators import Expected, letters_of
from qcportal.rules.facts import ItemFacts, find_value

VISUAL_TYPE = "photo_only"
MAX_SLOT_TITLE = 120


@dataclass(frozen=True)
class QuestionOutcome:
    """What became of one thing a merchant wanted asked; `reason` is a sentence unless accepted.

    `id` is the merchant's id of the question, or the check's key in the rulebook; `check_key` is
    the check that asks it now, None for a rejected one.
    """

    id: str
    outcome: Literal["accepted", "rejected", "changed"]
    reason: str = ""
    check_key: str | None = None


class Wanted(NamedTuple):
    """A question to settle: who asks it, and the keys of the slots it already has."""

    spec: CheckSpec
    required: bool
    because: tuple[Because, ...]
    slots: tuple[str, ...] = ()


class Settled(NamedTuple):
    """The check as it is asked, the slot added for it, and what was changed in words."""

    check: Check
    added: Slot | None = None
    change: str = ""


def settle(wanted: Wanted, facts: ItemFacts) -> Settled:
    """Give the check with its right answer taken from the facts.

    A right answer that is missing or unusable turns the check into a visual one with a photo:
    comparing with nothing would pass or fail an item without any ground.
    """
    spec = wanted.spec
    row = CHECK_TYPES[spec.type]
    expected, change = _expected(spec, row, facts)
    if change or row.needs_photo:
        return _visual(wanted, facts, change)
    return Settled(_check(wanted, facts, expected))


def _expected(spec: CheckSpec, row: CheckType, facts: ItemFacts) -> tuple[Expected | None, str]:
    if spec.expected is None:
        return None, ""
    if not spec.expected.source:
        return spec.expected.value, ""
    source = spec.expected.source
    sent = find_value(facts, source)
    text = as_text(sent)
    if text is None:
        return None, f"{source} is not known for this item"
    value = row.read(text)
    if spec.choices and value is not None:
        value = find_choice(str(value), spec.choices)
    if value is None:
        return None, f"{source} is {text[:60]!r}, which a {row.name} check cannot compare with"
    return value, ""


def outcome_of(name: str, settled: Settled) -> QuestionOutcome:
    """Give the report on a question that is asked, as it was wanted or changed."""
    outcome: Literal["accepted", "changed"] = "changed" if settled.change else "accepted"
    return QuestionOutcome(name, outcome, settled.change, settled.check.key)


def find_choice(text: str, choices: tuple[str, ...]) -> str | None:
    """Give the choice that says the same as `text`, as the choice spells it."""
    return next((each for each in choices if letters_of(each) == letters_of(text)), None)


def _visual(wanted: Wanted, facts: ItemFacts, change: str) -> Settled:
    added = None if wanted.slots else _photo_for(wanted)
    check = replace(
        _check(wanted, facts, None),
        type=VISUAL_TYPE,
        choices=(),
        tolerance=0.0,
        slots=(added.key,) if added else wanted.slots,
    )
    reason = f"{change}, so it is looked at and photographed instead" if change else ""
    return Settled(check, added, reason)


def _photo_for(wanted: Wanted) -> Slot:
    spec = wanted.spec
    title = f"Photo: {spec.question}"[:MAX_SLOT_TITLE]
    return Slot(f"visual-{spec.key}", title, "photo", wanted.required, spec.key)


def _check(wanted: Wanted, facts: ItemFacts, expected: Expected | None) -> Check:
    spec = wanted.spec
    return Check(
        key=spec.key,
        type=spec.type,
        question=spec.question,
        help=spec.help,
        required=wanted.required,
        expected=expected,
        choices=spec.choices,
        tolerance=spec.tolerance,
        reference_images=facts.reference_images if spec.reference_source else spec.reference_images,
        reason_code=spec.reason_code,
        because=wanted.because,
        slots=wanted.slots,
    )
