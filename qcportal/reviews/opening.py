"""A review opens for every item of an inspected return that nobody at the door could decide on."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from qcportal import clock, history, inspections
from qcportal.db import EVERY_COLUMN, db, new_id
from qcportal.history import Entry
from qcportal.returns import Return, ReturnItem
from qcportal.reviews.tables import Review
from qcportal.rules.book import ReviewPolicy

UNDECIDED = {"needs_review", "not_inspected"}


def open_reviews(rvp: Return) -> int:
    """Keep what the inspection of a locked return said, and open what is to be decided.

    The checklist's policy says how long one may decide and what holds after; without a policy
    there is no clock. Gives how many reviews were opened. Nobody is asked about a visit in vain.
    """
    for item in rvp.items:
        item.inspected_verdict = item.verdict
    db.session.flush()
    waiting = [item for item in rvp.items if item.verdict in UNDECIDED]
    if rvp.verdict != "needs_review" or not waiting:
        return 0
    issued = inspections.find_checklists([rvp.id])
    rows = [_row(item, issued[item.id].checklist.review) for item in waiting]
    db.session.execute(insert(Review), rows, execution_options=EVERY_COLUMN)
    first = min((row["decide_by"] for row in rows if row["decide_by"]), default=None)
    data = {"items": [item.client_sku_id for item in waiting]}
    data |= {"decide_by": first.isoformat()} if first else {}
    history.record([Entry(rvp.id, rvp.merchant_id, "review_opened", history.SYSTEM, data)])
    return len(rows)


def _row(item: ReturnItem, policy: ReviewPolicy | None) -> dict[str, Any]:
    at = clock.now()
    return {
        "id": new_id(),
        "merchant_id": item.merchant_id,
        "return_id": item.return_id,
        "item_id": item.id,
        "opened_at": at,
        "decide_by": at + timedelta(minutes=policy.minutes) if policy else None,
        "default_verdict": policy.default if policy else None,
    }
