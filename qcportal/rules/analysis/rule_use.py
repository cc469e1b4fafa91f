"""Rows of what is asked that are of no use, and items that nothing is asked of."""

from collections.abc import Iterator, Sequence

from qcportal.language import gettext as _
from qcportal.language import ngettext
from qcportal.rules.analysis.boxes import Box, Budget, TooMany, find_outside, is_empty
from qcportal.rules.analysis.finding import (
    Finding,
    Names,
    capital,
    fact_name,
    in_words,
    listed,
    row_words,
    show_sample,
)
from qcportal.rules.analysis.item_rows import Asking, Row, overlap
from qcportal.rules.analysis.space import CATEGORY, Sample
from qcportal.rules.book import Rule, Table

ONE_QUESTION = 3_000
MOST_TRIES = 20


def find_in(asking: Asking, budget: Budget) -> Iterator[Finding]:
    """Give what stands out in all rules of a book."""
    for row in asking.rows:
        if not row.region.boxes:
            yield _never(asking, row)
        elif row.asks:
            yield from _overruled(asking, row, budget)
    for table in asking.book.tables:
        yield from _nothing_asked(asking, table, budget)


def _never(asking: Asking, row: Row) -> Finding:
    rule, name = row.rule, row_words(asking.names.number(row.rule))
    cell, why = _why_never(asking, row)
    never = _("%(row)s can never be used.", row=capital(name))
    says = f"{never} {why} {_('Change it, or delete %(row)s.', row=name)}"
    return Finding("never", "warning", "rules", rule.table, (rule.id,), says, cell)


def _why_never(asking: Asking, row: Row) -> tuple[str, str]:
    rule, table = row.rule, asking.names.title(row.rule.table)
    if rule.categories and rule.cells.get(CATEGORY) and not asking.space.tested(row.read, CATEGORY):
        only = listed(rule.categories)
        why = _(
            "It wants the category %(category)s, and %(table)s is for %(list)s only.",
            category=rule.cells[CATEGORY],
            table=table,
            list=only,
        )
        return CATEGORY, why
    for fact, text in rule.cells.items():
        if not asking.space.tested(row.read, fact):
            return fact, _(
                "No item has a %(fact)s that passes “%(cell)s”.", fact=fact_name(fact), cell=text
            )
    if rule.cells or rule.categories:
        return "when", _("Its expression rules out what its other cells want.")
    return "when", _("Its expression contradicts itself.")


def _overruled(asking: Asking, row: Row, budget: Budget) -> Iterator[Finding]:
    """Say of a row that asks that others send all of its items to no check."""
    routes = [other for other in asking.rows if other.rule.qc == "none" and other.region.exact]
    covers = [box for other in routes for box in other.region.boxes]
    if not covers or _leaves_some(row, covers, budget) is not False:
        return
    by = [other for other in routes if overlap(row, other) is not None]
    single = [other for other in by if _leaves_some(row, other.region.boxes, budget) is False]
    rules = [other.rule for other in (single[:1] or by)]
    rule = row.rule
    says = _overruled_words(row_words(asking.names.number(rule)), rules, asking.names, rule.table)
    ids = (rule.id, *(each.id for each in rules))
    yield Finding("shadowed", "warning", "rules", rule.table, ids, says)


def _overruled_words(name: str, by: Sequence[Rule], names: Names, table: str) -> str:
    others = names.rows(by, seen_from=table)
    told = {"start": capital(name), "row": name, "others": others, "capital": capital(others)}
    return ngettext(
        "%(start)s never asks anything. %(capital)s sends every item that fits %(row)s to no "
        "check. Delete %(row)s, or narrow %(others)s.",
        "%(start)s never asks anything. %(capital)s together send every item that fits %(row)s "
        "to no check. Delete %(row)s, or narrow %(others)s.",
        len(by),
        **told,
    )


def _leaves_some(row: Row, covers: Sequence[Box], budget: Budget) -> bool | None:
    """Tell whether an item of the row lies outside of the covers; None where it takes too long."""
    share = budget.share(ONE_QUESTION)
    try:
        return any(find_outside(box, covers, share) is not None for box in row.region.boxes)
    except TooMany:
        return None


def _nothing_asked(asking: Asking, table: Table, budget: Budget) -> Iterator[Finding]:
    """Show an item of the table that no row asks anything of, and no row sends to no check."""
    items = asking.space.of_categories(table.categories)
    rows = [row for row in asking.meeting(items) if row.asks or row.rule.qc == "none"]
    covers = [box for row in rows if row.region.exact for box in row.region.boxes]
    unclear = [row for row in rows if not row.region.exact]
    share = budget.share(ONE_QUESTION)
    for _try in range(MOST_TRIES):
        try:
            left = find_outside(items, covers, share)
        except TooMany:
            return
        if left is None or is_empty(left):
            return
        sample = asking.sample(left, rows)
        fitting = [row for row in unclear if row.fits(sample)]
        if not fitting:
            yield _without_check(asking, table, sample)
            return
        covers += [box for row in fitting for box in row.region.boxes]


def _without_check(asking: Asking, table: Table, sample: Sample) -> Finding:
    says = _(
        "Some items of %(table)s are asked nothing, such as one with %(facts)s. "
        "Add a row for them, or one that says no check.",
        table=asking.names.title(table.key),
        facts=in_words(sample),
    )
    return Finding("missing", "warning", "rules", table.key, (), says, sample=show_sample(sample))
