"""Fills a question with one item's facts; where they are missing it asks for a photo instead."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from qcportal.rules.book import NO_LISTS, CheckSpec
from qcportal.rules.check_types import CHECK_TYPES, CheckType, as_text
from qcportal.rules.checklist import Because, Check, Slot
from qcportal.rules.comparators import Expected, letters_of, show
from qcportal.rules.facts import ItemFacts, find_value
from qcportal.rules.routing import FULL, Route
from qcportal.rules.synonyms import COLOURS, SIZES, others

VISUAL_TYPE = "photo_only"
MAX_SLOT_TITLE = 120
USUAL_LISTS: Mapping[str, str] = MappingProxyType(
    {"attributes.colour": COLOURS, "attributes.color": COLOURS, "attributes.size": SIZES}
)
"""The list of synonyms that goes with a source, unless the check names one."""


@dataclass(frozen=True)
class QuestionOutcome:
    """What became of one thing a merchant wanted asked; `reason` is a sentence unless accepted.

    `id` is the merchant's id of the question, or the check's key in the rulebook; `check_key` is
    the check that asks it now, None for a rejected one. `own` tells that the merchant sent it with
    the item, `question` is its text as far as it has one.
    """

    id: str
    outcome: Literal["accepted", "rejected", "changed"]
    reason: str = ""
    check_key: str | None = None
    own: bool = False
    question: str = ""


class Wanted(NamedTuple):
    """A question to settle: who asks it, and the keys of the slots it already has."""

    spec: CheckSpec
    required: bool
    because: tuple[Because, ...]
    slots: tuple[str, ...] = ()


class Settled(NamedTuple):
    """The check as it is asked, the slot added for it, and what was changed in words.

    `as_wanted` tells that the rulebook itself wants the change: it routes the item to photos.
    """

    check: Check
    added: Slot | None = None
    change: str = ""
    as_wanted: bool = True


class _Right(NamedTuple):
    """The right answer, other words for it, or what is wrong with it in words."""

    expected: Expected | None = None
    also: tuple[str, ...] = ()
    change: str = ""


@dataclass(frozen=True)
class Item:
    """What settling looks at: the item's facts, the book's synonyms, and where it is routed.

    `read` keeps the right answers that were taken from the facts: many checks ask the same one.
    """

    facts: ItemFacts
    lists: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=lambda: NO_LISTS)
    route: Route = FULL
    read: dict[Hashable, _Right] = field(default_factory=dict, compare=False, repr=False)


def settle(wanted: Wanted, item: Item) -> Settled:
    """Give the check with its right answer taken from the facts.

    A right answer that is missing or unusable turns the check into a visual one with a photo:
    comparing with nothing would pass or fail an item without any ground.
    """
    row = CHECK_TYPES[wanted.spec.type]
    if row.needs_photo:
        return _visual(wanted, item.facts, "")
    if item.route.to_photos:
        return _visual(wanted, item.facts, item.route.to_photos)
    right = _right(wanted.spec, row, item)
    if right.change:
        return _visual(wanted, item.facts, right.change)._replace(as_wanted=False)
    also, slots = right.also, wanted.slots
    return Settled(_check(wanted, item.facts, expected=right.expected, also=also, slots=slots))


def outcome_of(name: str, settled: Settled) -> QuestionOutcome:
    """Give the report on a question that is asked, as it was wanted or changed."""
    if not settled.change:
        return _accepted(name, settled.check.key, settled.check.question)
    key, question = settled.check.key, settled.check.question
    return QuestionOutcome(name, "changed", settled.change, key, question=question)


def find_choice(text: str, choices: tuple[str, ...], also: tuple[str, ...] = ()) -> str | None:
    """Give the choice that says the same as `text` or, else, as one of `also`, as it is spelt."""
    letters = {letters_of(each): each for each in reversed(choices)}
    said = (letters.get(letters_of(word)) for word in (text, *also))
    return next((each for each in said if each is not None), None)


def _right(spec: CheckSpec, row: CheckType, item: Item) -> _Right:
    if spec.expected is None:
        return _Right()
    source = spec.expected.source
    name = spec.synonyms or USUAL_LISTS.get(source, "") if row.takes_synonyms else ""
    if not source:
        value = spec.expected.value
        return _Right(value, _besides(_also(value, item, name), spec.choices))
    key = (row.name, source, name, spec.choices)
    known = item.read.get(key)
    if known is None:
        known = item.read[key] = _take(spec, row, item, name)
    return known


def _take(spec: CheckSpec, row: CheckType, item: Item, name: str) -> _Right:
    source = spec.expected.source if spec.expected else ""
    text = as_text(find_value(item.facts, source))
    if text is None:
        return _Right(change=f"{source} is not known for this item")
    value = row.read(text)
    if spec.choices and value is not None:
        value = find_choice(str(value), spec.choices, _also(value, item, name))
    if value is None:
        change = f"{source} is {text[:60]!r}, which a {row.name} check cannot compare with"
        return _Right(change=change)
    return _Right(value, _besides(_also(value, item, name), spec.choices))


def _also(value: Expected | None, item: Item, name: str) -> tuple[str, ...]:
    return others(show(value), item.lists, name) if name and value is not None else ()


def _besides(also: tuple[str, ...], choices: tuple[str, ...]) -> tuple[str, ...]:
    """Give the other words without those that are choices of their own.

    Where somebody may choose between purple and violet, the two are not the same.
    """
    if not (also and choices):
        return also
    own = {letters_of(choice) for choice in choices}
    return tuple(word for word in also if letters_of(word) not in own)


def _visual(wanted: Wanted, facts: ItemFacts, change: str) -> Settled:
    added = None if wanted.slots else _photo_for(wanted)
    slots = (added.key,) if added else wanted.slots
    bare = {"type": VISUAL_TYPE, "choices": (), "tolerance": 0.0, "last_digits": 0}
    check = _check(wanted, facts, expected=None, also=(), **bare, slots=slots)
    reason = f"{change}, so it is looked at and photographed instead" if change else ""
    return Settled(check, added, reason)


def _photo_for(wanted: Wanted) -> Slot:
    spec = wanted.spec
    title = f"Photo: {spec.question}"[:MAX_SLOT_TITLE]
    return Slot(f"visual-{spec.key}", title, "photo", wanted.required, spec.key)


def _check(wanted: Wanted, facts: ItemFacts, **parts: Any) -> Check:
    """Make the check of its spec's parts and those that depend on the item.

    All parts are set in one go: a frozen dataclass sets fifteen one by one, which would be most of
    the work of compiling.
    """
    spec = wanted.spec
    check = object.__new__(Check)
    check.__dict__.update(
        spec.frozen_parts,
        required=wanted.required,
        reference_images=facts.reference_images if spec.reference_source else spec.reference_images,
        because=wanted.because,
        **parts,
    )
    return check


@lru_cache(maxsize=8192)
def _accepted(name: str, check_key: str, question: str) -> QuestionOutcome:
    return QuestionOutcome(name, "accepted", "", check_key, question=question)
