"""What of the disputes needs a person now, for the home pages."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from qcportal import clock
from qcportal.disputes.machine import State
from qcportal.disputes.tables import Dispute
from qcportal.questions import Question

SOON = timedelta(hours=24)
APPEALABLE = (State.REJECTED.value, State.PARTIALLY_APPROVED.value)


@dataclass(frozen=True)
class Due:
    """How many disputes are in one need of somebody, and when the time of the first ends."""

    count: int = 0
    first: datetime | None = None


@dataclass(frozen=True)
class Needs:
    """What waits for a merchant: the carrier's questions; drafts and appeals that soon end."""

    questions: Due
    drafts: Due
    appeals: Due


def count_needs(merchant_id: uuid.UUID) -> Needs:
    """Count what waits for a merchant, in one statement; what ends within a day is soon."""
    return needs_question(merchant_id).ask()


def needs_question(merchant_id: uuid.UUID) -> Question[Needs]:
    """Give the question that `count_needs` asks."""
    at = clock.now()
    drafted, declined = Dispute.state == State.DRAFT.value, Dispute.state.in_(APPEALABLE)
    parts: tuple[tuple[Any, tuple[ColumnElement[bool], ...]], ...] = (
        (Dispute.reply_by, (Dispute.state == State.INFO_REQUESTED.value,)),
        (Dispute.file_by, (drafted, *_soon(Dispute.file_by, at))),
        (Dispute.appeal_by, (declined, *_soon(Dispute.appeal_by, at))),
    )
    columns = []
    for moment, conditions in parts:
        own = (Dispute.merchant_id == merchant_id, *conditions)
        for what in (func.count(), func.min(moment)):
            columns.append(select(what).select_from(Dispute).where(*own).scalar_subquery())
    return Question(
        select(*columns), lambda *found: Needs(*(Due(*found[at : at + 2]) for at in (0, 2, 4)))
    )


def _soon(moment: Any, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return moment > at, moment <= at + SOON
