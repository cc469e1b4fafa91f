"""The rows of the list pages: what they show of each return, and what stands beside it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload, load_only

from qcportal.db import db
from qcportal.returns.lists import PAGE_SIZE, ListFilter, Page, Place, cut, select_page
from qcportal.returns.tables import Return, ReturnItem

SHOWN = (
    Return.id, Return.merchant_id, Return.awb, Return.client_order_number, Return.title,
    Return.lead_sku, Return.item_count, Return.city, Return.pincode, Return.shipment_state,
    Return.qc_state, Return.verdict, Return.verdict_reason, Return.checked_at, Return.activity_at,
)  # fmt: skip
"""What a row holds of its return; everything else raises."""


@dataclass(frozen=True)
class Beside:
    """A table that holds at most one row for each return: how it is joined, and what is read."""

    table: Any
    on: ColumnElement[bool]
    columns: tuple[Any, ...]


@dataclass(frozen=True)
class Rows:
    """A page of returns and, by return, the columns of the row beside it where there is one."""

    page: Page
    beside: Mapping[uuid.UUID, Any] = field(default_factory=dict)


def get_rows(wanted: ListFilter, place: Place | None, *, beside: Beside | None = None) -> Rows:
    """Get one page in one statement; with `beside` also when each item was last decided on."""
    statement: Any = select_page(wanted, place, PAGE_SIZE).options(
        load_only(*SHOWN, raiseload=True),
        joinedload(Return.merchant),
        joinedload(Return.lead_picture),
    )
    if beside is None:
        return Rows(cut(db.session.scalars(statement).all(), place, PAGE_SIZE))
    decided = joinedload(Return.items).load_only(ReturnItem.decided_at, raiseload=True)
    statement = statement.options(decided).outerjoin(beside.table, beside.on)
    found = db.session.execute(statement.add_columns(*beside.columns)).unique().all()
    page = cut([row[0] for row in found], place, PAGE_SIZE)
    return Rows(page, {row[0].id: row for row in found if row[1] is not None})
