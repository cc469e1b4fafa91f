"""One thing that stands out in a rulebook, and how its rows are called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.rules.analysis.space import Sample
from qcportal.rules.book import Decision, Rule, RulebookDocument
from qcportal.rules.cell_tests import show_number
from qcportal.rules.facts import ATTRIBUTE_PREFIX, FactValue

Kind = Literal["never", "shadowed", "missing", "contradiction", "silent", "unchecked"]
EVERY_ITEM = lazy_gettext("Every item")
MOST_NAMED = 5
FACT_NAMES: Mapping[str, str] = {
    "sku": lazy_gettext("SKU"),
    "name": lazy_gettext("name"),
    "brand": lazy_gettext("brand"),
    "category": lazy_gettext("category"),
    "price": lazy_gettext("price"),
    "mrp": lazy_gettext("MRP"),
    "quantity": lazy_gettext("quantity"),
    "return_reason": lazy_gettext("return reason"),
    "city": lazy_gettext("city"),
    "pincode": lazy_gettext("PIN code"),
    "customer_return_count": lazy_gettext("customer return count"),
    "reference_images": lazy_gettext("reference images"),
}


@dataclass(frozen=True)
class Finding:
    """What stands out: a warning is a mistake in all likelihood, a note is good to know.

    `part` says whether `rows` are ids of rules or of decisions, the first one being the row it is
    about; `table` is empty for the rows of every item, and `cell` the fact or check to look at.
    `sample` are the facts of an item (or the answers) that shows it, in words.
    """

    kind: Kind
    severity: Literal["warning", "note"]
    part: Literal["rules", "decisions"]
    table: str
    rows: tuple[str, ...]
    says: str
    cell: str = ""
    sample: tuple[tuple[str, str], ...] = ()


class Names:
    """What people call the rows: by their number in their table, from 1."""

    def __init__(self, book: RulebookDocument) -> None:
        self._titles = {table.key: table.title for table in book.tables} | {"": EVERY_ITEM}
        self._numbers = _numbered(book.rules) | _numbered(book.decisions)

    def number(self, row: Rule | Decision) -> int:
        """Give the row's number in its table."""
        return self._numbers[id(row)]

    def title(self, table: str) -> str:
        """Give a table's title in quotes."""
        return f"“{self._titles.get(table) or table}”"

    def row(self, row: Rule | Decision, *, seen_from: str) -> str:
        """Name a row: “row 5”, with its table where it is read in another one."""
        if row.table == seen_from:
            return row_words(self.number(row))
        return _(
            "row %(number)s of %(table)s", number=self.number(row), table=self.title(row.table)
        )

    def rows(self, rows: Sequence[Rule | Decision], *, seen_from: str) -> str:
        """Name rows: “row 1”, “rows 1, 2 and 4”, “rows 1, 2, 3, 4 and 7 more”."""
        here = [row for row in rows if row.table == seen_from]
        there = [self.row(row, seen_from=seen_from) for row in rows if row.table != seen_from]
        numbers = [str(self.number(row)) for row in here]
        if len(numbers) > 1:
            return listed([_("rows %(list)s", list=listed(numbers)), *there])
        return listed([*(row_words(number) for number in numbers), *there])


def row_words(number: int | str) -> str:
    """Name a row within its own table."""
    return _("row %(number)s", number=number)


def listed(words: Sequence[str]) -> str:
    """Join words as people list them, at most five of them."""
    if len(words) > MOST_NAMED:
        words = [*words[: MOST_NAMED - 1], _("%(n)s more", n=len(words) - MOST_NAMED + 1)]
    if len(words) < 2:
        return "".join(words)
    return _("%(list)s and %(last)s", list=", ".join(words[:-1]), last=words[-1])


def capital(text: str) -> str:
    """Begin a sentence with a capital letter."""
    return text[:1].upper() + text[1:]


def show_sample(sample: Sample) -> tuple[tuple[str, str], ...]:
    """Give the facts of a sample as they can be typed, an empty text for a missing one."""
    return tuple(
        (fact, "" if value is None else show_value(value)) for fact, value in sample.items()
    )


def in_words(sample: Sample) -> str:
    """Say what item a sample is: “category shoes, price 499, no brand”."""
    return ", ".join(_fact_in_words(fact, value) for fact, value in sample.items())


def show_value(value: FactValue) -> str:
    """Write a fact's value for people; a missing one is an empty text."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return _("known")
    return value if isinstance(value, str) else show_number(float(value))


def fact_name(fact: str) -> str:
    """Call a fact as people do: `attributes.strap_colour` is “strap colour”."""
    if fact in FACT_NAMES:
        return str(FACT_NAMES[fact])
    return fact.removeprefix(ATTRIBUTE_PREFIX).replace("_", " ")


def _fact_in_words(fact: str, value: FactValue) -> str:
    if value is None:
        return _("no %(fact)s", fact=fact_name(fact))
    return f"{fact_name(fact)} {show_value(value)}"


def _numbered(rows: Sequence[Rule] | Sequence[Decision]) -> dict[int, int]:
    """Number rows in their tables, by identity: ids may be missing or repeated in a draft."""
    counts: dict[str, int] = {}
    numbers = {}
    for row in rows:
        counts[row.table] = counts.get(row.table, 0) + 1
        numbers[id(row)] = counts[row.table]
    return numbers
