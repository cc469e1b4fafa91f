"""Which rows of a book's decisions hold for one item; they are frozen into its checklist."""

from collections.abc import Mapping

from qcportal.rules.answer_cells import AnswerCellError, read_answer_cell
from qcportal.rules.book import Decision, RulebookDocument
from qcportal.rules.checklist import Check, Row
from qcportal.rules.facts import ItemFacts


def freeze_rows(
    book: RulebookDocument, facts: ItemFacts, asked: Mapping[str, Check]
) -> tuple[Row, ...]:
    """Give the rows for an item of which the checks `asked` are asked, in the order they decide.

    Rows of the item's tables stand before those without one. A row is left out if it names a check
    that is not asked, or an answer that the check cannot have now that it is looked at only.
    """
    if not book.decisions:
        return ()
    category = facts.folded.get("category")
    tables = {table.key for table in book.tables if category in table.folded}
    own = [each for each in book.named_decisions if each[1].table in tables]
    rest = [each for each in book.named_decisions if not each[1].table]
    return tuple(_frozen(name, row) for name, row in (*own, *rest) if _is_asked(row, asked))


def _frozen(name: str, row: Decision) -> Row:
    return Row(name, row.verdict, row.say, tuple(sorted(row.answers.items())))


def _is_asked(row: Decision, asked: Mapping[str, Check]) -> bool:
    return all(key in asked and _can_be(cell, asked[key]) for key, cell in row.answers.items())


def _can_be(cell: str, check: Check) -> bool:
    try:
        read_answer_cell(check, cell)
    except AnswerCellError:
        return False
    return True
