"""What an item and a return come to once decisions were made."""

import uuid
from collections.abc import Sequence

from qcportal import returns
from qcportal.db import db
from qcportal.returns import Return, ReturnItem
from qcportal.reviews.opening import UNDECIDED
from qcportal.rules import verdict as verdicts
from qcportal.rules.verdict import ItemVerdict

PARTS = {"partially_passed": ("pass", "fail")}


def of_item(item: ReturnItem, decided: str) -> str:
    """Give the verdict on an item after `decided` (pass or fail) on what waited of it.

    Where pieces were judged one by one the decision is about those that waited; the others keep
    what the inspection found.
    """
    pieces = {
        decided if piece["verdict"] in UNDECIDED else str(piece["verdict"]) for piece in item.units
    }
    if len(pieces) > 1:
        return "partially_passed"
    return pieces.pop() if pieces else decided


def of_return(items: Sequence[ReturnItem]) -> str:
    """Give the verdict on a return from what holds of its inspected items."""
    held = [str(item.verdict) for item in items if item.inspected_verdict is not None]
    results = [result for each in held for result in PARTS.get(each, (each,))]
    judged = [ItemVerdict(result, (), "", "") for result in results]  # type: ignore[arg-type]
    return verdicts.return_verdict(judged)


def load(return_id: uuid.UUID) -> Return:
    """Load a locked return with its items as they are in the database now."""
    statement = returns.select_with_items(return_id)
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def settle(return_id: uuid.UUID, *, reason: str) -> Return:
    """Let what holds of its items hold for a locked return; gives it as it is then.

    It counts as overridden once an admin decided on one of its items and nothing waits any more.
    """
    items = load(return_id).items
    whole = of_return(items)
    overridden = whole != "needs_review" and any(item.decided_by == "admin" for item in items)
    returns.record_decision(return_id, whole, reason=reason, overridden=overridden)
    return load(return_id)
