"""The page of the history across a store, or across the carrier."""

from dataclasses import dataclass
from datetime import datetime

from qcportal.blueprints.shown.frame import Option


@dataclass(frozen=True)
class AuditRow:
    """One step on record: what was done in words, by whom, to which thing, and what is kept of it.

    `href` leads to the thing where it has a page.
    """

    at: datetime
    text: str
    action: str
    who: str
    kind_of_who: str
    store: str
    details: tuple[tuple[str, str], ...]
    href: str = ""


@dataclass(frozen=True)
class AuditFilters:
    """What was asked for, as typed; days are of the page's zone."""

    person: str = ""
    kind: str = ""
    since: str = ""
    until: str = ""
    store: str = ""
    who: str = ""


@dataclass(frozen=True)
class AuditPage:
    """`audit/events.html`."""

    action: str
    scope: str
    rows: tuple[AuditRow, ...]
    filters: AuditFilters
    people: tuple[Option, ...]
    kinds: tuple[Option, ...]
    stores: tuple[Option, ...] = ()
    machines: bool = False
    older: str = ""
    newest: str = ""
    fault: str = ""
    tz: str = "Asia/Kolkata"
