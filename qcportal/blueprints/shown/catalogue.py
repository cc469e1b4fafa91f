"""The catalogue: its SKUs, and how an import of a file stands."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from qcportal.blueprints.shown.frame import Badge, Fact


@dataclass(frozen=True)
class CatalogueRow:
    """One SKU; `attributes` are (name, value) pairs, `price` in rupees."""

    sku: str
    name: str
    brand: str
    category: str
    price: Decimal | None
    mrp: Decimal | None
    attributes: tuple[tuple[str, str], ...]
    picture_url: str
    updated_at: datetime


@dataclass(frozen=True)
class ImportLine:
    """One import in the list of the latest."""

    href: str
    name: str
    badge: Badge
    asked_at: datetime
    asked_by: str
    counts: str


@dataclass(frozen=True)
class CataloguePage:
    """`catalogue/skus.html`; `total` counts the whole catalogue, whatever is searched for.

    `here`, `template`, `send_to` and `above` are addresses; without `send_to` one may only look.
    """

    scope: str
    here: str
    template: str
    send_to: str
    total: int
    words: str
    rows: tuple[CatalogueRow, ...]
    imports: tuple[ImportLine, ...]
    first: str = ""
    more: str = ""
    above: str = ""
    tz: str = "Asia/Kolkata"


@dataclass(frozen=True)
class ImportProblem:
    """A row that was not taken, or whose picture was not."""

    line: int
    sku: str
    problem: str


@dataclass(frozen=True)
class ImportColumn:
    """What a column of the file was taken for; an empty `meaning` was passed by."""

    head: str
    meaning: str


@dataclass(frozen=True)
class ImportPage:
    """`catalogue/import.html`, and the part of it that a poll renews.

    `back` and `here` are addresses; `poll` is the one to ask again and `cancel` the one to call it
    off, empty once there is nothing to wait for.
    """

    scope: str
    back: str
    here: str
    name: str
    badge: Badge
    sentence: str
    done: int
    total: int
    facts: tuple[Fact, ...]
    problems: tuple[ImportProblem, ...]
    columns: tuple[ImportColumn, ...]
    asked_at: datetime
    asked_by: str
    corrections: int = 0
    corrections_href: str = ""
    fault: str = ""
    poll: str = ""
    cancel: str = ""
    tz: str = "Asia/Kolkata"

    @property
    def percent(self) -> int:
        """Give how far it is, in whole percent."""
        return 100 * self.done // self.total if self.total else 0
