"""What became of a return, as values that every format's answer is written from."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

_WORDS: Mapping[str | None, str] = MappingProxyType(
    {
        "passed": "pass",
        "failed": "fail",
        "partially_passed": "partial",
        "needs_review": "review",
        "not_inspected": "pending",
        None: "pending",
    }
)


@dataclass(frozen=True)
class PhotoOutcome:
    """One photo; `url` is short-lived, and None while the photo is not here."""

    photo_id: uuid.UUID
    slot: str
    title: str
    kind: str
    state: str
    required: bool
    check: str | None
    url: str | None


@dataclass(frozen=True)
class CheckOutcome:
    """One question with its answer; `id` is the merchant's own id of it, empty for the rulebook's.

    `result` is match, mismatch, not_checked, not_applicable, pending before the inspection, or
    not_asked for a question that intake had to leave out; `explanation` says why.
    """

    key: str
    id: str
    question: str
    unit: int
    required: bool
    result: str
    app_result: str | None
    value: str | None
    remarks: str | None
    explanation: str
    reason_code: str
    because: tuple[Mapping[str, Any], ...]
    photos: tuple[PhotoOutcome, ...] = ()


@dataclass(frozen=True)
class Decided:
    """Who decided where the inspection did not: merchant, default or admin."""

    by: str
    name: str
    note: str
    at: datetime | None


@dataclass(frozen=True)
class ItemOutcome:
    """One SKU: `result` is what holds now, `inspected` what the inspection itself said.

    `result` is pass, fail, partially_passed, needs_review, not_inspected or not_required; None
    before the inspection. `remarks` is one sentence for people.
    """

    item_id: uuid.UUID
    client_sku_id: str
    name: str
    quantity: int
    picked_quantity: int
    qc_required: bool
    qc_scope: str
    result: str | None
    inspected: str | None
    remarks: str
    decided: Decided | None
    units: tuple[Mapping[str, Any], ...]
    checks: tuple[CheckOutcome, ...]
    photos: tuple[PhotoOutcome, ...]


@dataclass(frozen=True)
class Missing:
    """Evidence that is still outstanding: which photo of which item, and how it stands."""

    photo_id: uuid.UUID
    item_id: uuid.UUID | None
    client_sku_id: str
    slot: str
    title: str
    state: str


@dataclass(frozen=True)
class ReturnOutcome:
    """One return; `result` is passed, failed, partially_passed, needs_review, pending or
    not_required, and `final` tells that it can be acted on. `app_result` is what the executive's
    app made of it, None where it said nothing; it decides nothing."""

    return_id: uuid.UUID
    awb: str
    client_order_number: str
    client_request_id: str
    shipment_state: str
    qc_state: str
    result: str
    app_result: str | None
    reason: str
    final: bool
    decided_by: str | None
    decide_by: datetime | None
    checked_at: datetime | None
    missing: tuple[Missing, ...]
    items: tuple[ItemOutcome, ...]


def status_word(result: str | None) -> str:
    """Give the word for a result, of an item or a whole return, in carriers' answers."""
    return _WORDS.get(result, result or "pending")
