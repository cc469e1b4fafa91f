"""Questions and photos as a rulebook asks for them, before any item's facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from qcportal.rules.canonical import JsonValue
from qcportal.rules.comparators import Expected

JsonObject = dict[str, JsonValue]


@dataclass(frozen=True)
class SlotSpec:
    """Photos (or another capture kind) that a rule wants: `min_count` of them."""

    key: str
    title: str
    kind: str
    min_count: int = 1
    required: bool = True
    hint: str = ""

    def as_json(self) -> JsonObject:
        """Give the slot in its canonical form."""
        plain: JsonObject = {"key": self.key, "title": self.title, "kind": self.kind}
        plain |= {"min_count": self.min_count, "required": self.required}
        return plain | present(hint=self.hint)

    def expanded_keys(self) -> tuple[str, ...]:
        """Give one stable key per wanted photo: front, front-2, front-3."""
        if self.min_count == 1:
            return (self.key,)
        return (self.key, *(f"{self.key}-{number}" for number in range(2, self.min_count + 1)))


@dataclass(frozen=True)
class Expectation:
    """The right answer: a fixed `value`, or the fact named by `source`."""

    value: Expected | None = None
    source: str = ""

    def as_json(self) -> JsonObject:
        """Give the expectation in its canonical form."""
        return {"from": self.source} if self.source else {"value": self.value}


@dataclass(frozen=True)
class CheckSpec:
    """A question as the rulebook asks it, before any item's facts."""

    key: str
    type: str
    question: str
    help: str = ""
    required: bool = True
    expected: Expectation | None = None
    choices: tuple[str, ...] = ()
    tolerance: float = 0.0
    reference_images: tuple[str, ...] = ()
    reference_source: str = ""
    reason_code: str = ""
    photos: tuple[SlotSpec, ...] = ()
    per_unit: bool = False
    last_digits: int = 0
    synonyms: str = ""

    @cached_property
    def frozen_parts(self) -> Mapping[str, object]:
        """What a checklist takes from here as it is, by the names of its checks' parts."""
        names = ("key", "type", "question", "help", "choices", "tolerance", "reason_code")
        parts = {name: getattr(self, name) for name in (*names, "last_digits")}
        return MappingProxyType(parts | {"unit": 0})

    @cached_property
    def slot_keys(self) -> tuple[str, ...]:
        """The keys of the photos that show this check, each once."""
        return tuple(dict.fromkeys(slot.key for slot in self.photos))

    def as_json(self) -> JsonObject:
        """Give the check in its canonical form."""
        plain: JsonObject = {"key": self.key, "type": self.type, "question": self.question}
        plain |= {"required": self.required, "reason_code": self.reason_code}
        images: JsonValue = list(self.reference_images)
        if self.reference_source:
            images = {"from": self.reference_source}
        return plain | present(
            help=self.help,
            expected=self.expected.as_json() if self.expected else None,
            choices=list(self.choices),
            tolerance=self.tolerance,
            reference_images=images,
            photos=[slot.as_json() for slot in self.photos],
            per_unit=self.per_unit,
            last_digits=self.last_digits,
            synonyms=self.synonyms,
        )


def present(**parts: JsonValue) -> JsonObject:
    """Give the parts that are not empty, so that documents from before a part stay the same."""
    return {name: value for name, value in parts.items() if value}
