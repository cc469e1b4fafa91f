"""A rulebook's content after it was understood: what each rule asks, as frozen values."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from qcportal.rules.canonical import JsonValue, fold
from qcportal.rules.cells import OneOf, Test, compile_cell, condition_of, read_cell
from qcportal.rules.comparators import Expected
from qcportal.rules.conditions import compile_condition
from qcportal.rules.facts import ItemFacts
from qcportal.rules.lowering import Holds

JsonObject = dict[str, JsonValue]
Qc = Literal["full", "photos_only", "none"]
DecidedVerdict = Literal["pass", "fail", "needs_review"]
EVERY_ITEM = "Every item"
"""What the rows that are in no table are called."""

NO_CELLS: Mapping[str, str] = MappingProxyType({})
NO_LISTS: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType({})


@dataclass(frozen=True)
class Because:
    """The rule that asks for a check; an empty `rule_id` means the merchant's own question."""

    rule_id: str
    title: str
    when: str


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
    per_unit: bool = False
    last_digits: int = 0
    synonyms: str = ""

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
        return plain | _present(
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


@dataclass(frozen=True)
class Table:
    """A decision table: the rows (rules and decisions) for some product categories."""

    key: str
    title: str
    categories: tuple[str, ...]

    @cached_property
    def folded(self) -> frozenset[str]:
        """The categories as conditions compare them."""
        return frozenset(map(fold, self.categories))

    def as_json(self) -> JsonObject:
        """Give the table in its canonical form."""
        return {"key": self.key, "title": self.title, "categories": list(self.categories)}


@dataclass(frozen=True)
class Rule:
    """One row: what to ask of the items that meet it; without any test it fits every item.

    An item fits when it is of the table's `categories`, passes the test of each cell (by fact,
    in the words of `cells.py`) and meets `when`, the expression for what cells cannot say. `qc`
    other than full routes the item: photos only, or no check at all.
    """

    id: str
    title: str
    when: str = ""
    checks: tuple[CheckSpec, ...] = ()
    photos: tuple[SlotSpec, ...] = ()
    table: str = ""
    categories: tuple[str, ...] = ()
    cells: Mapping[str, str] = field(default_factory=lambda: NO_CELLS, hash=False)
    qc: Qc = "full"

    def as_json(self) -> JsonObject:
        """Give the rule in its canonical form."""
        plain: JsonObject = {"id": self.id, "title": self.title, "when": self.when}
        return plain | _present(
            checks=[check.as_json() for check in self.checks],
            photos=[slot.as_json() for slot in self.photos],
            table=self.table,
            cells=dict(self.cells),
            qc=self.qc if self.qc != "full" else "",
        )

    @cached_property
    def condition(self) -> str:
        """The whole test of the row as one condition; empty where it fits every item."""
        parts = [condition_of(name, test) for name, test in self.tests]
        if not self.when or not parts:
            return self.when or " and ".join(parts)
        return f"{' and '.join(parts)} and ({self.when})"

    @cached_property
    def tests(self) -> tuple[tuple[str, Test], ...]:
        """The tests of the row but its expression, by fact: its categories, then its cells."""
        categories = [("category", OneOf(self.categories))] if self.categories else []
        cells = [(name, read_cell(name, self.cells[name])) for name in sorted(self.cells)]
        return (*categories, *((name, test) for name, test in cells if test is not None))

    @cached_property
    def because(self) -> Because:
        """What a check says of the row that asks it."""
        return Because(self.id, self.title, self.condition)

    def fits(self, facts: ItemFacts) -> bool:
        """Tell whether the item meets `condition`; each part is compiled once and kept."""
        known = facts.folded
        return all(holds(known) for holds in self._compiled)

    @cached_property
    def _compiled(self) -> tuple[Holds, ...]:
        cells = [compile_cell(name, test) for name, test in self.tests]
        return (*cells, compile_condition(self.when).holds) if self.when else tuple(cells)

    def slots(self) -> Iterator[SlotSpec]:
        """Give the slots of the rule's checks, then its own."""
        for check in self.checks:
            yield from check.photos
        yield from self.photos


@dataclass(frozen=True)
class Decision:
    """One row of what the answers mean: the first row of the table that fits decides.

    `answers` holds a cell text per check key; `say` is told to the merchant.
    """

    id: str
    verdict: DecidedVerdict
    say: str = ""
    table: str = ""
    answers: Mapping[str, str] = field(default_factory=lambda: NO_CELLS, hash=False)

    def as_json(self) -> JsonObject:
        """Give the row in its canonical form."""
        plain: JsonObject = {"id": self.id, "verdict": self.verdict, "say": self.say}
        return plain | _present(table=self.table, answers=dict(self.answers))


@dataclass(frozen=True)
class ReviewPolicy:
    """How long the merchant may decide on an item that needs a look, and what holds after."""

    minutes: int = 30
    default: Literal["pass", "fail"] = "fail"

    def as_json(self) -> JsonObject:
        """Give the policy in its canonical form."""
        return {"minutes": self.minutes, "default": self.default}


@dataclass(frozen=True)
class RulebookDocument:
    """A whole rulebook version: rules in the order in which they ask.

    `synonyms` holds, by the name of a list, groups of words that mean the same; a list that is
    here takes the place of the built-in one of its name.
    """

    title: str
    rules: tuple[Rule, ...]
    tables: tuple[Table, ...] = ()
    decisions: tuple[Decision, ...] = ()
    synonyms: Mapping[str, tuple[tuple[str, ...], ...]] = field(
        default_factory=lambda: NO_LISTS, hash=False
    )
    review: ReviewPolicy | None = None

    @cached_property
    def named_decisions(self) -> tuple[tuple[str, Decision], ...]:
        """Each decision with where it stands, such as "Row 3 of “Shoes”"; rows count by table."""
        titles = {table.key: table.title for table in self.tables} | {"": EVERY_ITEM}
        seen: Counter[str] = Counter()
        named = []
        for row in self.decisions:
            seen[row.table] += 1
            named.append((f"Row {seen[row.table]} of “{titles[row.table]}”", row))
        return tuple(named)

    def as_json(self) -> JsonObject:
        """Give the canonical document; parsing it again gives an equal one."""
        plain: JsonObject = {"title": self.title, "rules": [rule.as_json() for rule in self.rules]}
        lists: JsonObject = {
            name: [list(group) for group in groups] for name, groups in self.synonyms.items()
        }
        return plain | _present(
            tables=[table.as_json() for table in self.tables],
            decisions=[decision.as_json() for decision in self.decisions],
            synonyms=lists,
            review=self.review.as_json() if self.review else None,
        )


def _present(**parts: JsonValue) -> JsonObject:
    return {name: value for name, value in parts.items() if value}
