"""The list of returns as it is exported: one row per return, and no customer in it."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Select

from qcportal import returns
from qcportal.exports.columns import MERCHANT, Column, merchant_name
from qcportal.exports.lists import ExportedList, register
from qcportal.language import lazy_gettext as _
from qcportal.returns import ListFilter, Return

NAMES = (
    "id", "awb", "client_order_number", "client_request_id", "title", "lead_sku", "item_count",
    "return_reason", "city", "pincode", "shipment_state", "qc_state", "verdict", "verdict_reason",
    "dispute_state", "photos_wanted", "photos_here", "photos_coming", "photos_absent",
    "created_at", "checked_at", "activity_at",
)  # fmt: skip


def write_filter(wanted: ListFilter) -> dict[str, Any]:
    """Give a filter of the list as JSON, as a job keeps it; the merchant is the job's own."""
    plain = asdict(wanted)
    del plain["merchant_id"]
    for name in ("since", "until"):
        plain[name] = plain[name].isoformat() if plain[name] else None
    return plain


def read_filter(plain: Mapping[str, Any], merchant_id: uuid.UUID | None) -> ListFilter:
    """Read what `write_filter` gave."""
    ends = {
        name: datetime.fromisoformat(plain[name]) if plain.get(name) else None
        for name in ("since", "until")
    }
    return ListFilter(**{**plain, **ends}, merchant_id=merchant_id)


def _rows(merchant_id: uuid.UUID | None, filters: Mapping[str, Any]) -> tuple[Select[Any], Any]:
    columns = [getattr(Return, name) for name in NAMES]
    if merchant_id is None:
        columns.append(merchant_name(Return.merchant_id))
    return returns.select_columns(read_filter(filters, merchant_id), *columns), Return.id


def _column(name: str, field: str, meaning: Any, kind: Any = "text") -> Column:
    return Column(name, meaning, attrgetter(field), kind)


RETURNS = register(
    ExportedList(
        "returns",
        (
            _column("AWB", "awb", _("The waybill number, as text")),
            _column("Order", "client_order_number", _("The merchant’s order number")),
            _column(
                "Request", "client_request_id", _("The id under which the merchant sent the return")
            ),
            _column("Product", "title", _("Name of the first item")),
            _column("SKU", "lead_sku", _("SKU of the first item")),
            _column("Items", "item_count", _("How many items the return has"), "number"),
            _column("Return reason", "return_reason", _("Why the customer sends it back")),
            _column("City", "city", _("Where it is picked up")),
            _column("PIN code", "pincode", _("Where it is picked up, as text")),
            _column("Shipment", "shipment_state", _("Where the parcel is")),
            _column("Quality check", "qc_state", _("Where the quality check stands")),
            _column("Verdict", "verdict", _("What the check gave; empty before it")),
            _column("Why", "verdict_reason", _("The check that decided, in words")),
            _column("Dispute", "dispute_state", _("State of its latest dispute, or none")),
            _column("Photos wanted", "photos_wanted", _("Photos the checklist requires"), "number"),
            _column("Photos here", "photos_here", _("Photos that arrived"), "number"),
            _column("Photos coming", "photos_coming", _("Announced, not here yet"), "number"),
            _column("Photos missing", "photos_absent", _("Required and never taken"), "number"),
            _column("Registered", "created_at", _("When the return came in"), "time"),
            _column("Checked", "checked_at", _("When the inspection arrived"), "time"),
            _column("Last activity", "activity_at", _("When anything last changed"), "time"),
        ),
        _rows,
        carrier=(MERCHANT,),
    )
)
