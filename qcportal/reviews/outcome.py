"""What an item and a return come to once decisions were made."""

import uuid
from collections.abc import Sequence

from qcportal import returns
from qcportal.db import db
from qcportal.returns import Return, ReturnItem
from qcportal.reviews.opening import UNDECIDED
from qcportal.reviews.tables import VERDICT_OF, Review
from qcportal.rules import verdict as verdicts
from qcportal.rules.verdict import ItemVerdict

PARTS = {"partially_passed": ("pass", "fail")}


def of_item(item: ReturnItem, decided: str) -> str:
    """Give the verdict on an item after `decided` (pass or fail) on what waited of it.

    Where pieces were judged one by one the decision is about those that waited; the others keep
    what the inspection found.
    """
    results = {_of_piece(str(piece["verdict"]), decided) for piece in item.units}
    if len(results) > 1:
        return "partially_passed"
    return results.pop() if results else decided


def pieces(item: ReturnItem, review: Review | None) -> tuple[tuple[int, str], ...]:
    """Give what holds of each piece that was judged alone, as (number, verdict)."""
    decided = VERDICT_OF.get(review.decision or "") if review else None
    if item.decided_by == "admin":
        return tuple((int(piece["unit"]), str(item.verdict)) for piece in item.units)
    return tuple((int(piece["unit"]), _of_piece(piece["verdict"], decided)) for piece in item.units)


def of_return(items: Sequence[ReturnItem]) -> str:
    """Give the verdict on a return from what holds of its inspected items."""
    held = [str(item.verdict) for item in items if item.inspected_verdict is not None]
    results = [result for each in held for result in PARTS.get(each, (each,))]
    judged = [ItemVerdict(result, (), "", "") for result in results]  # type: ignore[arg-type]
    return verdicts.return_verdict(judged)


def _of_piece(found: str, decided: str | None) -> str:
    return decided if decided and found in UNDECIDED else found


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
