"""The rows of a rulebook in words: where a row stands, when it applies, and what it asks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qcportal.blueprints.jinja import listed
from qcportal.blueprints.shown import rules_words
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext, ngettext
from qcportal.rules.book import Rule, RulebookDocument
from qcportal.rules.cells import compile_cell, write_cell
from qcportal.rules.check_types import as_text
from qcportal.rules.facts import ItemFacts, find_value

EVERY_ITEM = lazy_gettext("Every item")
ROUTES = {"photos_only": lazy_gettext("Photos only"), "none": lazy_gettext("No check")}


@dataclass(frozen=True)
class Place:
    """Where a row stands: its table's title and its number from 1 within it."""

    table: str
    number: int

    @property
    def name(self) -> str:
        """Say it as people do: Row 3 of “Shoes and bags”."""
        return _("Row %(number)s of “%(table)s”", number=self.number, table=self.table)


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
        parts.append(_("category %(list)s", list=", ".join(rule.categories)))
    parts += [f"{fact_words(name)} {cell}" for name, cell in rule.cells.items()]
    if rule.when:
        parts.append(rule.when)
    return "; ".join(parts) or _("every item")


def first_reason(rule: Rule, facts: ItemFacts) -> str:
    """Say the first thing of a row that an item does not meet; empty where the row fits."""
    for name, test in rule.tests:
        if not compile_cell(name, test)(facts.folded):
            wanted = write_cell(test)
            return _found(name, facts, wanted)
    if rule.fits(facts):
        return ""
    return _("The expression does not hold: %(expression)s", expression=rule.when)


def _found(name: str, facts: ItemFacts, wanted: str) -> str:
    fact, value = fact_words(name, start=True), as_text(find_value(facts, name))
    if value is not None:
        short = value if len(value) <= 60 else value[:59] + "…"
        return _(
            "%(fact)s is %(value)s, the row wants %(wanted)s", fact=fact, value=short, wanted=wanted
        )
    if find_value(facts, name) is None:
        return _("%(fact)s is not known, the row wants %(wanted)s", fact=fact, wanted=wanted)
    return _("%(fact)s is known, the row wants %(wanted)s", fact=fact, wanted=wanted)


def asks_words(rule: Rule) -> str:
    """Say in a few words what a row asks."""
    photos = sum(slot.min_count for slot in rule.slots())
    parts = [ngettext("%(num)s check", "%(num)s checks", len(rule.checks))] if rule.checks else []
    parts += [ngettext("%(num)s photo", "%(num)s photos", photos)] if photos else []
    asked = _("Asks %(list)s", list=listed(parts)) if parts else _("Asks nothing")
    questions = ", ".join(f"“{check.question}”" for check in rule.checks[:3])
    if len(rule.checks) > 3:
        questions = _("%(list)s and %(n)s more", list=questions, n=len(rule.checks) - 3)
    return f"{asked}: {questions}" if questions else asked


def fact_words(name: str, *, start: bool = False) -> str:
    """Give a fact's name as people say it; with `start` as the start of a sentence."""
    words = rules_words.fact_words(name)
    return words if start or words[:2].isupper() else words[:1].lower() + words[1:]
