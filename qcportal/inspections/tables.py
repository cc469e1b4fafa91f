"""Columns of issued checklists and inspections, and the values that one is submitted as."""

import hashlib
import json
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

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
    Prose,
    Word,
    compact_json,
)
from qcportal.devices import Device, FieldExecutive
from qcportal.rules.checklist import Checklist
from qcportal.rules.verdict import Answer


class IssuedChecklist(tenancy.TenantOwned, Base):
    """What one item will be asked: frozen when the return came in, never edited."""

    __tablename__ = "issued_checklists"
    __table_args__ = tenancy.table_args(
        ForeignKeyConstraint(["merchant_id", "return_id"], ["returns.merchant_id", "returns.id"]),
        ForeignKeyConstraint(
            ["merchant_id", "item_id"], ["return_items.merchant_id", "return_items.id"]
        ),
        UniqueConstraint("item_id"),
        Index(None, "return_id"),
    )

    id: Mapped[Id]
    return_id: Mapped[Key]
    item_id: Mapped[Key]
    rulebook_id: Mapped[MaybeKey] = mapped_column(ForeignKey("rulebooks.id"))
    rulebook_version: Mapped[int]
    rulebook_title: Mapped[Line]
    digest: Mapped[Line]
    body: Mapped[Document]
    issued_at: Mapped[At]

    @property
    def checklist(self) -> Checklist:
        """Give the body as frozen values."""
        return _read_cached(self.digest, compact_json(self.body))


@lru_cache(maxsize=2048)
def _read_cached(_digest: str, text: str) -> Checklist:
    return Checklist.from_json(json.loads(text))


class Inspection(tenancy.TenantOwned, Base):
    """One executive's work on one return."""

    __tablename__ = "inspections"
    __table_args__ = tenancy.table_args(
        ForeignKeyConstraint(["merchant_id", "return_id"], ["returns.merchant_id", "returns.id"]),
        UniqueConstraint("merchant_id", "id"),
        UniqueConstraint("return_id"),
        Index(None, "client_inspection_id"),
    )

    id: Mapped[Id]
    return_id: Mapped[Key]
    client_inspection_id: Mapped[Key]
    digest: Mapped[Line]
    executive_id: Mapped[Key] = mapped_column(ForeignKey("field_executives.id"))
    device_id: Mapped[MaybeKey] = mapped_column(ForeignKey("devices.id"))
    source: Mapped[Word]
    started_at: Mapped[MaybeAt]
    finished_at: Mapped[MaybeAt]
    received_at: Mapped[At]
    verdict: Mapped[Word]
    app_verdict: Mapped[Word | None]
    remarks: Mapped[Prose]
    clock_offset_ms: Mapped[int | None]
    answers: Mapped[list["InspectionAnswer"]] = relationship(lazy="raise", viewonly=True)
    executive: Mapped[FieldExecutive] = relationship(lazy="raise", viewonly=True)
    device: Mapped[Device | None] = relationship(lazy="raise", viewonly=True)


class InspectionAnswer(tenancy.TenantOwned, Base):
    """The answer to one check of one item."""

    __tablename__ = "inspection_answers"
    __table_args__ = tenancy.table_args(
        ForeignKeyConstraint(
            ["merchant_id", "inspection_id"], ["inspections.merchant_id", "inspections.id"]
        ),
        ForeignKeyConstraint(
            ["merchant_id", "item_id"], ["return_items.merchant_id", "return_items.id"]
        ),
        UniqueConstraint("inspection_id", "item_id", "check_key"),
        Index(None, "merchant_id", "result"),
    )

    id: Mapped[Id]
    inspection_id: Mapped[Key]
    item_id: Mapped[Key]
    check_key: Mapped[Word]
    result: Mapped[Word]
    app_result: Mapped[Word | None]
    value: Mapped[Prose | None]
    remarks: Mapped[Prose | None]
    explanation: Mapped[Prose]


@dataclass(frozen=True)
class ItemAnswers:
    """The answers for one item."""

    item_id: uuid.UUID
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Submission:
    """An inspection as the app sends it, parsed; `shipment` is the pickup's outcome, if said."""

    client_inspection_id: uuid.UUID
    return_id: uuid.UUID
    items: tuple[ItemAnswers, ...]
    started_at: datetime | None = None
    finished_at: datetime | None = None
    shipment: str | None = None
    app_verdict: str | None = None
    remarks: str = ""
    clock_offset_ms: int | None = None

    @property
    def digest(self) -> str:
        """Give what tells a repeated submission from another one under the same id."""
        body: dict[str, Any] = asdict(self)
        body.pop("clock_offset_ms")
        return hashlib.sha256(compact_json(_plain(body)).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, uuid.UUID | datetime) else value
