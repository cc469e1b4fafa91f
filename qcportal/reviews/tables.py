"""Columns of reviews: an item that needs a look, the time to decide on it, and what was decided."""

from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qcportal import tenancy
from qcportal.db import At, Base, Id, Key, Line, MaybeAt, Prose, Word

ReviewDecision = Literal["accept", "refuse"]
VERDICT_OF = {"accept": "pass", "refuse": "fail"}
DECISION_OF = {"pass": "accept", "fail": "refuse"}


class Review(tenancy.TenantOwned, Base):
    """One item that waits, or waited, for somebody to accept or refuse it.

    Without `decide_by` it waits for as long as it takes; with it `default_verdict` (pass or fail)
    holds from that moment on. `decided_by` is merchant, default or admin.
    """

    __tablename__ = "reviews"
    __table_args__ = tenancy.table_args(
        ForeignKeyConstraint(["merchant_id", "return_id"], ["returns.merchant_id", "returns.id"]),
        ForeignKeyConstraint(
            ["merchant_id", "item_id"], ["return_items.merchant_id", "return_items.id"]
        ),
        UniqueConstraint("item_id"),
        Index(None, "return_id"),
        Index(None, "merchant_id", "decided_at", "decide_by"),
        Index(None, "decided_at", "decide_by"),
        CheckConstraint("default_verdict IN ('pass', 'fail')", name="default_verdict"),
        CheckConstraint("decision IN ('accept', 'refuse')", name="decision"),
        CheckConstraint("decided_by IN ('merchant', 'default', 'admin')", name="decided_by"),
        CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name="decided_once"),
    )

    id: Mapped[Id]
    return_id: Mapped[Key]
    item_id: Mapped[Key]
    opened_at: Mapped[At]
    decide_by: Mapped[MaybeAt]
    default_verdict: Mapped[Word | None]
    decided_at: Mapped[MaybeAt] = mapped_column(default=None)
    decision: Mapped[Word | None] = mapped_column(default=None)
    decided_by: Mapped[Word | None] = mapped_column(default=None)
    decided_by_name: Mapped[Line | None] = mapped_column(default=None)
    note: Mapped[Prose] = mapped_column(default="")

    @property
    def waiting(self) -> bool:
        """Tell whether nobody decided yet."""
        return self.decided_at is None

    def is_due(self, at: datetime) -> bool:
        """Tell whether it waits although its time has ended."""
        return self.waiting and self.decide_by is not None and self.decide_by <= at
