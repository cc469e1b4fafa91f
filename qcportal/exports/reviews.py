"""What needs a look, and what was decided, as it is exported: one row per item."""

import uuid
from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from sqlalchemy import Select

from qcportal import reviews
from qcportal.exports.columns import MERCHANT, Column, merchant_name
from qcportal.exports.lists import ExportedList, register
from qcportal.language import lazy_gettext as _
from qcportal.returns import Return, ReturnItem
from qcportal.reviews import Review

KEPT = ("tab", "query", "default", "reason", "by")


def write_filter(wanted: reviews.ListFilter) -> dict[str, Any]:
    """Give a filter of the list as a job keeps it; the merchant is the job's own."""
    return {name: getattr(wanted, name) for name in KEPT}


def _rows(merchant_id: uuid.UUID | None, filters: Mapping[str, Any]) -> tuple[Select[Any], Any]:
    columns: tuple[Any, ...] = (
        Review.id, Review.opened_at, Review.decide_by, Review.default_verdict, Review.decided_at,
        Review.decision, Review.decided_by, Review.note, Return.awb, Return.client_order_number,
        ReturnItem.client_sku_id, ReturnItem.name, ReturnItem.verdict_reason,
        merchant_name(Review.merchant_id),
    )  # fmt: skip
    kept = {name: filters[name] for name in KEPT if name in filters}
    wanted = reviews.ListFilter(**{"tab": "all"} | kept, merchant_id=merchant_id)
    statement = reviews.select_columns(wanted, *columns)
    joined = statement.join(Return, Return.id == Review.return_id)
    return joined.join(ReturnItem, ReturnItem.id == Review.item_id), Review.id


def _column(name: str, field: str, meaning: Any, kind: Any = "text") -> Column:
    return Column(name, meaning, attrgetter(field), kind)


REVIEWS = register(
    ExportedList(
        "reviews",
        (
            _column("AWB", "awb", _("The waybill number, as text")),
            _column("Order", "client_order_number", _("The merchant’s order number")),
            _column("SKU", "client_sku_id", _("SKU of the item")),
            _column("Product", "name", _("Name of the item")),
            _column("Why", "verdict_reason", _("Why it needs a look")),
            _column("Opened", "opened_at", _("Since when it waits, or waited"), "time"),
            _column("Decide by", "decide_by", _("Until when it can be decided"), "time"),
            _column("If nobody decides", "default_verdict", _("What holds after that moment")),
            _column("Decision", "decision", _("Accept or refuse; empty while it waits")),
            _column("Decided by", "decided_by", _("Merchant, admin, or default when time ran out")),
            _column("Decided", "decided_at", _("When it was decided"), "time"),
            _column("Note", "note", _("What was written with the decision")),
        ),
        _rows,
        carrier=(MERCHANT,),
    )
)
