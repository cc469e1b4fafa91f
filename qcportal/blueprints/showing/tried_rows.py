"""The rows of a rulebook in words: where a row stands, when it applies, and what it asks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qcportal.blueprints.jinja import plural
from qcportal.blueprints.shown import rules_words
from qcportal.rules.book import Rule, RulebookDocument
from qcportal.rules.cells import compile_cell, write_cell
from qcportal.rules.check_types import as_text
from qcportal.rules.facts import ItemFacts, find_value

EVERY_ITEM = "Every item"
ROUTES = {"photos_only": "Photos only", "none": "No check"}


@dataclass(frozen=True)
class Place:
    """Where a row stands: its table's title and its number from 1 within it."""

    table: str
    number: int

    @property
    def name(self) -> str:
        """Say it as people do: Row 3 of “Shoes and bags”."""
        return f"Row {self.number} of “{self.table}”"


def places(book: RulebookDocument) -> dict[str, Place]:
    """Give where every row stands, by its id."""
    titles = {table.key: table.title for table in book.tables}
    counted: dict[str, int] = {}
    found: dict[str, Place] = {}
    for rule in book.rules:
        counted[rule.table] = counted.get(rule.table, 0) + 1
        found[rule.id] = Place(titles.get(rule.table, EVERY_ITEM), counted[rule.table])
    return found


def by_table(book: RulebookDocument) -> Iterator[tuple[str, str, Sequence[Rule]]]:
    """Give key, title and rows of every table in order, the rows for every item last."""
    titles = [*((table.key, table.title) for table in book.tables), ("", EVERY_ITEM)]
    for key, title in titles:
        rows = [rule for rule in book.rules if rule.table == key]
        if rows:
            yield key, title, rows


def condition_words(rule: Rule) -> str:
    """Say when a row applies."""
    parts = []
    if rule.categories:
        parts.append(f"category {', '.join(rule.categories)}")
    parts += [f"{fact_words(name)} {cell}" for name, cell in rule.cells.items()]
    if rule.when:
        parts.append(rule.when)
    return "; ".join(parts) or "every item"


def first_reason(rule: Rule, facts: ItemFacts) -> str:
    """Say the first thing of a row that an item does not meet; empty where the row fits."""
    for name, test in rule.tests:
        if not compile_cell(name, test)(facts.folded):
            wanted = write_cell(test)
            return f"{fact_words(name, start=True)} {_found(name, facts)}, the row wants {wanted}"
    return "" if rule.fits(facts) else f"The expression does not hold: {rule.when}"


def _found(name: str, facts: ItemFacts) -> str:
    value = as_text(find_value(facts, name))
    if value is None:
        return "is not known" if find_value(facts, name) is None else "is known"
    return f"is {value if len(value) <= 60 else value[:59] + '…'}"


def asks_words(rule: Rule) -> str:
    """Say in a few words what a row asks."""
    photos = sum(slot.min_count for slot in rule.slots())
    parts = [plural(len(rule.checks), "check")] if rule.checks else []
    parts += [plural(photos, "photo")] if photos else []
    asked = f"Asks {' and '.join(parts)}" if parts else "Asks nothing"
    questions = ", ".join(f"“{check.question}”" for check in rule.checks[:3])
    more = f" and {len(rule.checks) - 3} more" if len(rule.checks) > 3 else ""
    return f"{asked}: {questions}{more}" if questions else asked


def fact_words(name: str, *, start: bool = False) -> str:
    """Give a fact's name as people say it; with `start` as the start of a sentence."""
    words = rules_words.fact_words(name)
    return words if start or words[:2].isupper() else words[:1].lower() + words[1:]
