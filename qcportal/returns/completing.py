"""What a return does not say of its items is taken from the merchant's catalogue."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qcportal import catalogue
from qcportal.catalogue import CatalogueItem
from qcportal.returns.tables import NewItem, NewReturn

FIELDS = ("brand", "category", "price_paise", "mrp_paise", "reference_images")
SHOWN_AS = {"price_paise": "price", "mrp_paise": "mrp"}


@dataclass(frozen=True)
class Completed:
    """A return with what the catalogue added; `from_catalogue` names the added fields per item."""

    new: NewReturn
    from_catalogue: tuple[tuple[str, ...], ...]


def complete(merchant_id: uuid.UUID, wanted: Sequence[NewReturn]) -> list[Completed]:
    """Fill in what the returns leave out, in one statement for all of them.

    What was sent always stays: an attribute is added only under a name that was not sent.
    """
    skus = {item.client_sku_id for new in wanted for item in new.items}
    known = catalogue.find_items(merchant_id, skus)
    return [
        _completed(new, [known.get(item.client_sku_id) for item in new.items]) for new in wanted
    ]


def _completed(new: NewReturn, known: Sequence[CatalogueItem | None]) -> Completed:
    pairs = [
        _filled(item, found) if found else (item, ())
        for item, found in zip(new.items, known, strict=True)
    ]
    if not any(names for _, names in pairs):
        return Completed(new, tuple(() for _ in pairs))
    items = tuple(item for item, _ in pairs)
    return Completed(replace(new, items=items), tuple(names for _, names in pairs))


def _filled(item: NewItem, found: CatalogueItem) -> tuple[NewItem, tuple[str, ...]]:
    values = {name: getattr(found, name) for name in FIELDS}
    values["reference_images"] = tuple(found.reference_images)
    added = {
        name: value
        for name, value in values.items()
        if getattr(item, name) in ("", None, ()) and value not in ("", None, ())
    }
    more = {name: text for name, text in found.attributes.items() if name not in item.attributes}
    if more:
        added["attributes"] = {**item.attributes, **more}
    names = [SHOWN_AS.get(name, name) for name in added if name != "attributes"]
    return replace(item, **added), (*names, *(f"attributes.{name}" for name in more))
