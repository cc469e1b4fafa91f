"""Three merchants, what they sell, and what can be wrong with it at the door."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qcportal.demo import pictures

RULEBOOKS = Path(__file__).with_name("rulebooks")


@dataclass(frozen=True)
class Store:
    """A merchant of the demo; `share` of all returns are its own."""

    slug: str
    name: str
    owner: str
    viewer: str
    order_prefix: str
    products: tuple[str, ...]
    reasons: tuple[str, ...]
    share: float

    def rulebook(self) -> dict[str, Any]:
        """Give the merchant's rulebook document."""
        document: dict[str, Any] = json.loads((RULEBOOKS / f"{self.slug}.json").read_text())
        return document


@dataclass(frozen=True)
class Flaw:
    """Something wrong that a picture shows, and the answer it makes the executive give."""

    defect: str
    check: str
    value: str
    remarks: str = ""


STORES = (
    Store(
        "electronics",
        "Volt Bazaar",
        "Ananya Iyer",
        "Rohit Bansal",
        "VB",
        ("nuvio-phone", "aurale-headphones", "boomly-speaker", "vapora-kettle"),
        (
            "Changed my mind",
            "Not as described",
            "Found a better price",
            "Does not work",
            "Wrong colour delivered",
        ),
        0.42,
    ),
    Store(
        "fashion",
        "Saanjh Street",
        "Farah Qureshi",
        "Ishaan Mehta",
        "SS",
        ("stryda-shoe", "harrow-shirt", "meriden-watch"),
        ("Size too small", "Size too large", "Colour differs", "Changed my mind", "Late delivery"),
        0.33,
    ),
    Store(
        "home",
        "Ghar & Co",
        "Lakshmi Pillai",
        "Arjun Deshpande",
        "GC",
        ("aquile-vase", "fern-bottle", "loomia-cushion", "terrae-mug", "lumena-lamp"),
        ("Damaged on arrival", "Changed my mind", "Colour differs", "Ordered twice"),
        0.25,
    ),
)

FLAWS: dict[str, tuple[Flaw, ...]] = {
    "nuvio-phone": (
        Flaw("wrong-imei", "imei", "001017265590342", "The label belongs to another phone"),
        Flaw("broken-seal", "seal", "no", "Seal was cut open"),
    ),
    "aurale-headphones": (Flaw("missing-cable", "kit", "no", "Cable is missing"),),
    "boomly-speaker": (Flaw("wrong-colour", "colour", "Red", "A red one was in the box"),),
    "vapora-kettle": (Flaw("dent-scratches", "dents", "yes", "Dent beside the handle"),),
    "stryda-shoe": (Flaw("worn-dirty", "sole", "no", "Worn outside"),),
    "harrow-shirt": (Flaw("cut-tag", "tag", "no", "Tag was cut off"),),
    "meriden-watch": (Flaw("cracked-glass", "glass", "no", "Crack at four o'clock"),),
    "aquile-vase": (Flaw("chip-crack", "chips", "yes", "Chip at the rim"),),
    "fern-bottle": (
        Flaw("wrong-colour", "colour", "Red", "The bottle is red"),
        Flaw("scratches-dent", "dents", "yes", "Dent above the base"),
    ),
    "loomia-cushion": (Flaw("stain", "stains", "yes", "Stain on the front"),),
    "terrae-mug": (Flaw("crack-chip", "chips", "yes", "Crack from the rim"),),
    "lumena-lamp": (Flaw("crack", "chips", "yes", "Crack in the base"),),
}

DOUBTS: dict[str, Flaw] = {
    "vapora-kettle": Flaw("", "limescale", "yes", "A white rim inside"),
    "harrow-shirt": Flaw("", "washed", "yes", "Smells of washing powder, the tag is on"),
    "loomia-cushion": Flaw("", "zip", "no", "The zip sticks"),
}
"""What no picture shows and a row of the rulebook leaves to the merchant."""

OUR_FAULT = {"Wrong colour delivered", "Colour differs", "Damaged on arrival"}
"""Reasons that the rulebooks route to photos only."""

READ_OFF = {"imei": "imei", "serial": "serial"}
"""What is printed on the article, by the check that asks for it."""

PACKS = {"harrow-shirt": (1, 2, 3)}
"""Articles that come back several at a time, and how many."""

ATTRIBUTES: dict[str, dict[str, str]] = {
    "stryda-shoe": {"size": "9"},
    "harrow-shirt": {"size": "40"},
    "aquile-vase": {"material": "ceramic"},
    "fern-bottle": {"material": "steel"},
    "loomia-cushion": {"material": "cotton"},
    "terrae-mug": {"material": "stoneware"},
    "lumena-lamp": {"material": "ceramic"},
}


def item(product: str, reason: str, *, quantity: int = 1) -> dict[str, Any]:
    """Give one item of a return as the partner API takes it."""
    told = pictures.products()[product]
    known = ("colour", "ean", "serial", "imei")
    attributes = {name: str(told[name]) for name in known if name in told}
    return {
        "client_sku_id": told["sku"],
        "name": told["name"],
        "brand": told["brand"],
        "category": told["category"],
        "price": told["price"],
        "mrp": told["mrp"],
        "quantity": quantity,
        "return_reason": reason,
        "attributes": attributes | ATTRIBUTES.get(product, {}),
    }


def printed(sku: str, check: str) -> str:
    """Give what is printed on a sound article where this check asks for it."""
    return str(pictures.products()[product_of(sku)][READ_OFF[check]])


def product_of(sku: str) -> str:
    """Give the product that a SKU is."""
    return next(name for name, told in pictures.products().items() if told["sku"] == sku)
