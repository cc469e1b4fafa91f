"""Puts the differences of two rulebooks into rows of words, with neutral signs."""

from collections.abc import Callable, Mapping

from qcportal.blueprints.shown.rules_versions import DifferenceRow, PartChange
from qcportal.blueprints.shown.rules_words import fact_words, short
from qcportal.language import lazy_gettext
from qcportal.rules.book import RulebookDocument
from qcportal.rules.differences import Difference, differences

EMPTY = RulebookDocument("", ())
SIGNS = {"added": "plus", "removed": "minus", "changed": "pen-line", "moved": "arrow-up-down"}
WORDS = {
    "added": lazy_gettext("Added"),
    "removed": lazy_gettext("Removed"),
    "changed": lazy_gettext("Changed"),
    "moved": lazy_gettext("Moved"),
}
NAMES = {"Id", "Key", "Table"}
WHAT = {
    "title": lazy_gettext("Name"),
    "table": lazy_gettext("Table"),
    "row": lazy_gettext("Row"),
    "check": lazy_gettext("Check"),
    "photo": lazy_gettext("Photo"),
    "decision": lazy_gettext("Meaning of answers"),
    "synonyms": lazy_gettext("Words that mean the same"),
    "review": lazy_gettext("Time to decide"),
}


def rows(
    old: RulebookDocument | None, new: RulebookDocument, row_url: Callable[[str], str] | None
) -> tuple[DifferenceRow, ...]:
    """Give one row per difference; rows of the new rulebook link to where they stand."""
    known = {row.id for row in new.rules}
    questions = _questions(old or EMPTY) | _questions(new)
    return tuple(
        _row(each, questions, row_url(each.row) if row_url and each.row in known else "")
        for each in differences(old or EMPTY, new)
    )


def _questions(book: RulebookDocument) -> dict[str, str]:
    return {check.key: check.question for rule in book.rules for check in rule.checks}


def _row(difference: Difference, questions: Mapping[str, str], href: str) -> DifferenceRow:
    what = WHAT[difference.what]
    return DifferenceRow(
        sign=SIGNS[difference.kind],  # type: ignore[arg-type]
        word=WORDS[difference.kind],
        what=what,
        where="" if difference.where == what else difference.where,
        changes=tuple(
            PartChange(_part(each.part, questions), each.before, each.after)
            for each in difference.changes
            if (each.before or each.after) and (each.part not in NAMES or _is_renamed(difference))
        ),
        href=href,
    )


def _is_renamed(difference: Difference) -> bool:
    """Names for programs matter where they change, not where a whole thing comes or goes."""
    return difference.kind == "changed"


def _part(part: str, questions: Mapping[str, str]) -> str:
    """Say a cell of a row by its fact, and one of answers by the question that is answered."""
    name, _, key = part.rpartition(" ")
    if name == "Cell":
        return fact_words(key)
    return f"“{short(questions[key])}”" if name == "Answer to" and key in questions else part
