"""Questions a merchant sends with one item: asked if they can be, and every downgrade reported."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from qcportal.rules.check_types import CHECK_TYPES
from qcportal.rules.checklist import Because, Check, Slot
from qcportal.rules.question_reading import (
    Rejected,
    key_of,
    read_flag,
    read_id,
    read_question,
    read_text,
)
from qcportal.rules.settling import Item, QuestionOutcome, Settled, Wanted, outcome_of, settle

MAX_QUESTIONS = 50
_BECAUSE = (Because("", "Asked by the merchant for this item", ""),)


class AskedQuestions(NamedTuple):
    """The checks and slots the questions became, and one outcome per question, in order."""

    checks: list[Check]
    slots: list[Slot]
    outcomes: list[QuestionOutcome]


def answer_questions(raw: Sequence[object], item: Item) -> AskedQuestions:
    """Turn `{id, question, type, options, expected, required, images, photo}` into checks.

    Never raises: what cannot be asked is `rejected`, what is asked otherwise is `changed`, each
    with a reason in words. A rulebook that routes the item to photos, or to no check, routes its
    questions too.
    """
    asked = AskedQuestions([], [], [])
    for number, question in enumerate(raw, 1):
        name = read_id(question) or f"#{number}"
        try:
            if item.route.to_nothing:
                raise Rejected(item.route.to_nothing)
            _check_place(name, number, asked)
            _keep(asked, _ask(question, name, item), name)
        except Rejected as rejected:
            asked.outcomes.append(_refuse(question, name, str(rejected)))
    return asked


def decline_questions(raw: Sequence[object], reason: str) -> tuple[QuestionOutcome, ...]:
    """Reject every question for one reason, each under its own id."""
    return tuple(
        _refuse(question, read_id(question) or f"#{number}", reason)
        for number, question in enumerate(raw, 1)
    )


def _refuse(question: object, name: str, reason: str) -> QuestionOutcome:
    text = read_text(question)
    return QuestionOutcome(name, "rejected", reason, own=True, question=text)


def _keep(asked: AskedQuestions, settled: Settled, name: str) -> None:
    asked.checks.append(settled.check)
    if settled.added:
        asked.slots.append(settled.added)
    asked.outcomes.append(replace(outcome_of(name, settled), own=True))


def _check_place(name: str, number: int, asked: AskedQuestions) -> None:
    if number > MAX_QUESTIONS:
        raise Rejected(f"At most {MAX_QUESTIONS} questions are asked of one item")
    if any(check.key == key_of(name) for check in asked.checks):
        raise Rejected("An earlier question of this item has the same id")


def _ask(question: object, name: str, item: Item) -> Settled:
    if not isinstance(question, Mapping):
        raise Rejected("A question must be an object")
    changes: list[str] = []
    if read_id(question) is None:
        changes.append(f"it has no usable id and is called {name}")
    spec = read_question(question, name, changes)
    wants_photo = read_flag(question, "photo", changes, default=False)
    slot = Slot(spec.key, f"Photo: {spec.question}"[:120], "photo", spec.required, spec.key)
    visual = wants_photo or CHECK_TYPES[spec.type].needs_photo
    slots = (slot.key,) if visual else ()
    settled = settle(Wanted(spec, spec.required, _BECAUSE, slots), item)
    reasons = "; ".join([*changes, *([settled.change] if settled.change else [])])
    return Settled(settled.check, slot if visual else settled.added, reasons)
