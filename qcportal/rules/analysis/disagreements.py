"""Rows of what is asked that fit the same items and do not agree about them."""

from collections.abc import Iterator, Sequence
from itertools import product

from qcportal.language import gettext as _
from qcportal.language import ngettext
from qcportal.rules.analysis.boxes import Budget, TooMany
from qcportal.rules.analysis.finding import Finding, capital, in_words, row_words, show_sample
from qcportal.rules.analysis.item_rows import Asking, Row, find_common
from qcportal.rules.analysis.space import Sample
from qcportal.rules.book import Table
from qcportal.rules.canonical import fold

ONE_QUESTION = 3_000
ONE_PAIR = 5  # a pair takes as long as so many comparisons of boxes


def find_in(asking: Asking, budget: Budget) -> Iterator[Finding]:
    """Give the contradictions between the rules of a book, and between its tables."""
    for row in asking.rows:
        if row.region.boxes and not row.asks and (row.rule.checks or row.rule.photos):
            yield _at_odds(asking, row)
    yield from _shared_categories(asking)
    yield from _levels(asking, budget)
    yield from _routes(asking, budget)


def _at_odds(asking: Asking, row: Row) -> Finding:
    rule = row.rule
    says = _(
        "%(row)s sends its items to no check, so what it asks is never asked. "
        "Take its checks and photos out, or let it be checked.",
        row=capital(row_words(asking.names.number(rule))),
    )
    return Finding("contradiction", "warning", "rules", rule.table, (rule.id,), says, "qc")


def _shared_categories(asking: Asking) -> Iterator[Finding]:
    first: dict[str, Table] = {}
    for table in asking.book.tables:
        for category in table.categories:
            other = first.setdefault(fold(category), table)
            if other is table:
                continue
            says = _(
                "%(one)s and %(other)s are both for the category %(category)s. Its items are "
                "asked what both ask. Leave the category in one of them.",
                one=asking.names.title(other.key),
                other=asking.names.title(table.key),
                category=category,
            )
            yield Finding("contradiction", "warning", "rules", table.key, (), says, "categories")


def _levels(asking: Asking, budget: Budget) -> Iterator[Finding]:
    """Show checks that one row requires and another one does not, for the same item."""
    seen: dict[str, tuple[list[Row], list[Row]]] = {}
    for row in (row for row in asking.rows if row.asks and row.region.boxes):
        for check in row.rule.checks:
            seen.setdefault(check.key, ([], []))[not check.required].append(row)
    for key, (required, advisory) in seen.items():
        pair = _first_overlap(required, advisory, asking, budget)
        if pair is not None:
            yield _two_levels(asking, key, *pair)


def _two_levels(asking: Asking, key: str, strict: Row, mild: Row, sample: Sample) -> Finding:
    table = strict.rule.table or mild.rule.table
    one = asking.names.row(strict.rule, seen_from=table)
    other = asking.names.row(mild.rule, seen_from=table)
    question = next(check.question for check in strict.rule.checks if check.key == key)
    says = _(
        "%(one)s requires “%(question)s” and %(other)s asks it as advice only. Both can fit the "
        "same item, such as one with %(facts)s: it is required then.",
        one=capital(one),
        question=question,
        other=other,
        facts=in_words(sample),
    )
    ids = (strict.rule.id, mild.rule.id)
    shown = show_sample(sample)
    return Finding("contradiction", "note", "rules", strict.rule.table, ids, says, key, shown)


def _routes(asking: Asking, budget: Budget) -> Iterator[Finding]:
    """Show which rows lose what they ask to a row that routes some of the same items."""
    for row in asking.rows:
        if row.rule.qc == "full" or not row.region.boxes:
            continue
        asking_too = [other for other in asking.rows if _loses(other, row)]
        found = [
            other
            for other in asking_too
            if _first_overlap([row], [other], asking, budget) is not None
        ]
        if found:
            yield _route(asking, row, found)


def _loses(row: Row, route: Row) -> bool:
    """Tell whether a row's checks would be changed by this route, should both fit an item."""
    changed = any(check.type != "photo_only" for check in row.rule.checks)
    return row is not route and row.asks and (changed or route.rule.qc == "none")


def _route(asking: Asking, row: Row, found: Sequence[Row]) -> Finding:
    rule, none = row.rule, row.rule.qc == "none"
    others = asking.names.rows([other.rule for other in found], seen_from=rule.table)
    told = {"number": asking.names.number(rule), "others": others}
    if none:
        says = ngettext(
            "Row %(number)s sends its items to no check, and %(others)s asks something of some "
            "of them. For these nothing is asked.",
            "Row %(number)s sends its items to no check, and %(others)s ask something of some "
            "of them. For these nothing is asked.",
            len(found),
            **told,
        )
    else:
        says = ngettext(
            "Row %(number)s sends its items to photos only, and %(others)s asks something of some "
            "of them. For these only photos are taken.",
            "Row %(number)s sends its items to photos only, and %(others)s ask something of some "
            "of them. For these only photos are taken.",
            len(found),
            **told,
        )
    ids = (rule.id, *(other.rule.id for other in found))
    return Finding("contradiction", "note", "rules", rule.table, ids, says, "qc")


def _first_overlap(
    ones: Sequence[Row], others: Sequence[Row], asking: Asking, budget: Budget
) -> tuple[Row, Row, Sample] | None:
    share = budget.share(ONE_QUESTION)
    for one, other in product(ones, others):
        try:
            share.spend(ONE_PAIR)
        except TooMany:
            return None
        sample = find_common(one, other, asking)
        if sample is not None:
            return one, other, sample
    return None
