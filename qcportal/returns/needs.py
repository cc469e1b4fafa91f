"""What of the returns needs a person now, for the home pages: counts off indexes alone."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select

from qcportal import clock
from qcportal.questions import Question, count_some
from qcportal.returns.filters import FAILED, lacking
from qcportal.returns.tables import Return


@dataclass(frozen=True)
class Needs:
    """How many returns were checked and failed since a moment, and how many lack photos.

    Nothing is counted beyond COUNTED and one.
    """

    checked: int
    failed: int
    lacking: int


def needs_question(
    *, today: datetime, lately: datetime, missing_after: int, merchant_id: uuid.UUID | None
) -> Question[Needs]:
    """Give the question what needs a person; it looks only at what moved since `today` or `lately`.

    `missing_after` is in seconds: an announced photo that took longer counts as missing.
    """
    lost_before = clock.now() - timedelta(seconds=missing_after)
    moved, recent = Return.activity_at >= today, Return.activity_at >= lately
    late = and_(Return.photos_coming > 0, Return.coming_since <= lost_before)
    none_absent = Return.photos_absent == 0  # the two ways to lack a photo are counted apart
    parts = (
        (moved, Return.checked_at >= today),
        (moved, Return.verdict.in_(FAILED)),
        (recent, lacking(), Return.photos_absent > 0),
        (recent, lacking(), late, none_absent),
    )
    columns = [_count(*conditions, merchant_id=merchant_id) for conditions in parts]
    return Question(
        select(*columns),
        lambda checked, failed, absent, given_up: Needs(checked, failed, absent + given_up),
    )


def _count(*conditions: ColumnElement[bool], merchant_id: uuid.UUID | None) -> ColumnElement[int]:
    statement = select(Return.id).where(*conditions)
    if merchant_id is not None:
        statement = statement.where(Return.merchant_id == merchant_id)
    return count_some(statement)
