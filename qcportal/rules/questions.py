"""Questions a merchant sends with one item: asked if they can be, and every downgrade reported."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from qcportal.rules.book import CheckSpec, Expectation
from qcportal.rules.canonical import is_clean, slug
from qcportal.rules.check_reading import MAX_CHOICES, MAX_IMAGES, MAX_QUESTION, is_url
from qcportal.rules.check_types import CHECK_TYPES, CheckType, as_text
from qcportal.rules.checklist import Because, Check, Slot
from qcportal.rules.comparators import letters_of, read_yes_no
from qcportal.rules.facts import ItemFacts, find_fact
from qcportal.rules.settling import (
    QuestionOutcome,
    Settled,
    Wanted,
    find_choice,
    outcome_of,
    settle,
)

MAX_QUESTIONS = 50
MAX_ID = 80
KEYS = frozenset(
    {"id", "question", "type", "options", "expected", "required", "images", "photo"}
)  # fmt: skip
_SYNONYMS: Mapping[str, str] = {"varchar": "text_match", "multi": "choice", "text": "text_match"}
_BECAUSE = (Because("", "Asked by the merchant for this item", ""),)


class AskedQuestions(NamedTuple):
    """The checks and slots the questions became, and one outcome per question, in order."""

    checks: list[Check]
    slots: list[Slot]
    outcomes: list[QuestionOutcome]


class _Rejected(Exception):
    """The question cannot be asked; the text says why."""


def answer_questions(raw: Sequence[object], facts: ItemFacts) -> AskedQuestions:
    """Turn `{id, question, type, options, expected, required, images, photo}` into checks.

    Never raises: what cannot be asked is `rejected`, what is asked otherwise is `changed`, each
    with a reason in words.
    """
    asked = AskedQuestions([], [], [])
    for number, question in enumerate(raw, 1):
        name = _sent_id(question) or f"#{number}"
        try:
            _check_place(name, number, asked)
            _keep(asked, _ask(question, name, facts), name)
        except _Rejected as rejected:
            asked.outcomes.append(QuestionOutcome(name, "rejected", str(rejected)))
    return asked


def _keep(asked: AskedQuestions, settled: Settled, name: str) -> None:
    asked.checks.append(settled.check)
    if settled.added:
        asked.slots.append(settled.added)
    asked.outcomes.append(outcome_of(name, settled))


def _sent_id(question: object) -> str | None:
    sent = question.get("id") if isinstance(question, Mapping) else None
    name = as_text(sent) if not isinstance(sent, bool) else None
    usable = name and name.strip() and len(name) <= MAX_ID and is_clean(name)
    return name.strip() if name and usable else None


def _check_place(name: str, number: int, asked: AskedQuestions) -> None:
    if number > MAX_QUESTIONS:
        raise _Rejected(f"At most {MAX_QUESTIONS} questions are asked of one item")
    if any(check.key == _key(name) for check in asked.checks):
        raise _Rejected("An earlier question of this item has the same id")


def _ask(question: object, name: str, facts: ItemFacts) -> Settled:
    if not isinstance(question, Mapping):
        raise _Rejected("A question must be an object")
    changes: list[str] = []
    if _sent_id(question) is None:
        changes.append(f"it has no usable id and is called {name}")
    spec = _spec(question, name, changes)
    wants_photo = _flag(question, "photo", changes, default=False)
    slot = Slot(spec.key, f"Photo: {spec.question}"[:120], "photo", spec.required, spec.key)
    visual = wants_photo or CHECK_TYPES[spec.type].needs_photo
    slots = (slot.key,) if visual else ()
    settled = settle(Wanted(spec, spec.required, _BECAUSE, slots), facts)
    reasons = "; ".join([*changes, *([settled.change] if settled.change else [])])
    return Settled(settled.check, slot if visual else settled.added, reasons)


def _spec(question: Mapping[str, object], name: str, changes: list[str]) -> CheckSpec:
    unknown = sorted(repr(key)[:40] for key in question if key not in KEYS)
    if unknown:
        changes.append(f"not understood and left out: {', '.join(unknown[:10])}")
    text = _question_text(question.get("question"))
    options = _options(question.get("options"), changes)
    row = _type(question, options, changes)
    expected, row = _expected(question.get("expected"), row, options, changes)
    return CheckSpec(
        key=_key(name),
        type=row.name,
        question=text,
        required=_flag(question, "required", changes, default=True),
        expected=expected,
        choices=options if row.takes_choices else (),
        reference_images=_images(question.get("images"), changes),
        reason_code=row.reason_code,
    )


def _key(name: str) -> str:
    """Give a stable slot-safe key: the id itself, or its letters and a short hash."""
    plain = slug(name)
    if plain == name and len(plain) <= 30:
        return f"q-{plain}"
    mark = hashlib.sha256(name.encode("utf-8")).hexdigest()[:8]
    return f"q-{plain[:21]}-{mark}".replace("--", "-")


def _question_text(sent: object) -> str:
    if not isinstance(sent, str) or not sent.strip():
        raise _Rejected("It has no question text")
    if len(sent) > MAX_QUESTION:
        raise _Rejected(f"The question is longer than {MAX_QUESTION} characters")
    if not is_clean(sent):
        raise _Rejected("The question has control characters in it")
    return sent.strip()


def _options(sent: object, changes: list[str]) -> tuple[str, ...]:
    if sent in (None, [], ""):
        return ()
    if not isinstance(sent, list):
        changes.append("options is not a list and is left out")
        return ()
    texts = [as_text(each) or "" for each in sent[:MAX_CHOICES]]
    usable = [text.strip() for text in texts if text.strip() and _fits(text)]
    unique = {letters_of(text): text for text in reversed(usable) if letters_of(text)}
    if len(unique) < len(sent):
        changes.append("blank, repeated, over-long or unreadable options are left out")
    return tuple(reversed(unique.values()))


def _fits(text: str) -> bool:
    return len(text) <= 100 and is_clean(text)


def _type(
    question: Mapping[str, object], options: tuple[str, ...], changes: list[str]
) -> CheckType:
    has_expected = question.get("expected") not in (None, "")
    guessed = "choice" if len(options) > 1 else "text_match" if has_expected else "yes_no"
    sent = question.get("type")
    wanted = _SYNONYMS.get(sent, sent) if isinstance(sent, str) else guessed
    if wanted not in CHECK_TYPES or (sent is not None and not isinstance(sent, str)):
        name = repr(sent[:40]) if isinstance(sent, str) else "that was sent"
        changes.append(f"the type {name} is not known, it is asked as {guessed}")
        wanted = guessed
    if wanted == "choice" and len(options) < 2:
        changes.append(f"a choice needs two options, it is asked as {guessed}")
        wanted = guessed
    return CHECK_TYPES[wanted]


def _expected(
    sent: object, row: CheckType, options: tuple[str, ...], changes: list[str]
) -> tuple[Expectation | None, CheckType]:
    visual = CHECK_TYPES["photo_only"]
    if row.expectation == "none":
        return None, row
    if isinstance(sent, Mapping) and isinstance(sent.get("from"), str):
        fact = find_fact(sent["from"])
        if fact is not None and fact.type != "list":
            return Expectation(source=fact.name), row
    sent = sent.get("value") if isinstance(sent, Mapping) else sent
    text = as_text(sent)
    if sent in (None, ""):
        if row.expectation == "optional":
            return (Expectation(row.default) if row.default else None), row
        changes.append("there is no right answer to compare with, so it is photographed instead")
        return None, visual
    value = row.read(text) if text is not None and _fits(text) else None
    if value is not None and row.takes_choices:
        value = find_choice(str(value), options)
    if value is None:
        changes.append("the right answer cannot be compared with, so it is photographed instead")
        return None, visual
    return Expectation(value), row


def _images(sent: object, changes: list[str]) -> tuple[str, ...]:
    images = sent if isinstance(sent, list) else []
    usable = [each for each in images if isinstance(each, str) and is_url(each)][:MAX_IMAGES]
    if len(usable) < len(images) or (sent and not images):
        changes.append("pictures without a usable web address are left out")
    return tuple(usable)


def _flag(question: Mapping[str, object], name: str, changes: list[str], *, default: bool) -> bool:
    sent = question.get(name)
    if sent is None:
        return default
    answer = read_yes_no(as_text(sent) or "")
    if answer is None:
        changes.append(f"{name} is neither true nor false and is taken as {str(default).lower()}")
        return default
    return answer == "yes"
