"""Sums of money in words, from minor units, and back from what people type."""

import re
from decimal import Decimal, InvalidOperation

from qcportal.blueprints.jinja import grouped, rupees

TYPED = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")


def in_words(minor: int, currency: str) -> str:
    """Say a sum: "₹1,23,456", "₹499.50", "USD 12.50"."""
    amount = Decimal(minor) / 100
    if currency == "INR":
        return rupees(amount)
    paise = f"{abs(minor) % 100:02}"
    return f"{currency} {grouped(int(amount))}{'' if paise == '00' else f'.{paise}'}"


def as_typed(minor: int) -> str:
    """Give a sum as it stands in a field: "1500", "499.50"."""
    whole, rest = divmod(minor, 100)
    return f"{whole}.{rest:02}" if rest else str(whole)


def read(text: str) -> int | None:
    """Read a sum as people type it, with or without commas and a sign; None where it is none."""
    plain = re.sub(r"[\s,₹]", "", text)
    if not TYPED.fullmatch(plain):
        return None
    try:
        return int(Decimal(plain) * 100)
    except InvalidOperation:
        return None
