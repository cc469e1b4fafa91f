"""Disputes as frozen values: what lists and pages are built from, without a query of their own."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qcportal import clock
from qcportal.disputes import machine
from qcportal.disputes.machine import Action, Facts, State
from qcportal.disputes.people import Person
from qcportal.disputes.tables import Dispute
from qcportal.disputes.words import receipt


@dataclass(frozen=True)
class Clocks:
    """Until when each may act; `decide_by` stands still while `stopped_at` is set."""

    file_by: datetime
    reply_by: datetime | None
    decide_by: datetime | None
    appeal_by: datetime | None
    stopped_at: datetime | None
    effective_at: datetime | None


@dataclass(frozen=True)
class Case:
    """One dispute as a line of a list. `state` is what the asker may see of it.

    `late` says that the carrier's time to decide has ended; `actions` are the asker's buttons,
    `version` is what their change names as `seen`, and `picture` the catalogue's of the first item.
    """

    id: uuid.UUID
    number: str | None
    version: int
    merchant_id: uuid.UUID
    merchant_name: str
    return_id: uuid.UUID
    awb: str
    title: str
    item_count: int
    kind: str
    category: str
    suggested_category: str
    lead_check: str | None
    lead_rule: str | None
    text: str
    state: State
    level: int
    outcome: str | None
    waits_for: str | None
    amount_minor: int
    currency: str
    needs_two: bool
    clocks: Clocks
    late: bool
    created_at: datetime
    filed_at: datetime | None
    activity_at: datetime
    claimed_by: str
    claimed_by_name: str
    claimed_until: datetime | None
    assigned_to: str
    assigned_to_name: str
    pending_outcome: str | None
    actions: frozenset[Action]
    zone: str
    picture: Any = None

    def time_left(self, at: datetime) -> float | None:
        """Give the seconds until the carrier has to have decided, negative when it is late."""
        end = self.clocks.decide_by
        return None if end is None or self.waits_for != "admin" else (end - at).total_seconds()


@dataclass(frozen=True)
class CaseItem:
    """One claimed item with what was granted of it once a decision holds; money in minor units."""

    id: uuid.UUID
    item_id: uuid.UUID
    client_sku_id: str
    name: str
    position: int
    verdict: str | None
    claim: str
    amount_minor: int
    currency: str
    outcome: str | None
    granted_minor: int | None


@dataclass(frozen=True)
class Evidence:
    """One citation; `photo` is the row of the photo or own file, `box` x, y, width, height."""

    id: uuid.UUID
    position: int
    photo: Any
    missing: bool
    own: bool
    note: str
    box: tuple[float, float, float, float] | None
    added_at: datetime

    @property
    def on_its_way(self) -> bool:
        """Tell whether it is to come and not here yet."""
        return self.photo is not None and not self.missing and self.photo.stored_at is None


@dataclass(frozen=True)
class Message:
    """One entry of the thread: side merchant, admin or portal; words, question, answer, appeal."""

    id: uuid.UUID
    at: datetime
    side: str
    kind: str
    author_name: str
    text: str


@dataclass(frozen=True)
class DecidedItem:
    """What a decision says of one item."""

    item_id: uuid.UUID
    outcome: str
    reason: str
    text: str
    granted_minor: int


@dataclass(frozen=True)
class Decision:
    """One decision; merchants see those that hold, admins also what is pending or was undone."""

    id: uuid.UUID
    level: int
    outcome: str
    reason: str
    text: str
    decided_at: datetime
    decided_by_name: str
    decided_by_role: str
    agreed_by_name: str
    agreed_at: datetime | None
    effective_at: datetime | None
    settled_at: datetime | None
    undone_at: datetime | None
    undone_by_name: str
    undone_text: str
    items: tuple[DecidedItem, ...]


@dataclass(frozen=True)
class Happening:
    """One row of the dispute's history."""

    at: datetime
    action: str
    by_name: str
    by_kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class CaseInFull:
    """Everything about one dispute; `rvp` is its return with items and merchant, for reading."""

    case: Case
    rvp: Any
    items: tuple[CaseItem, ...]
    evidence: tuple[Evidence, ...]
    messages: tuple[Message, ...]
    decisions: tuple[Decision, ...]
    history: tuple[Happening, ...]

    @property
    def question(self) -> Message | None:
        """Give the question that waits for an answer, if one does."""
        if self.case.state is not State.INFO_REQUESTED:
            return None
        return next((each for each in reversed(self.messages) if each.kind == "question"), None)

    @property
    def granted_minor(self) -> int | None:
        """Give what was granted in all, or None while no decision holds."""
        if self.case.outcome is None:
            return None
        return sum(each.granted_minor or 0 for each in self.items)


SAME = (
    "id", "version", "merchant_id", "return_id", "kind", "category", "suggested_category",
    "lead_check", "lead_rule", "text", "level", "outcome", "waits_for", "amount_minor", "currency",
    "needs_two", "created_at", "filed_at", "activity_at",
)  # fmt: skip
INSIDE: Mapping[str, Any] = {
    "claimed_by": "",
    "claimed_by_name": "",
    "claimed_until": None,
    "assigned_to": "",
    "assigned_to_name": "",
    "pending_outcome": None,
}
"""What is the carrier's own business, and what merchants see instead."""


def case_of(row: Dispute, *, by: Person, at: datetime | None = None) -> Case:
    """Give a dispute, loaded with its return and merchant, as the asker may see it."""
    moment = at or clock.now()
    sees_all = by.side != "merchant"
    state = State(row.state)
    same = {name: getattr(row, name) for name in SAME}
    inside = {name: getattr(row, name) if sees_all else hidden for name, hidden in INSIDE.items()}
    return Case(
        **same,
        **inside,
        number=receipt(row.number),
        merchant_name=row.merchant.name,
        zone=row.merchant.timezone,
        picture=row.rvp.lead_picture,
        awb=row.rvp.awb,
        title=row.rvp.title,
        item_count=row.rvp.item_count,
        state=state if sees_all else machine.shown_state(state),
        clocks=_clocks(row, sees_all=sees_all),
        late=is_late(row.waits_for, row.decide_by, moment),
        actions=_actions(row.facts, by, moment),
    )


def is_late(waits_for: str | None, decide_by: datetime | None, at: datetime) -> bool:
    """Tell whether the carrier's time to decide has ended."""
    return waits_for == "admin" and decide_by is not None and decide_by <= at


def _clocks(row: Dispute, *, sees_all: bool) -> Clocks:
    return Clocks(
        row.file_by,
        row.reply_by,
        row.decide_by,
        row.appeal_by,
        row.stopped_at,
        row.effective_at if sees_all else None,
    )


def _actions(facts: Facts, by: Person, at: datetime) -> frozenset[Action]:
    return machine.offered(facts, by.asker, at=at)
