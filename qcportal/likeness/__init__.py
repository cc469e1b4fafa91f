"""Photos that are used twice, and times or places that cannot be right: found for people to judge.

Nothing here changes a verdict, a photo or a return, and no merchant sees any of it.
"""

from qcportal.likeness.checking import check, is_any_ready
from qcportal.likeness.claims import Limits
from qcportal.likeness.comparing import compare
from qcportal.likeness.deciding import LONGEST, decide, said
from qcportal.likeness.indexing import Seen, index, index_told, is_any_at, write_prints
from qcportal.likeness.reads import (
    Wanted,
    count,
    count_question,
    find_for_return,
    get_finding,
    select_findings,
)
from qcportal.likeness.search import find_alike
from qcportal.likeness.sweeping import is_sweep_due, sweep
from qcportal.likeness.tables import (
    INDEXED,
    KINDS,
    NEW,
    STATES,
    Decision,
    Finding,
    PrintRow,
    WaitingPrint,
)

__all__ = [
    "INDEXED",
    "KINDS",
    "LONGEST",
    "NEW",
    "STATES",
    "Decision",
    "Finding",
    "Limits",
    "PrintRow",
    "Seen",
    "WaitingPrint",
    "Wanted",
    "check",
    "compare",
    "count",
    "count_question",
    "decide",
    "find_alike",
    "find_for_return",
    "get_finding",
    "index",
    "index_told",
    "is_any_at",
    "is_any_ready",
    "is_sweep_due",
    "said",
    "select_findings",
    "sweep",
    "write_prints",
]
