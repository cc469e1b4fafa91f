"""Columns of mail: what people are to be told, each letter on its way, and what each one wants."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qcportal import tenancy
from qcportal.db import (
    At,
    Base,
    Document,
    Id,
    Key,
    Line,
    MaybeAt,
    MaybeKey,
    Word,
    partial_index,
)

MAIL_STATES = ("waiting", "sent", "dead")
UNTOLD = "told_at IS NULL"


class MailNotice(tenancy.TenantOwned, Base):
    """One thing that one person is to be told by mail, not before `due_at`.

    `source` is the id of what happened, so that it becomes one notice however often it is taken
    in; `merchant_id` says whose affair it is, also where the person is one of the carrier's.
    """

    __tablename__ = "mail_notices"
    __table_args__ = tenancy.table_args(
        UniqueConstraint("user_id", "source"), partial_index("due_at", where=UNTOLD)
    )

    id: Mapped[Id]
    user_id: Mapped[Key] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[Word]
    event: Mapped[Word]
    subject: Mapped[Key]
    source: Mapped[Key]
    data: Mapped[Document]
    at: Mapped[At]
    due_at: Mapped[At]
    told_at: Mapped[MaybeAt] = mapped_column(default=None)


class Mail(tenancy.TenantOwned, Base):
    """One letter on its way: the outbox, and what became of it.

    While `waiting` it is due at `next_at`; whoever takes it moves that on, so that one who dies
    with it in hand loses nothing. What it says is made of `data` when it is sent; no secret is
    in there.
    """

    __tablename__ = "mails"
    __table_args__ = tenancy.table_args(
        Index(None, "state", "next_at"),
        Index(None, "created_at"),
        CheckConstraint(f"state IN {MAIL_STATES}", name="state"),
    )

    id: Mapped[Id]
    merchant_id: Mapped[MaybeKey] = mapped_column(  # type: ignore[assignment]
        ForeignKey("merchants.id"), nullable=True
    )
    user_id: Mapped[MaybeKey] = mapped_column(ForeignKey("users.id"), default=None)
    kind: Mapped[Word]
    address: Mapped[Line]
    language: Mapped[Word]
    data: Mapped[Document]
    state: Mapped[Word] = mapped_column(default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[MaybeAt]
    created_at: Mapped[At]
    ended_at: Mapped[MaybeAt] = mapped_column(default=None)
    reason: Mapped[Line | None] = mapped_column(default=None)


class MailChoices(Base):
    """What one person chose: how each kind is told, and at which hour the daily mail goes out."""

    __tablename__ = "mail_choices"

    user_id: Mapped[Key] = mapped_column(ForeignKey("users.id"), primary_key=True)
    digest_hour: Mapped[int]
    chosen: Mapped[Document]
