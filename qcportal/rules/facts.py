"""What a rule may know about one item, under which names; the only vocabulary of conditions."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from qcportal.rules.canonical import fold, slug

FactType = Literal["text", "number", "list"]
FactValue = str | float | tuple[str, ...] | None

ATTRIBUTE_PREFIX = "attributes."


@dataclass(frozen=True)
class Fact:
    """One name a condition may use; `description` is shown to the people who write rules."""

    name: str
    type: FactType
    description: str


_FACTS = (
    Fact("sku", "text", "The merchant's article number"),
    Fact("name", "text", "The product's name as the customer saw it"),
    Fact("brand", "text", "The brand"),
    Fact("category", "text", "The merchant's product category"),
    Fact("price", "number", "What the customer paid for one piece, in rupees"),
    Fact("mrp", "number", "The maximum retail price of one piece, in rupees"),
    Fact("quantity", "number", "How many pieces of this article come back"),
    Fact("return_reason", "text", "The reason the customer gave"),
    Fact("city", "text", "The city of the pickup address"),
    Fact("pincode", "text", 'The six-digit PIN code of the pickup address, as text: "560001"'),
    Fact("customer_return_count", "number", "How many returns this customer made before"),
    Fact("reference_images", "list", "Web addresses of the merchant's pictures of the article"),
)
FACTS: Mapping[str, Fact] = MappingProxyType({fact.name: fact for fact in _FACTS})
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?:(?:₹|rs\.?|inr)\s*)?"
    r"(?P<whole>[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{2,3}){1,4})(?P<part>\.[0-9]{1,9})?(?:\s*/-)?"
)
_LONGEST_NUMBER = 40
_ATTRIBUTE_NAME = re.compile(r"[a-z_][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class ItemFacts:
    """The facts of one item; an empty text, an empty list and None all mean "not known".

    Attribute names are brought to lower snake case ("Colour Name" becomes `colour_name`); of two
    names that become the same, the first one stays.
    """

    sku: str
    name: str = ""
    brand: str = ""
    category: str = ""
    price: float | None = None
    mrp: float | None = None
    quantity: int = 1
    return_reason: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    city: str = ""
    pincode: str = ""
    customer_return_count: int | None = None
    reference_images: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        named: dict[str, str] = {}
        for name, value in self.attributes.items():
            named.setdefault(slug(name, joint="_"), value)
        object.__setattr__(self, "attributes", MappingProxyType(named))

    @cached_property
    def folded(self) -> Mapping[str, FactValue]:
        """Every known fact by its full name, in the spelling that conditions compare.

        What `is_numeric_text` and reads as a number is there a second time, as `numeric_name`
        calls it.
        """
        names = [*FACTS, *(f"{ATTRIBUTE_PREFIX}{name}" for name in self.attributes)]
        values = {name: find_value(self, name) for name in names}
        known = {name: _folded(value) for name, value in values.items() if value is not None}
        written = {f"{ATTRIBUTE_PREFIX}{name}": value for name, value in self.attributes.items()}
        for name, value in (written | {"pincode": self.pincode}).items():
            if (number := read_number(value)) is not None:
                known[numeric_name(name)] = number
        return known


def is_numeric_text(name: str) -> bool:
    """Tell whether a text fact can meet numbers: attributes arrive as text, and PIN code bands."""
    return name == "pincode" or name.startswith(ATTRIBUTE_PREFIX)


def find_fact(name: str) -> Fact | None:
    """Give the fact of this name; any well-formed `attributes.x` is a text fact."""
    if name in FACTS:
        return FACTS[name]
    attribute = name.removeprefix(ATTRIBUTE_PREFIX)
    if attribute == name or not _ATTRIBUTE_NAME.fullmatch(attribute):
        return None
    return Fact(name, "text", f"The item's {attribute.replace('_', ' ')}, as the merchant sent it")


def find_value(facts: ItemFacts, name: str) -> FactValue:
    """Give the item's value of a fact as it was sent, or None where it is missing or blank."""
    attribute = name.removeprefix(ATTRIBUTE_PREFIX)
    if attribute != name:
        value: FactValue = facts.attributes.get(attribute)
    else:
        value = getattr(facts, name) if name in FACTS else None
    if isinstance(value, str):
        return value if value.strip() else None
    return None if value == () else value


def numeric_name(name: str) -> str:
    """Give the key under which `ItemFacts.folded` keeps a text fact's value as a number."""
    return f"#{name}"


def read_number(text: str) -> float | None:
    """Read a decimal number such as "1,49,999.50", "₹ 499/-", "-3" or "१२"; None for all else.

    Commas may stand between groups of two or three digits, as in India and elsewhere.
    """
    if len(text) > _LONGEST_NUMBER:
        return None
    found = _NUMBER.fullmatch(fold(text))
    if found is None:
        return None
    return float(found["sign"] + found["whole"].replace(",", "") + (found["part"] or ""))


def suggest_fact(name: str) -> str | None:
    """Give the known fact whose name is nearest to `name`, if one is near."""
    return nearest(name.lower(), [*FACTS, "attributes"])


def nearest(word: str, known: list[str]) -> str | None:
    """Give the known word most like `word`, or None; over-long words are not worth the search."""
    if len(word) > 60:
        return None
    found = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return found[0] if found else None


def _folded(value: FactValue) -> FactValue:
    if isinstance(value, str):
        return fold(value)
    if isinstance(value, tuple):
        return tuple(fold(each) for each in value)
    return value
