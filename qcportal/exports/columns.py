"""What a column of an export is, and how its cells are written so that no spreadsheet runs them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select

from qcportal.accounts import Merchant
from qcportal.language import lazy_gettext as _

Kind = Literal["text", "number", "money", "time"]
Cell = str | int | float | Decimal | datetime | None
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What text begins with that a spreadsheet takes for a formula (OWASP, "CSV injection")."""
LONGEST = 32_767
"""The most characters that a cell of Excel holds."""


@dataclass(frozen=True)
class Column:
    """One column: its head, what it means, and how its value is read off a row of the list.

    `kind` says what stands in it: text (numbers of parcels and the like too), a count, rupees, or
    a moment. Minor units become rupees, moments local times of the zone that the head names.
    """

    head: str
    meaning: str
    read: Callable[[Any], Any]
    kind: Kind = "text"

    def head_in(self, zone: str) -> str:
        """Give the head; where times are below it, with the zone that they are told in."""
        return f"{self.head} ({zone})" if self.kind == "time" else self.head

    def cell(self, row: Any, zone: ZoneInfo) -> Cell:
        """Give the value of a row: text, a number, or a local time without its zone."""
        value = self.read(row)
        if value is None:
            return None
        if self.kind == "time":
            local: datetime = value.astimezone(zone)
            return local.replace(tzinfo=None, microsecond=0)
        if self.kind == "money":
            return Decimal(value) / 100
        return int(value) if self.kind == "number" else clean(str(value))


MERCHANT = Column("Merchant", _("Whose it is"), attrgetter("merchant_name"))
"""The column that the carrier's files have before all others; see `merchant_name`."""


def merchant_name(owner: Any) -> Any:
    """Give the SQL of the name of the merchant whose id a column holds."""
    named = select(Merchant.name).where(Merchant.id == owner)
    return named.scalar_subquery().label("merchant_name")


def clean(text: str) -> str:
    """Give text without what no file of cells can hold: NULs, other controls, half surrogates."""
    kept = "".join(
        each
        for each in text
        if (each >= " " or each in "\t\n\r") and not "\ud800" <= each <= "\udfff"
    )
    return kept[:LONGEST]


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet could take text for something to be computed."""
    return text.startswith(FORMULA)


def defused(text: str) -> str:
    """Give text that every spreadsheet shows and none computes: a quote mark stands before it."""
    return f"'{text}" if is_formula(text) else text
