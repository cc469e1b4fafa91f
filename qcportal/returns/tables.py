"""Columns of returns and their items, and the frozen values that a new one is made from."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    TextClause,
    UniqueConstraint,
    and_,
    text,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from qcportal import tenancy
from qcportal.accounts import Merchant
from qcportal.catalogue import CataloguePicture
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
    partial_index,
)

SHIPMENT_STATES = (
    "created", "approved", "scheduled", "out_for_pickup", "picked", "picked_partial",
    "pickup_failed", "in_transit", "returned_to_merchant", "cancelled",
)  # fmt: skip
QC_STATES = (
    "not_required", "pending", "in_progress", "passed", "failed", "partially_passed",
    "evidence_incomplete", "needs_review", "overridden",
)  # fmt: skip
FINAL_STATES = ("not_required", "passed", "failed", "partially_passed", "overridden")
OPEN_STATES = ("created", "approved", "scheduled", "out_for_pickup")

LACKING = text("photos_absent > 0 OR photos_coming > 0")
"""What some indexes are over: returns of which a photo is not here."""
COMING = text("photos_coming > 0")

IN_LISTS = [
    "photos_absent", "photos_coming", "coming_since", "city", "return_reason", "executive_name",
]  # fmt: skip
"""What counting under a list's filters looks at, so that it need not read the returns."""
ACTIVE = ("activity_at", "id")
WITH_CITY, WITH_EXECUTIVE = ["verdict", "return_reason"], ["verdict", "city", "return_reason"]
"""What two of a merchant's indexes know beside their order: any two filters are counted off one."""
OWNER = ["merchant_id"]
"""Beside the carrier's indexes: row level security asks for it, and would read the rows for it."""
WITH_COMING = ["activity_at", "city", "return_reason", "executive_name", "photos_absent", "id"]
OF_ITEM = ["return_id", "position"]


def _over(condition: TextClause, beside: list[str]) -> dict[str, Any]:
    """Give the options of an index over some returns, which knows more beside its order."""
    return {
        "postgresql_where": condition,
        "sqlite_where": condition,
        "postgresql_include": beside,
    }


ByteOrder = String(120).with_variant(String(120, collation="C"), "postgresql")
"""Text compared byte by byte, so that a prefix is a range and an index serves it."""


def search_key(typed: str) -> str:
    """Give the form in which AWBs, orders and SKUs are searched: no spaces, upper case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", typed)).upper()[:120]


class Return(tenancy.TenantOwned, Base):
    """One parcel to be picked up; the counts of its photos are kept beside it for the lists."""

    __tablename__ = "returns"
    __table_args__ = tenancy.table_args(
        UniqueConstraint("merchant_id", "id"),
        UniqueConstraint("merchant_id", "awb"),
        UniqueConstraint("merchant_id", "client_request_id"),
        Index(None, "merchant_id", "activity_at", "id"),
        Index(None, "merchant_id", "verdict", "activity_at", "id"),
        Index(None, "merchant_id", "checked_at"),
        Index(None, "merchant_id", "city", *ACTIVE, postgresql_include=WITH_CITY),
        Index(None, "merchant_id", "return_reason", *ACTIVE, postgresql_include=["verdict"]),
        Index(None, "merchant_id", "executive_name", *ACTIVE, postgresql_include=WITH_EXECUTIVE),
        Index(None, "city", *ACTIVE, postgresql_include=["verdict", *OWNER]),
        Index(None, "merchant_id", "dispute_state", "activity_at", "id"),
        Index(None, "merchant_id", "order_key"),
        Index(None, "run_sheet_id", "run_position"),
        Index(None, "activity_at", "id"),
        Index(None, "verdict", *ACTIVE, postgresql_include=OWNER),
        Index(None, "awb"),
        Index(None, "order_key"),
        Index("ix_returns_own_lacking", "merchant_id", *ACTIVE, **_over(LACKING, IN_LISTS)),
        Index("ix_returns_lacking", *ACTIVE, **_over(LACKING, IN_LISTS + OWNER)),
        Index("ix_returns_own_coming", "merchant_id", "coming_since", **_over(COMING, WITH_COMING)),
        Index("ix_returns_coming", "coming_since", **_over(COMING, WITH_COMING + OWNER)),
        partial_index("checked_at", "id", where="photos_absent > 0"),
        CheckConstraint(f"shipment_state IN {SHIPMENT_STATES}", name="shipment_state"),
        CheckConstraint(f"qc_state IN {QC_STATES}", name="qc_state"),
    )

    id: Mapped[Id]
    awb: Mapped[str] = mapped_column(ByteOrder)
    client_order_number: Mapped[Line]
    order_key: Mapped[str] = mapped_column(ByteOrder)
    client_request_id: Mapped[Line]
    request_digest: Mapped[Line]
    on_partial: Mapped[Word] = mapped_column(default="accept")
    title: Mapped[Line]
    lead_sku: Mapped[Line]
    item_count: Mapped[int]
    return_reason: Mapped[Line]
    city: Mapped[Line]
    pincode: Mapped[Word]
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    pickup: Mapped[Document]
    customer_return_count: Mapped[int | None] = mapped_column(default=None)
    source: Mapped[Document] = mapped_column(default=dict)
    qc_scope: Mapped[Word] = mapped_column(default="none")

    shipment_state: Mapped[Word] = mapped_column(default="created")
    carrier_code: Mapped[Line | None] = mapped_column(default=None)
    qc_state: Mapped[Word] = mapped_column(default="pending")
    dispute_state: Mapped[Word] = mapped_column(default="none")
    verdict: Mapped[Word | None] = mapped_column(default=None)
    verdict_reason: Mapped[Prose | None] = mapped_column(default=None)
    checked_at: Mapped[MaybeAt] = mapped_column(default=None)

    run_sheet_id: Mapped[MaybeKey] = mapped_column(ForeignKey("run_sheets.id"), default=None)
    run_position: Mapped[int | None] = mapped_column(default=None)
    executive_name: Mapped[Line | None] = mapped_column(default=None)

    photos_wanted: Mapped[int] = mapped_column(default=0)
    photos_here: Mapped[int] = mapped_column(default=0)
    photos_coming: Mapped[int] = mapped_column(default=0)
    photos_absent: Mapped[int] = mapped_column(default=0)
    coming_since: Mapped[MaybeAt] = mapped_column(default=None)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[At]
    activity_at: Mapped[At]

    merchant: Mapped[Merchant] = relationship(lazy="raise", viewonly=True)
    lead_picture: Mapped[CataloguePicture | None] = relationship(
        primaryjoin=lambda: and_(
            foreign(Return.merchant_id) == CataloguePicture.merchant_id,
            foreign(Return.lead_sku) == CataloguePicture.client_sku_id,
        ),
        lazy="raise",
        viewonly=True,
        uselist=False,
    )
    items: Mapped[list["ReturnItem"]] = relationship(
        lazy="raise", order_by="ReturnItem.position", viewonly=True
    )

    @property
    def cancellable(self) -> bool:
        """Tell whether the merchant may still call the pickup off."""
        return self.shipment_state in OPEN_STATES and self.verdict is None

    @property
    def final(self) -> bool:
        """Tell whether the verdict can be acted on: no decision and no evidence is awaited."""
        return self.qc_state in FINAL_STATES

    @property
    def open_for_inspection(self) -> bool:
        """Tell whether an executive may still inspect it."""
        return self.shipment_state in OPEN_STATES


class ReturnItem(tenancy.TenantOwned, Base):
    """One line of a return: a SKU, what the merchant says of it, and what the check gave.

    `from_catalogue` names the fields (as `brand` or `attributes.colour`) that the merchant did not
    send with the return and that were taken from its catalogue.
    `inspected_verdict`, `verdict_reason` and `units` (`{unit, verdict, reason}` per piece that was
    judged alone) are the inspection's word and stay. `verdict` is what holds: somebody may have
    decided otherwise, and `decided_by` (merchant, default or admin) with its note says who.
    """

    __tablename__ = "return_items"
    __table_args__ = tenancy.table_args(
        ForeignKeyConstraint(["merchant_id", "return_id"], ["returns.merchant_id", "returns.id"]),
        UniqueConstraint("merchant_id", "id"),
        UniqueConstraint("return_id", "position"),
        Index(None, "merchant_id", "sku_key", postgresql_include=OF_ITEM),
        Index(None, "sku_key", postgresql_include=OF_ITEM + OWNER),
    )

    id: Mapped[Id]
    return_id: Mapped[Key]
    position: Mapped[int]
    client_sku_id: Mapped[Line]
    sku_key: Mapped[str] = mapped_column(ByteOrder)
    name: Mapped[Line]
    brand: Mapped[Line]
    category: Mapped[Line]
    price_paise: Mapped[int | None] = mapped_column(default=None)
    mrp_paise: Mapped[int | None] = mapped_column(default=None)
    quantity: Mapped[int] = mapped_column(default=1)
    return_reason: Mapped[Line]
    attributes: Mapped[Document]
    reference_images: Mapped[Document]
    from_catalogue: Mapped[Document] = mapped_column(default=list)
    qc_required: Mapped[bool]
    qc_scope: Mapped[Word] = mapped_column(default="none")
    intake: Mapped[Document] = mapped_column(default=list)
    verdict: Mapped[Word | None] = mapped_column(default=None)
    verdict_reason: Mapped[Prose | None] = mapped_column(default=None)
    units: Mapped[Document] = mapped_column(default=list)
    inspected_verdict: Mapped[Word | None] = mapped_column(default=None)
    decided_by: Mapped[Word | None] = mapped_column(default=None)
    decided_by_name: Mapped[Line | None] = mapped_column(default=None)
    decided_note: Mapped[Prose | None] = mapped_column(default=None)
    decided_at: Mapped[MaybeAt] = mapped_column(default=None)
    decisions: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True)
class NewItem:
    """One line as the merchant sends it; money in paise, attributes by lower-case name."""

    client_sku_id: str
    name: str
    brand: str = ""
    category: str = ""
    price_paise: int | None = None
    mrp_paise: int | None = None
    quantity: int = 1
    return_reason: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    reference_images: tuple[str, ...] = ()
    qc_required: bool = True
    questions: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class NewReturn:
    """One return as the merchant sends it, parsed and bounded at the door.

    `source` tells of a payload in a carrier's format: which one, and what of it did not go into
    the return. It is no content: a repeated request may differ in it.
    """

    client_request_id: str
    client_order_number: str
    items: tuple[NewItem, ...]
    awb: str | None = None
    on_partial: str = "accept"
    city: str = ""
    pincode: str = ""
    latitude: float | None = None
    longitude: float | None = None
    pickup: Mapping[str, Any] = field(default_factory=dict)
    customer_return_count: int | None = None
    source: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Admitted:
    """A new return with what intake says of it: per item how much of the QC asked is honoured.

    `new` is the return with what the catalogue added (`from_catalogue`, per item), and
    `request_digest` that of the return as it was sent.
    `scopes` is full, partial or none per item, `checked` whether the item has a checklist,
    `outcomes` the answer to each question (`{id, outcome, reason}`), and `photos_wanted` how many
    photos the checklists require.
    """

    new: NewReturn
    qc_scope: str
    scopes: tuple[str, ...]
    checked: tuple[bool, ...]
    outcomes: tuple[tuple[Mapping[str, Any], ...], ...]
    photos_wanted: int
    request_digest: str
    from_catalogue: tuple[tuple[str, ...], ...]
