"""Items that need a look: how long one may decide, who decided what, and an admin's override."""

from qcportal.reviews.opening import open_reviews
from qcportal.reviews.tables import Review

__all__ = ["Review", "open_reviews"]
