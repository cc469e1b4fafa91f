"""The rows of the list pages: what they show of each return, and what stands beside it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import joinedload, load_only

from qcportal.db import db
from qcportal.returns.filters import ListFilter, Shape
from qcportal.returns.lists import (
    PAGE_SIZE,
    SHAPES,
    Direction,
    Page,
    Place,
    cut,
    direction_of,
    page_values,
    select_page,
)
from qcportal.returns.tables import Return, ReturnItem

SHOWN = (
    Return.id, Return.merchant_id, Return.awb, Return.client_order_number, Return.title,
    Return.lead_sku, Return.item_count, Return.city, Return.pincode, Return.shipment_state,
    Return.qc_state, Return.verdict, Return.verdict_reason, Return.checked_at, Return.activity_at,
)  # fmt: skip
"""What a row holds of its return; everything else raises."""


@dataclass(frozen=True, eq=False)
class Beside:
    """A table that holds at most one row for each return: how it is joined, and what is read.

    Keep it in a constant: the statements that it is part of are kept with it.
    """

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
    statement = _select_rows(wanted.shape, direction_of(place), beside)
    found = db.session.execute(statement, page_values(wanted, place, PAGE_SIZE)).unique().all()
    page = cut([row[0] for row in found], place, PAGE_SIZE)
    if beside is None:
        return Rows(page)
    return Rows(page, {row[0].id: row for row in found if row[1] is not None})


@lru_cache(SHAPES)
def _select_rows(shape: Shape, direction: Direction, beside: Beside | None) -> Select[Any]:
    statement: Any = select_page(shape, direction).options(
        load_only(*SHOWN, raiseload=True),
        joinedload(Return.merchant),
        joinedload(Return.lead_picture),
    )
    if beside is None:
        return cast(Select[Any], statement)
    decided = joinedload(Return.items).load_only(ReturnItem.decided_at, raiseload=True)
    statement = statement.options(decided).outerjoin(beside.table, beside.on)
    return cast(Select[Any], statement.add_columns(*beside.columns))
