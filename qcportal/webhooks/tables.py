"""Columns of webhooks: where a merchant wants to be told, what happened, and every try to tell."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qcportal import tenancy
from qcportal.db import At, Base, Document, Id, Key, Line, MaybeAt, Prose, Word

ENDPOINT_STATES = ("active", "paused", "ended")
DELIVERY_STATES = ("waiting", "held", "delivered", "dead")


class WebhookEndpoint(tenancy.TenantOwned, Base):
    """One address of a merchant; `event_types` empty means all of them.

    `previous_secret` signs beside `secret` until `previous_until`, so that a rotation breaks
    nothing. `failures` counts tries in a row that failed, the first of them at `failing_since`.
    """

    __tablename__ = "webhook_endpoints"
    __table_args__ = tenancy.table_args(
        UniqueConstraint("merchant_id", "id"),
        CheckConstraint(f"state IN {ENDPOINT_STATES}", name="state"),
    )

    id: Mapped[Id]
    url: Mapped[str] = mapped_column(String(1000))
    note: Mapped[Line] = mapped_column(default="")
    event_types: Mapped[Document]
    secret: Mapped[Line]
    previous_secret: Mapped[Line | None] = mapped_column(default=None)
    previous_until: Mapped[MaybeAt] = mapped_column(default=None)
    state: Mapped[Word] = mapped_column(default="active")
    state_reason: Mapped[Line | None] = mapped_column(default=None)
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[MaybeAt] = mapped_column(default=None)
    delivered_at: Mapped[MaybeAt] = mapped_column(default=None)
    created_by: Mapped[Line]
    created_at: Mapped[At]

    def wants(self, event_type: str) -> bool:
        """Tell whether events of this type are sent here."""
        return not self.event_types or event_type in self.event_types

    def secrets(self, at: datetime) -> list[str]:
        """Give the secrets that sign at a moment, the newest first."""
        old = self.previous_secret
        if old is not None and self.previous_until is not None and at < self.previous_until:
            return [self.secret, old]
        return [self.secret]


class WebhookEvent(tenancy.TenantOwned, Base):
    """Something that happened, written in the transaction in which it did (the outbox).

    `subject` is the thing whose history tells of it, and `data` what that history says. `body` is
    made once, at the first try to send it, and never changes, as its signature is over it.
    """

    __tablename__ = "webhook_events"
    __table_args__ = tenancy.table_args(
        UniqueConstraint("merchant_id", "id"), Index(None, "merchant_id", "at", "id")
    )

    id: Mapped[Id]
    type: Mapped[Word]
    at: Mapped[At]
    subject: Mapped[Key]
    data: Mapped[Document]
    body: Mapped[Prose | None] = mapped_column(default=None)


class WebhookDelivery(tenancy.TenantOwned, Base):
    """One event on its way to one endpoint.

    While `waiting` it is due at `next_at`; whoever takes it moves that on, so that one who dies
    with it in hand loses nothing. `held` belongs to a paused endpoint, `dead` was given up.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = tenancy.table_args(
        ForeignKeyConstraint(
            ["merchant_id", "endpoint_id"],
            ["webhook_endpoints.merchant_id", "webhook_endpoints.id"],
        ),
        ForeignKeyConstraint(
            ["merchant_id", "event_id"], ["webhook_events.merchant_id", "webhook_events.id"]
        ),
        UniqueConstraint("merchant_id", "id"),
        UniqueConstraint("endpoint_id", "event_id"),
        Index(None, "state", "next_at"),
        Index(None, "endpoint_id", "id"),
        Index(None, "endpoint_id", "state", "id"),
        CheckConstraint(f"state IN {DELIVERY_STATES}", name="state"),
    )

    id: Mapped[Id]
    endpoint_id: Mapped[Key]
    event_id: Mapped[Key]
    state: Mapped[Word] = mapped_column(default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[MaybeAt]
    give_up_at: Mapped[At]
    created_at: Mapped[At]
    ended_at: Mapped[MaybeAt] = mapped_column(default=None)


class WebhookAttempt(tenancy.TenantOwned, Base):
    """One try: what was sent with it and what came back, or why nothing did.

    The body that was sent is the event's; of the answer the first few thousand characters are
    kept. The signature is never kept.
    """

    __tablename__ = "webhook_attempts"
    __table_args__ = tenancy.table_args(
        ForeignKeyConstraint(
            ["merchant_id", "delivery_id"],
            ["webhook_deliveries.merchant_id", "webhook_deliveries.id"],
        ),
        Index(None, "delivery_id", "at"),
        Index(None, "at"),
    )

    id: Mapped[Id]
    delivery_id: Mapped[Key]
    at: Mapped[At]
    milliseconds: Mapped[int]
    request_headers: Mapped[Document]
    status: Mapped[int | None] = mapped_column(default=None)
    response_headers: Mapped[Document] = mapped_column(default=dict)
    response: Mapped[Prose] = mapped_column(default="")
    fault: Mapped[Line | None] = mapped_column(default=None)
