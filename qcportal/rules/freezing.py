"""Which rows of a book's decisions hold for one item; they are frozen into its checklist."""

from collections.abc import Mapping

from qcportal.rules.answer_cells import AnswerCellError, read_answer_cell
from qcportal.rules.book import Row, RulebookDocument
from qcportal.rules.checklist import Check
from qcportal.rules.facts import ItemFacts
from qcportal.rules.settling import VISUAL_TYPE


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
    own = [row for table, row in book.rows if table in tables]
    rest = [row for table, row in book.rows if not table]
    return tuple(row for row in (*own, *rest) if _is_asked(row, asked))


def _is_asked(row: Row, asked: Mapping[str, Check]) -> bool:
    return all(key in asked and _can_be(cell, asked[key]) for key, cell in row.answers)


def _can_be(cell: str, check: Check) -> bool:
    """Tell whether an answer can be what the cell says; other types were read when parsed."""
    if check.type != VISUAL_TYPE:
        return True
    try:
        read_answer_cell(check, cell)
    except AnswerCellError:
        return False
    return True
