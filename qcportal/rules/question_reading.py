"""Reads one ad-hoc question leniently; each thing that had to give way is noted in words."""

import hashlib
from collections.abc import Mapping

from qcportal.rules.book import CheckSpec, Expectation
from qcportal.rules.canonical import is_clean, slug
from qcportal.rules.check_reading import MAX_CHOICES, MAX_IMAGES, MAX_QUESTION, is_url
from qcportal.rules.check_types import CHECK_TYPES, REASON_CODES, CheckType, as_text
from qcportal.rules.comparators import letters_of, read_yes_no
from qcportal.rules.facts import find_fact
from qcportal.rules.settling import find_choice

MAX_ID = 80
KEYS = frozenset(
    {"id", "question", "type", "options", "expected", "required", "images", "photo",
     "reason_code"}
)  # fmt: skip
_SYNONYMS: Mapping[str, str] = {"varchar": "text_match", "multi": "choice", "text": "text_match"}


class Rejected(Exception):
    """The question cannot be asked; the text says why."""


def read_id(question: object) -> str | None:
    """Read the merchant's id of a question as text; None if there is none that can be stored."""
    sent = question.get("id") if isinstance(question, Mapping) else None
    name = as_text(sent) if not isinstance(sent, bool) else None
    usable = name and name.strip() and len(name) <= MAX_ID and is_clean(name)
    return name.strip() if name and usable else None


def read_text(question: object) -> str:
    """Read what a question asks, to name it to people; empty if there is no text to show."""
    sent = question.get("question") if isinstance(question, Mapping) else None
    shown = isinstance(sent, str) and is_clean(sent[:MAX_QUESTION])
    return str(sent)[:MAX_QUESTION].strip() if shown else ""


def read_question(question: Mapping[str, object], name: str, changes: list[str]) -> CheckSpec:
    """Read what is asked; `changes` collects what was left out or asked otherwise.

    Raises Rejected if there is no usable question text.
    """
    unknown = sorted(repr(key)[:40] for key in question if key not in KEYS)
    if unknown:
        changes.append(f"not understood and left out: {', '.join(unknown[:10])}")
    text = _question_text(question.get("question"))
    options = _options(question.get("options"), changes)
    row = _type(question, options, changes)
    expected, row = _expected(question.get("expected"), row, options, changes)
    return CheckSpec(
        key=key_of(name),
        type=row.name,
        question=text,
        required=read_flag(question, "required", changes, default=True),
        expected=expected,
        choices=options if row.takes_choices else (),
        reference_images=_images(question.get("images"), changes),
        reason_code=_reason_code(question.get("reason_code"), row, changes),
    )


def key_of(name: str) -> str:
    """Give a stable slot-safe key: the id itself, or its letters and a short hash."""
    plain = slug(name)
    if plain == name and len(plain) <= 30:
        return f"q-{plain}"
    mark = hashlib.sha256(name.encode("utf-8")).hexdigest()[:8]
    return f"q-{plain[:21]}-{mark}".replace("--", "-")


def _question_text(sent: object) -> str:
    if not isinstance(sent, str) or not sent.strip():
        raise Rejected("It has no question text")
    if len(sent) > MAX_QUESTION:
        raise Rejected(f"The question is longer than {MAX_QUESTION} characters")
    if not is_clean(sent):
        raise Rejected("The question has control characters in it")
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


def _reason_code(sent: object, row: CheckType, changes: list[str]) -> str:
    if sent is None or (isinstance(sent, str) and sent in REASON_CODES):
        return sent or row.reason_code
    changes.append(f"the reason code is not known, a mismatch means {row.reason_code}")
    return row.reason_code


def _images(sent: object, changes: list[str]) -> tuple[str, ...]:
    images = sent if isinstance(sent, list) else []
    usable = [each for each in images if isinstance(each, str) and is_url(each)][:MAX_IMAGES]
    if len(usable) < len(images) or (sent and not images):
        changes.append("pictures without a usable web address are left out")
    return tuple(usable)


def read_flag(
    question: Mapping[str, object], name: str, changes: list[str], *, default: bool
) -> bool:
    """Read true or false in the ways merchants write it."""
    sent = question.get(name)
    if sent is None:
        return default
    answer = read_yes_no(as_text(sent) or "")
    if answer is None:
        changes.append(f"{name} is neither true nor false and is taken as {str(default).lower()}")
        return default
    return answer == "yes"
