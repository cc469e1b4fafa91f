"""A rulebook's content after it was understood: what each rule asks, as frozen values."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, reduce
from types import MappingProxyType
from typing import Literal

from qcportal.rules.canonical import fold
from qcportal.rules.cells import OneOf, Test, compile_cell, condition_of, read_cell
from qcportal.rules.check_spec import CheckSpec, Expectation, JsonObject, SlotSpec, present
from qcportal.rules.conditions import compile_condition
from qcportal.rules.facts import ItemFacts
from qcportal.rules.lowering import Holds

__all__ = [
    "EVERY_ITEM", "NO_CELLS", "NO_LISTS", "Because", "CheckSpec", "DecidedVerdict", "Decision",
    "Expectation", "JsonObject", "Qc", "ReviewPolicy", "Row", "Rule", "RulebookDocument",
    "SlotSpec", "Table",
]  # fmt: skip

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
        return plain | present(
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
        """Tell whether the item meets `condition`; its parts are compiled once and kept."""
        return self._holds(facts.folded)

    @cached_property
    def _holds(self) -> Holds:
        parts = [compile_cell(name, test) for name, test in self.tests]
        if self.when or not parts:
            parts.append(compile_condition(self.when).holds)
        return reduce(_both, parts)

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
        return plain | present(table=self.table, answers=dict(self.answers))


@dataclass(frozen=True)
class Row:
    """One frozen row of what the answers mean; `name` says where it stands in the rulebook."""

    name: str
    verdict: DecidedVerdict
    say: str = ""
    answers: tuple[tuple[str, str], ...] = ()


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
    def rows(self) -> tuple[tuple[str, Row], ...]:
        """The decisions as checklists keep them, each with its table; they count by table."""
        titles = {table.key: table.title for table in self.tables} | {"": EVERY_ITEM}
        seen: Counter[str] = Counter()
        rows = []
        for each in self.decisions:
            seen[each.table] += 1
            name = f"Row {seen[each.table]} of “{titles[each.table]}”"
            answers = tuple(sorted(each.answers.items()))
            rows.append((each.table, Row(name, each.verdict, each.say, answers)))
        return tuple(rows)

    def as_json(self) -> JsonObject:
        """Give the canonical document; parsing it again gives an equal one."""
        plain: JsonObject = {"title": self.title, "rules": [rule.as_json() for rule in self.rules]}
        lists: JsonObject = {
            name: [list(group) for group in groups] for name, groups in self.synonyms.items()
        }
        return plain | present(
            tables=[table.as_json() for table in self.tables],
            decisions=[decision.as_json() for decision in self.decisions],
            synonyms=lists,
            review=self.review.as_json() if self.review else None,
        )


def _both(one: Holds, other: Holds) -> Holds:
    return lambda known: one(known) and other(known)
