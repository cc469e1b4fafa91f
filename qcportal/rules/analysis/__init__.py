"""What stands out in a rulebook without an item: rows without use, gaps, contradictions.

Exact for cells and simple expressions; where an expression compares two facts, nothing is said
that could be wrong. Read in this order: number_line, value_sets, expressions, boxes -> space,
answers -> finding, item_rows -> rule_use, disagreements, decision_use.
"""

from qcportal.rules.analysis import decision_use, disagreements, rule_use
from qcportal.rules.analysis.boxes import Budget
from qcportal.rules.analysis.finding import Finding
from qcportal.rules.analysis.item_rows import Asking
from qcportal.rules.book import RulebookDocument

__all__ = ["Finding", "analyse"]

STEPS = 40_000
MOST_FINDINGS = 200


def analyse(book: RulebookDocument) -> tuple[Finding, ...]:
    """Give what stands out in a book, at most 200 findings; bounded whatever the book is like.

    The book may be part of a faulty draft: what has a fault in it counts as if it could be
    anything.
    """
    read = Asking(book)
    found = [*rule_use.find_in(read, Budget(STEPS)), *disagreements.find_in(read, Budget(STEPS))]
    decisions = Budget(STEPS)
    for scope in decision_use.scopes(book):
        found += decision_use.find_in(scope, read.names, decisions)
    return tuple(found[:MOST_FINDINGS])
