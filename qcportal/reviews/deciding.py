"""Deciding on a review: exactly one decision wins, a person's or the rulebook's after its time."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update

from qcportal import clock, errors, history, returns
from qcportal.db import db
from qcportal.history import Actor, Entry
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.returns import ItemDecision, Return
from qcportal.reviews import outcome
from qcportal.reviews.reads import get_review
from qcportal.reviews.tables import DECISION_OF, VERDICT_OF, Review, ReviewDecision

MOST_AT_ONCE = 200
RULEBOOK = "The rulebook"
RECORDED = {"accept": "take it back", "refuse": "leave it with the customer"}
"""What stands in the record and goes to the merchant's systems, in English like both of them."""

FASTER = {
    "accept": lazy_gettext(
        "%(name)s decided before you: take it back. Your choice changed nothing."
    ),
    "refuse": lazy_gettext(
        "%(name)s decided before you: leave it with the customer. Your choice changed nothing."
    ),
}
ENDED = {
    "accept": lazy_gettext(
        "The time to decide has ended, so the rulebook's answer holds: take it back. "
        "Your choice changed nothing."
    ),
    "refuse": lazy_gettext(
        "The time to decide has ended, so the rulebook's answer holds: leave it with the "
        "customer. Your choice changed nothing."
    ),
}


@dataclass(frozen=True)
class Decider:
    """Who decides, as `merchant`, `default` or `admin`, and what they say to it."""

    kind: str
    name: str
    note: str = ""


def decide(review_id: uuid.UUID, decision: ReviewDecision, *, by: Actor, note: str = "") -> Return:
    """Let a merchant's person accept or refuse an item; gives its return as it is then.

    Raises NotFound for a review outside of the scope, and Conflict with words when somebody
    decided before or the time to decide has ended; neither changes anything.
    """
    review = get_review(review_id)
    returns.lock([review.return_id])
    in_time = or_(Review.decide_by.is_(None), Review.decide_by > clock.now())
    if not _claim(review_id, decision, Decider("merchant", by.label, note), in_time):
        raise errors.Conflict(_why_not(get_review(review_id)))
    return _carry_out([review_id], by=by)


def settle_due(now: datetime | None = None, *, return_id: uuid.UUID | None = None) -> int:
    """Let the rulebooks' answers hold for reviews whose time has ended; gives how many.

    Works on the rows of the scope, all merchants' for the worker and one's on its own pages, or
    on one return. The caller commits. Done twice, or on two machines at once, it settles each
    review once.
    """
    at = now or clock.now()
    due = db.session.execute(_select_due(at, return_id).limit(MOST_AT_ONCE)).all()
    if not due:
        return 0
    returns.lock({row.return_id for row in due})
    settled: dict[uuid.UUID, list[uuid.UUID]] = {}
    for row in due:
        decision = DECISION_OF[row.default_verdict]
        if _claim(row.id, decision, Decider("default", RULEBOOK), Review.decide_by <= at):
            settled.setdefault(row.return_id, []).append(row.id)
    for review_ids in settled.values():
        _carry_out(review_ids, by=history.SYSTEM)
    return sum(len(review_ids) for review_ids in settled.values())


def is_any_due(*, return_id: uuid.UUID | None = None) -> bool:
    """Tell whether the time of some review of the scope has ended, for one indexed look."""
    return db.session.execute(_select_due(clock.now(), return_id).limit(1)).first() is not None


def close_for(item_id: uuid.UUID, verdict: str, *, by: Actor, note: str) -> None:
    """Close the review of an item that an admin decided on meanwhile, if it waits."""
    statement = update(Review).where(Review.item_id == item_id)
    _decide(statement, DECISION_OF[verdict], Decider("admin", by.label, note))


def _claim(
    review_id: uuid.UUID, decision: str, decider: Decider, allowed: ColumnElement[bool]
) -> bool:
    """Decide unless somebody did; the database lets exactly one through."""
    return _decide(update(Review).where(Review.id == review_id, allowed), decision, decider)


def _decide(statement: Any, decision: str, decider: Decider) -> bool:
    result: Any = db.session.execute(
        statement.where(Review.decided_at.is_(None))
        .values(
            decided_at=clock.now(),
            decision=decision,
            decided_by=decider.kind,
            decided_by_name=decider.name,
            note=decider.note,
        )
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount)


def _carry_out(review_ids: Sequence[uuid.UUID], *, by: Actor) -> Return:
    """Let decided reviews of one locked return hold for its items, the return and the record."""
    statement = select(Review).where(Review.id.in_(review_ids)).order_by(Review.id)
    decided = db.session.scalars(statement.execution_options(populate_existing=True)).all()
    rvp = outcome.load(decided[0].return_id)
    items = {item.id: item for item in rvp.items}
    for review in decided:
        item = items[review.item_id]
        verdict = outcome.of_item(item, VERDICT_OF[str(review.decision)])
        name, note = str(review.decided_by_name), review.note
        returns.decide_item(item.id, ItemDecision(verdict, str(review.decided_by), name, note))
    history.record([_entry(review, items[review.item_id].client_sku_id, by) for review in decided])
    return outcome.settle(rvp.id, reason=_reason(decided[-1]))


def _entry(review: Review, sku: str, by: Actor) -> Entry:
    data = {"item": sku, "decision": review.decision, "by": review.decided_by, "note": review.note}
    return Entry(review.return_id, review.merchant_id, "review_decided", by, data)


def _reason(review: Review) -> str:
    words = RECORDED[str(review.decision)]
    if review.decided_by == "default":
        return f"Nobody decided in time: {words}"
    return f"{review.decided_by_name}: {review.note or words}"


def _why_not(review: Review) -> str:
    """Say who was faster; the time that ended counts even before anybody settled it."""
    if review.decided_by in ("merchant", "admin"):
        return _(FASTER[str(review.decision)], name=review.decided_by_name)
    return _(ENDED[DECISION_OF[str(review.default_verdict)]])


def _select_due(at: datetime, return_id: uuid.UUID | None) -> Any:
    statement = (
        select(Review.id, Review.return_id, Review.default_verdict)
        .where(Review.decided_at.is_(None), Review.decide_by <= at)
        .order_by(Review.decide_by, Review.id)
    )
    return statement if return_id is None else statement.where(Review.return_id == return_id)
