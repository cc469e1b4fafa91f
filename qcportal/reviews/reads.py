"""How to find reviews."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, raiseload

from qcportal import errors
from qcportal.db import db
from qcportal.questions import Question
from qcportal.returns import Return
from qcportal.reviews.tables import Review

_WAITING = (
    select(func.count(), func.min(Review.decide_by))
    .where(Review.decided_at.is_(None))
    .select_from(Review)
)
"""The menu of every page asks this, so it is put together once."""


@dataclass(frozen=True)
class Waiting:
    """How many items wait for a decision, and until when the first of them does."""

    count: int
    first: datetime | None


def get_review(review_id: uuid.UUID) -> Review:
    """Get one review of the scope as it is in the database, or raise NotFound."""
    statement = select(Review).where(Review.id == review_id)
    found = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise errors.NotFound()
    return found


def count_waiting() -> Waiting:
    """Count what waits for a decision in the scope, in one statement."""
    return waiting_question().ask()


def waiting_question() -> Question[Waiting]:
    """Give the question what waits for a decision in the scope."""
    return Question(_WAITING, Waiting, {})


def find_for_returns(return_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Review]:
    """Find the reviews of these returns, by the id of their item."""
    statement = select(Review).where(Review.return_id.in_(return_ids))
    return {review.item_id: review for review in db.session.scalars(statement)}


def find_returns(found: Collection[Review]) -> Sequence[Return]:
    """Find the returns of these reviews, so loaded that a template cannot query."""
    statement = (
        select(Return)
        .where(Return.id.in_({review.return_id for review in found}))
        .options(joinedload(Return.merchant), joinedload(Return.items), raiseload("*"))
    )
    return db.session.scalars(statement).unique().all()
