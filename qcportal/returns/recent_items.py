"""Items of returns by what people type: a whole AWB, or the beginning of a SKU."""

import uuid
from dataclasses import dataclass

from sqlalchemy import Select, and_, select, union

from qcportal.db import db
from qcportal.returns.lists import LAST
from qcportal.returns.tables import Return, ReturnItem, search_key

SHORTEST = 2
MOST = 8
LOOKED_AT = 200


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
    rows = db.session.execute(_select(merchant_id, key)).all()
    found = [RecentItem(*row) for row in rows]
    whole = [each for each in found if each.awb == key]
    newest: dict[str, RecentItem] = {}
    for each in found:
        newest.setdefault(each.item.sku_key, each)
    return (whole or list(newest.values()))[:MOST]


def _select(merchant_id: uuid.UUID, key: str) -> Select[ReturnItem, str, str, str, int | None]:
    """Both ways in have their index; of a SKU asked for by every second return some are enough."""
    same = and_(Return.merchant_id == ReturnItem.merchant_id, Return.id == ReturnItem.return_id)
    by_awb = select(ReturnItem.id).join(Return, same)
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
    ids = union(by_awb, select(by_sku.c.id))
    return (
        select(ReturnItem, Return.awb, Return.city, Return.pincode, Return.customer_return_count)
        .join(Return, same)
        .where(ReturnItem.merchant_id == merchant_id, ReturnItem.id.in_(ids))
        .order_by(Return.activity_at.desc(), ReturnItem.position)
    )
