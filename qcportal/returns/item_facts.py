"""What rules may know of an item: the same facts of a new one and of one that is stored."""

from typing import Any

from qcportal.rules.facts import ItemFacts


def facts_of(item: Any, rvp: Any) -> ItemFacts:
    """Give the facts of a `NewItem`, a `ReturnItem` or a row of its columns; money in paise.

    `rvp` is whatever has the return's `city`, `pincode` and `customer_return_count`.
    """
    return ItemFacts(
        sku=item.client_sku_id,
        name=item.name,
        brand=item.brand,
        category=item.category,
        price=_rupees(item.price_paise),
        mrp=_rupees(item.mrp_paise),
        quantity=item.quantity,
        return_reason=item.return_reason,
        attributes=item.attributes,
        city=rvp.city,
        pincode=rvp.pincode,
        customer_return_count=rvp.customer_return_count,
        reference_images=tuple(item.reference_images),
    )


def _rupees(paise: int | None) -> float | None:
    return None if paise is None else paise / 100
