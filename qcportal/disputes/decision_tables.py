"""Columns of decisions on disputes, of what happened and is to be told, of holidays and numbers."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qcportal import tenancy
from qcportal.db import At, Base, Document, Id, Key, Line, MaybeAt, Prose, Word
from qcportal.disputes.tables import DECIDED, of_dispute
from qcportal.disputes.words import REASONS


class DisputeDecision(tenancy.TenantOwned, Base):
    """What an admin decided on a dispute, at level 1 or, on appeal, 2.

    It holds from `effective_at` on, written as `settled_at` by whoever looks first; until then it
    can be undone, or a second person may disagree (`undone_*`).
    """

    __tablename__ = "dispute_decisions"
    __table_args__ = tenancy.table_args(
        of_dispute(),
        UniqueConstraint("merchant_id", "id"),
        Index(None, "dispute_id", "decided_at"),
        CheckConstraint(f"outcome IN {DECIDED}", name="outcome"),
        CheckConstraint(f"reason IN {tuple(REASONS)}", name="reason"),
        CheckConstraint("settled_at IS NULL OR undone_at IS NULL", name="settled_or_undone"),
    )

    id: Mapped[Id]
    dispute_id: Mapped[Key]
    level: Mapped[int]
    outcome: Mapped[Word]
    reason: Mapped[Word]
    text: Mapped[Prose]
    decided_at: Mapped[At]
    decided_by: Mapped[Line]
    decided_by_name: Mapped[Line]
    decided_by_role: Mapped[Word]
    agreed_at: Mapped[MaybeAt] = mapped_column(default=None)
    agreed_by: Mapped[Line] = mapped_column(default="")
    agreed_by_name: Mapped[Line] = mapped_column(default="")
    effective_at: Mapped[MaybeAt] = mapped_column(default=None)
    settled_at: Mapped[MaybeAt] = mapped_column(default=None)
    undone_at: Mapped[MaybeAt] = mapped_column(default=None)
    undone_by_name: Mapped[Line] = mapped_column(default="")
    undone_text: Mapped[Prose] = mapped_column(default="")
    items: Mapped[list["DisputeItemDecision"]] = relationship(lazy="raise", viewonly=True)


class DisputeItemDecision(tenancy.TenantOwned, Base):
    """What a decision says of one item, with the money granted in minor units."""

    __tablename__ = "dispute_item_decisions"
    __table_args__ = tenancy.table_args(
        ForeignKeyConstraint(
            ["merchant_id", "decision_id"],
            ["dispute_decisions.merchant_id", "dispute_decisions.id"],
        ),
        ForeignKeyConstraint(
            ["merchant_id", "dispute_item_id"], ["dispute_items.merchant_id", "dispute_items.id"]
        ),
        UniqueConstraint("decision_id", "dispute_item_id"),
        CheckConstraint(f"outcome IN {DECIDED}", name="outcome"),
        CheckConstraint(f"reason IN {tuple(REASONS)}", name="reason"),
        CheckConstraint("granted_minor >= 0", name="granted_minor"),
    )

    id: Mapped[Id]
    decision_id: Mapped[Key]
    dispute_item_id: Mapped[Key]
    outcome: Mapped[Word]
    reason: Mapped[Word]
    text: Mapped[Prose]
    granted_minor: Mapped[int] = mapped_column(BigInteger)


class DisputeEvent(tenancy.TenantOwned, Base):
    """Something to be told to people or programs; written with the change, told after its commit.

    `occasion` makes an event happen once: the dispute's version, or the `deadline` it reminds of.
    """

    __tablename__ = "dispute_events"
    __table_args__ = tenancy.table_args(
        of_dispute(),
        UniqueConstraint("dispute_id", "kind", "occasion"),
        Index(None, "told_at", "at", "id"),
    )

    id: Mapped[Id]
    dispute_id: Mapped[Key]
    kind: Mapped[Word]
    occasion: Mapped[Line]
    deadline: Mapped[MaybeAt] = mapped_column(default=None)
    audience: Mapped[Word]
    at: Mapped[At]
    data: Mapped[Document]
    told_at: Mapped[MaybeAt] = mapped_column(default=None)


class Holiday(Base):
    """A day on which the carrier does not work; with the year 0 it comes every year."""

    __tablename__ = "holidays"
    __table_args__ = (
        UniqueConstraint("year", "month", "day"),
        CheckConstraint("year = 0 OR year BETWEEN 2000 AND 2200", name="year"),
        CheckConstraint("month BETWEEN 1 AND 12 AND day BETWEEN 1 AND 31", name="day"),
    )

    id: Mapped[Id]
    year: Mapped[int]
    month: Mapped[int]
    day: Mapped[int]
    name: Mapped[Line]


class DisputeNumber(Base):
    """The last receipt that was given, in one row: numbers have no gaps, as a change takes it."""

    __tablename__ = "dispute_numbers"

    name: Mapped[Word] = mapped_column(primary_key=True)
    last: Mapped[int]
