"""The list of disputes as it is exported: one row per dispute.

A merchant has its own as it sees them; the carrier has what waits at its desk.
"""

import uuid
from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, func, select

from qcportal import disputes
from qcportal.disputes import Dispute, DisputeItem, Person, State
from qcportal.disputes.lists import queued
from qcportal.disputes.machine import shown_state
from qcportal.exports.columns import MERCHANT, Column, merchant_name
from qcportal.exports.lists import ExportedList, register
from qcportal.history import Actor
from qcportal.language import lazy_gettext as _
from qcportal.returns import Return

KEPT = ("tab", "query", "late", "state", "kind", "category")


def write_filter(wanted: disputes.ListFilter) -> dict[str, Any]:
    """Give a filter of the list as a job keeps it; the merchant is the job's own."""
    return {name: getattr(wanted, name) for name in KEPT}


def write_queue_filter(wanted: disputes.QueueFilter, *, by: Person) -> dict[str, Any]:
    """Give a filter of the carrier's queue as a job keeps it, with whose "mine" is."""
    only = str(wanted.merchant_id) if wanted.merchant_id else ""
    kept = {name: getattr(wanted, name) for name in ("whose", "late", "kind")}
    return {**kept, "merchant": only, "by": by.id, "role": by.role}


def _queued(filters: Mapping[str, Any]) -> list[Any]:
    only = uuid.UUID(filters["merchant"]) if filters["merchant"] else None
    wanted = disputes.QueueFilter(filters["whose"], filters["late"], only, filters["kind"])
    return queued(wanted, Person(Actor("user", filters["by"], ""), filters["role"]))


def _rows(merchant_id: uuid.UUID | None, filters: Mapping[str, Any]) -> tuple[Select[Any], Any]:
    granted = (
        select(func.sum(DisputeItem.granted_minor))
        .where(DisputeItem.dispute_id == Dispute.id, Dispute.outcome.is_not(None))
        .scalar_subquery()
        .label("granted_minor")
    )
    columns: tuple[Any, ...] = (
        Dispute.id, Dispute.number, Dispute.state, Dispute.kind, Dispute.category, Dispute.text,
        Dispute.outcome, Dispute.amount_minor, Dispute.currency, Dispute.level, Dispute.filed_at,
        Dispute.reply_by, Dispute.decide_by, Dispute.appeal_by, Dispute.created_at, Return.awb,
        Return.client_order_number, Return.title, granted, Dispute.assigned_to_name,
        merchant_name(Dispute.merchant_id),
    )  # fmt: skip
    if merchant_id is None:
        statement = select(*columns).select_from(Dispute).where(*_queued(filters))
        return statement.join(Return, Return.id == Dispute.return_id), Dispute.id
    wanted = disputes.ListFilter(**{**filters, "merchant_id": merchant_id})
    statement = disputes.select_columns(wanted, *columns)
    return statement.join(Return, Return.id == Dispute.return_id), Dispute.id


def _column(name: str, field: str, meaning: Any, kind: Any = "text") -> Column:
    return Column(name, meaning, attrgetter(field), kind)


def _state(row: Any) -> str:
    return shown_state(State(row.state)).value


DISPUTES = register(
    ExportedList(
        "disputes",
        (
            Column("Number", _("As it is quoted"), lambda row: disputes.receipt(row.number)),
            _column("AWB", "awb", _("The waybill number, as text")),
            _column("Order", "client_order_number", _("The merchant’s order number")),
            _column("Product", "title", _("Name of the return's first item")),
            Column("State", _("Where it stands"), _state),
            _column("Kind", "kind", _("What is claimed")),
            _column("Category", "category", _("What it is about")),
            _column("Text", "text", _("What the merchant wrote")),
            _column("Currency", "currency", _("Of both amounts")),
            _column("Claimed", "amount_minor", _("What is claimed for all items"), "money"),
            _column("Granted", "granted_minor", _("What was granted; empty before"), "money"),
            _column("Outcome", "outcome", _("What was decided; empty before")),
            _column("Level", "level", _("1, or 2 for an appeal"), "number"),
            _column("Created", "created_at", _("When its draft was made"), "time"),
            _column("Sent", "filed_at", _("When it was sent"), "time"),
            _column(
                "Answer by", "reply_by", _("Until when the merchant answers a question"), "time"
            ),
            _column("Decided by", "decide_by", _("Until when the carrier decides"), "time"),
            _column("Appeal by", "appeal_by", _("Until when the merchant can appeal"), "time"),
        ),
        _rows,
        carrier=(
            MERCHANT,
            _column("Assigned to", "assigned_to_name", _("Who was given it; empty for nobody")),
            _column("Stage", "state", _("Where the carrier’s own work on it stands")),
        ),
    )
)
