"""A rulebook's content after it was understood: what each rule asks, as frozen values."""

from collections.abc import Iterator
from dataclasses import dataclass

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
        return plain | _present(hint=self.hint)

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

    def as_json(self) -> JsonObject:
        """Give the check in its canonical form."""
        plain: JsonObject = {"key": self.key, "type": self.type, "question": self.question}
        plain |= {"required": self.required, "reason_code": self.reason_code}
        images: JsonValue = list(self.reference_images)
        if self.reference_source:
            images = {"from": self.reference_source}
        return plain | _present(
            help=self.help,
            expected=self.expected.as_json() if self.expected else None,
            choices=list(self.choices),
            tolerance=self.tolerance,
            reference_images=images,
            photos=[slot.as_json() for slot in self.photos],
        )


@dataclass(frozen=True)
class Rule:
    """What to ask of the items that meet a condition; an empty `when` means every item."""

    id: str
    title: str
    when: str = ""
    checks: tuple[CheckSpec, ...] = ()
    photos: tuple[SlotSpec, ...] = ()

    def as_json(self) -> JsonObject:
        """Give the rule in its canonical form."""
        plain: JsonObject = {"id": self.id, "title": self.title, "when": self.when}
        return plain | _present(
            checks=[check.as_json() for check in self.checks],
            photos=[slot.as_json() for slot in self.photos],
        )

    def slots(self) -> Iterator[SlotSpec]:
        """Give the slots of the rule's checks, then its own."""
        for check in self.checks:
            yield from check.photos
        yield from self.photos


@dataclass(frozen=True)
class RulebookDocument:
    """A whole rulebook version: rules in the order in which they ask."""

    title: str
    rules: tuple[Rule, ...]

    def as_json(self) -> JsonObject:
        """Give the canonical document; parsing it again gives an equal one."""
        return {"title": self.title, "rules": [rule.as_json() for rule in self.rules]}


def _present(**parts: JsonValue) -> JsonObject:
    return {name: value for name, value in parts.items() if value}
