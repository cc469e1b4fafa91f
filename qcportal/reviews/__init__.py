"""Items that need a look: how long one may decide, who decided what, and an admin's override."""

from qcportal.reviews.deciding import decide, is_any_due, settle_due
from qcportal.reviews.opening import open_reviews
from qcportal.reviews.outcome import pieces
from qcportal.reviews.overriding import LONGEST, SHORTEST, Override, override
from qcportal.reviews.reads import (
    Waiting,
    count_waiting,
    find_for_returns,
    find_returns,
    get_review,
    select_waiting,
    waiting_question,
)
from qcportal.reviews.tables import Review, ReviewDecision

__all__ = [
    "LONGEST",
    "SHORTEST",
    "Override",
    "Review",
    "ReviewDecision",
    "Waiting",
    "count_waiting",
    "decide",
    "find_for_returns",
    "find_returns",
    "get_review",
    "is_any_due",
    "open_reviews",
    "override",
    "pieces",
    "select_waiting",
    "settle_due",
    "waiting_question",
]
