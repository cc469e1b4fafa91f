"""Items of returns by what people type (a whole AWB, or the beginning of a SKU), and the latest."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import CompoundSelect, Select, and_, select, union

from qcportal.db import db
from qcportal.returns.filters import LAST
from qcportal.returns.tables import Return, ReturnItem, search_key

SHORTEST = 2
MOST = 8
LOOKED_AT = 200
SAME_RETURN = and_(Return.merchant_id == ReturnItem.merchant_id, Return.id == ReturnItem.return_id)
Statement = Select[ReturnItem, str, str, str, int | None]


@dataclass(frozen=True)
class RecentItem:
    """One item with what its return says of the pickup."""

    item: ReturnItem
    awb: str
    city: str
    pincode: str
    customer_return_count: int | None


def find_recent_items(merchant_id: uuid.UUID, text: str) -> list[RecentItem]:
    """Find a merchant's items: all of the return with this AWB, else the newest of each SKU.

    At most 8; fewer than two letters find nothing.
    """
    key = search_key(text)
    if len(key) < SHORTEST:
        return []
    found = _read(_select(merchant_id).where(ReturnItem.id.in_(_named(merchant_id, key))))
    whole = [each for each in found if each.awb == key]
    return (whole or _newest_of_each(found))[:MOST]


def find_latest_items(merchant_id: uuid.UUID) -> list[RecentItem]:
    """Find the SKUs that came back last, at most 8."""
    return _newest_of_each(_read(_select(merchant_id).limit(LOOKED_AT)))[:MOST]


def _read(statement: Statement) -> list[RecentItem]:
    return [RecentItem(*row) for row in db.session.execute(statement).all()]


def _newest_of_each(found: Sequence[RecentItem]) -> list[RecentItem]:
    newest: dict[str, RecentItem] = {}
    for each in found:
        newest.setdefault(each.item.sku_key, each)
    return list(newest.values())


def _select(merchant_id: uuid.UUID) -> Statement:
    return (
        select(ReturnItem, Return.awb, Return.city, Return.pincode, Return.customer_return_count)
        .join(Return, SAME_RETURN)
        .where(Return.merchant_id == merchant_id)
        .order_by(Return.activity_at.desc(), ReturnItem.position)
    )


def _named(merchant_id: uuid.UUID, key: str) -> CompoundSelect[uuid.UUID]:
    """Both ways in have their index; of a SKU asked for by every second return some are enough."""
    by_awb = select(ReturnItem.id).join(Return, SAME_RETURN)
    by_awb = by_awb.where(Return.merchant_id == merchant_id, Return.awb == key)
    by_sku = (
        select(ReturnItem.id)
        .where(
            ReturnItem.merchant_id == merchant_id,
            ReturnItem.sku_key >= key,
            ReturnItem.sku_key < key + LAST,
        )
        .order_by(ReturnItem.sku_key, ReturnItem.id.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    return union(by_awb, select(by_sku.c.id))
