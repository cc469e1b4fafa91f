"""What rules may know of an item: the same facts of a new one and of one that is stored."""

from typing import Any

from qcportal.rules.facts import ItemFacts


def facts_of(item: Any, place: Any, *, customer_return_count: int | None = None) -> ItemFacts:
    """Give the facts of a `NewItem`, a `ReturnItem` or a row of its columns; money in paise.

    `place` is whatever has the `city` and the `pincode` of the pickup. How often the customer
    returned before is known only while a return comes in: nothing stores it.
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
        city=place.city,
        pincode=place.pincode,
        customer_return_count=customer_return_count,
        reference_images=tuple(item.reference_images),
    )


def _rupees(paise: int | None) -> float | None:
    return None if paise is None else paise / 100
