"""Columns of disputes: the claim with its clocks, its items, what it cites, and its thread."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qcportal import tenancy
from qcportal.accounts import Merchant
from qcportal.db import At, Base, Document, Id, Key, Line, MaybeAt, MaybeKey, Prose, Word
from qcportal.disputes.machine import OUTCOMES, Facts, State
from qcportal.disputes.words import CATEGORIES, KINDS
from qcportal.photos import Photo
from qcportal.returns import Return, ReturnItem

STATES = tuple(state.value for state in State)
DECIDED = tuple(state.value for state in OUTCOMES)
SIDES = ("merchant", "admin", "portal")
MESSAGES = ("words", "question", "answer", "appeal")


def of_dispute() -> ForeignKeyConstraint:
    """Give the key that ties a part to its dispute, and both to one merchant."""
    return ForeignKeyConstraint(
        ["merchant_id", "dispute_id"], ["disputes.merchant_id", "disputes.id"]
    )


class Dispute(tenancy.TenantOwned, Base):
    """One claim on one return; a draft has no number yet.

    `outcome` is what was decided and holds; `pending_*`, `decided_by` and `agreed_by` are of a
    decision that does not hold yet. `stopped_at` is since when the clock of deciding stands still,
    `due_at` when the portal moves it next by itself. `version` grows with every change.
    """

    __tablename__ = "disputes"
    __table_args__ = tenancy.table_args(
        ForeignKeyConstraint(["merchant_id", "return_id"], ["returns.merchant_id", "returns.id"]),
        UniqueConstraint("merchant_id", "id"),
        UniqueConstraint("number"),
        UniqueConstraint("merchant_id", "client_request_id"),
        Index(
            "uq_disputes_return_id",
            "return_id",
            unique=True,
            sqlite_where=text("state <> 'withdrawn'"),
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index(None, "merchant_id", "return_id"),
        Index(None, "merchant_id", "activity_at", "id"),
        Index(None, "merchant_id", "state", "activity_at", "id"),
        Index(None, "merchant_id", "waits_for", "decide_by", "id"),
        Index(None, "waits_for", "decide_by", "id"),
        Index(None, "assigned_to", "waits_for", "decide_by"),
        Index(None, "claimed_by"),
        Index(None, "state", "file_by"),
        Index(None, "merchant_id", "due_at"),
        Index(None, "due_at"),
        Index(None, "merchant_id", "category", "lead_check", "waits_for"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"outcome IN {DECIDED}", name="outcome"),
        CheckConstraint(f"pending_outcome IN {DECIDED}", name="pending_outcome"),
        CheckConstraint(f"kind IN {tuple(KINDS)}", name="kind"),
        CheckConstraint(f"category IN {tuple(CATEGORIES)}", name="category"),
        CheckConstraint("level IN (1, 2)", name="level"),
        CheckConstraint("amount_minor >= 0", name="amount_minor"),
        CheckConstraint(
            "number IS NOT NULL OR state IN ('draft', 'withdrawn')", name="numbered_once_sent"
        ),
    )

    id: Mapped[Id]
    number: Mapped[int | None] = mapped_column(default=None)
    return_id: Mapped[Key]
    kind: Mapped[Word]
    category: Mapped[Word]
    suggested_category: Mapped[Word]
    lead_check: Mapped[Word | None] = mapped_column(default=None)
    lead_rule: Mapped[Line | None] = mapped_column(default=None)
    text: Mapped[Prose]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[Word]
    needs_two: Mapped[bool] = mapped_column(default=False)
    client_request_id: Mapped[Line | None] = mapped_column(default=None)
    request_digest: Mapped[Line | None] = mapped_column(default=None)

    state: Mapped[Word] = mapped_column(default=State.DRAFT.value)
    level: Mapped[int] = mapped_column(default=1)
    outcome: Mapped[Word | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1)
    waits_for: Mapped[Word | None] = mapped_column(default="merchant")
    last_action: Mapped[Word] = mapped_column(default="draft")
    last_by_name: Mapped[Line]

    created_at: Mapped[At]
    activity_at: Mapped[At]
    filed_at: Mapped[MaybeAt] = mapped_column(default=None)
    file_by: Mapped[At]
    reply_by: Mapped[MaybeAt] = mapped_column(default=None)
    decide_by: Mapped[MaybeAt] = mapped_column(default=None)
    appeal_by: Mapped[MaybeAt] = mapped_column(default=None)
    stopped_at: Mapped[MaybeAt] = mapped_column(default=None)
    effective_at: Mapped[MaybeAt] = mapped_column(default=None)
    due_at: Mapped[MaybeAt] = mapped_column(default=None)

    claimed_by: Mapped[Line] = mapped_column(default="")
    claimed_by_name: Mapped[Line] = mapped_column(default="")
    claimed_until: Mapped[MaybeAt] = mapped_column(default=None)
    assigned_to: Mapped[Line] = mapped_column(default="")
    assigned_to_name: Mapped[Line] = mapped_column(default="")
    pending_id: Mapped[MaybeKey] = mapped_column(default=None)
    pending_outcome: Mapped[Word | None] = mapped_column(default=None)
    decided_by: Mapped[Line] = mapped_column(default="")
    agreed_by: Mapped[Line] = mapped_column(default="")
    deciders: Mapped[Document] = mapped_column(default=list)

    merchant: Mapped[Merchant] = relationship(lazy="raise", viewonly=True)
    rvp: Mapped[Return] = relationship(lazy="raise", viewonly=True)

    @property
    def facts(self) -> Facts:
        """Give what the machine looks at."""
        return facts_of({name: getattr(self, name) for name in FACTS})


FACTS = (
    "state", "level", "needs_two", "pending_outcome", "file_by", "reply_by", "appeal_by",
    "effective_at", "claimed_by", "claimed_by_name", "claimed_until", "decided_by", "agreed_by",
    "deciders",
)  # fmt: skip


def facts_of(columns: Mapping[str, Any]) -> Facts:
    """Give what the machine looks at, from these columns of a dispute."""
    parts = {name: columns[name] for name in FACTS if name != "pending_outcome"}
    pending = columns["pending_outcome"]
    parts["state"] = State(columns["state"])
    parts["deciders"] = frozenset(columns["deciders"] or ())
    return Facts(**parts, outcome=State(pending) if pending else None)


class DisputeItem(tenancy.TenantOwned, Base):
    """What is claimed for one item of the return, in minor units; `granted_minor` once decided."""

    __tablename__ = "dispute_items"
    __table_args__ = tenancy.table_args(
        of_dispute(),
        ForeignKeyConstraint(
            ["merchant_id", "item_id"], ["return_items.merchant_id", "return_items.id"]
        ),
        UniqueConstraint("merchant_id", "id"),
        UniqueConstraint("dispute_id", "item_id"),
        CheckConstraint("amount_minor >= 0", name="amount_minor"),
        CheckConstraint("granted_minor BETWEEN 0 AND amount_minor", name="granted_minor"),
        CheckConstraint(f"claim IN {tuple(KINDS)}", name="claim"),
    )

    id: Mapped[Id]
    dispute_id: Mapped[Key]
    item_id: Mapped[Key]
    claim: Mapped[Word]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[Word]
    outcome: Mapped[Word | None] = mapped_column(default=None)
    granted_minor: Mapped[int | None] = mapped_column(BigInteger, default=None)
    item: Mapped[ReturnItem] = relationship(lazy="raise", viewonly=True)


class DisputeEvidence(tenancy.TenantOwned, Base):
    """A cited photo, perhaps with a box on it; the statement that one is missing; or a file.

    The box is given as fractions of the picture's width and height. `own` marks a file that the
    merchant uploaded for the dispute; it is a photo row like every other expected file.
    """

    __tablename__ = "dispute_evidence"
    __table_args__ = tenancy.table_args(
        of_dispute(),
        ForeignKeyConstraint(["merchant_id", "photo_id"], ["photos.merchant_id", "photos.id"]),
        UniqueConstraint("dispute_id", "photo_id"),
        Index(None, "photo_id"),
        CheckConstraint("photo_id IS NOT NULL OR missing", name="something"),
        CheckConstraint(
            "(box_x IS NULL AND box_y IS NULL AND box_width IS NULL AND box_height IS NULL) OR "
            "(box_x >= 0 AND box_y >= 0 AND box_width > 0 AND box_height > 0 "
            "AND box_x + box_width <= 1.000001 AND box_y + box_height <= 1.000001)",
            name="box",
        ),
    )

    id: Mapped[Id]
    dispute_id: Mapped[Key]
    position: Mapped[int]
    photo_id: Mapped[MaybeKey]
    missing: Mapped[bool]
    own: Mapped[bool] = mapped_column(default=False)
    note: Mapped[Line]
    box_x: Mapped[float | None] = mapped_column(Float)
    box_y: Mapped[float | None] = mapped_column(Float)
    box_width: Mapped[float | None] = mapped_column(Float)
    box_height: Mapped[float | None] = mapped_column(Float)
    added_at: Mapped[At]
    photo: Mapped[Photo | None] = relationship(lazy="raise", viewonly=True)


class DisputeMessage(tenancy.TenantOwned, Base):
    """One entry of the thread between merchant and carrier; nobody edits it."""

    __tablename__ = "dispute_messages"
    __table_args__ = tenancy.table_args(
        of_dispute(),
        Index(None, "dispute_id", "at"),
        CheckConstraint(f"side IN {SIDES}", name="side"),
        CheckConstraint(f"kind IN {MESSAGES}", name="kind"),
    )

    id: Mapped[Id]
    dispute_id: Mapped[Key]
    at: Mapped[At]
    side: Mapped[Word]
    kind: Mapped[Word]
    author_id: Mapped[Line]
    author_name: Mapped[Line]
    text: Mapped[Prose]
