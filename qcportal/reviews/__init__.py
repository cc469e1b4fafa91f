"""Items that need a look: how long one may decide, who decided what, and an admin's override."""

from qcportal.reviews.deciding import decide, is_any_due, settle_due
from qcportal.reviews.lists import (
    ListFilter,
    Page,
    Place,
    count_tabs,
    find_reasons,
    find_settled,
    get_page,
    select_columns,
)
from qcportal.reviews.opening import open_reviews
from qcportal.reviews.outcome import pieces
from qcportal.reviews.overriding import LONGEST, SHORTEST, Override, override
from qcportal.reviews.reads import (
    Waiting,
    count_waiting,
    find_for_returns,
    find_returns,
    get_review,
    waiting_question,
)
from qcportal.reviews.tables import Review, ReviewDecision

__all__ = [
    "LONGEST",
    "SHORTEST",
    "ListFilter",
    "Override",
    "Page",
    "Place",
    "Review",
    "ReviewDecision",
    "Waiting",
    "count_tabs",
    "count_waiting",
    "decide",
    "find_for_returns",
    "find_reasons",
    "find_returns",
    "find_settled",
    "get_page",
    "get_review",
    "is_any_due",
    "open_reviews",
    "override",
    "pieces",
    "select_columns",
    "settle_due",
    "waiting_question",
]
