"""Exports as pages show them: what can be asked for, how it goes, and the files."""

from dataclasses import dataclass
from datetime import datetime

from qcportal.blueprints.shown.frame import Badge, Fact, Link


@dataclass(frozen=True)
class ColumnLine:
    """One column of a file, and what it means."""

    head: str
    meaning: str


@dataclass(frozen=True)
class Choice:
    """One format that a list can be had in."""

    key: str
    label: str
    hint: str


@dataclass(frozen=True)
class NewExportPage:
    """`merchant/export_new.html`. `fields` are the filters, as the form sends them on."""

    title: str
    back: Link
    send_to: str
    count: int
    filters: tuple[Fact, ...]
    fields: tuple[tuple[str, str], ...]
    choices: tuple[Choice, ...]
    columns: tuple[ColumnLine, ...]
    zone: str


@dataclass(frozen=True)
class ExportLine:
    """One export in the list."""

    href: str
    title: str
    badge: Badge
    asked_at: datetime
    asked_by: str
    detail: str


@dataclass(frozen=True)
class FileLine:
    """One file to download."""

    href: str
    name: str
    detail: str


@dataclass(frozen=True)
class ExportsPage:
    """`merchant/exports.html`."""

    scope: str
    lines: tuple[ExportLine, ...]
    offers: tuple[Link, ...]
    kept_days: int
    tz: str


@dataclass(frozen=True)
class ExportPage:
    """`merchant/export.html`. Without `poll` nothing is to come; `cancel` is empty then."""

    title: str
    back: str
    here: str
    badge: Badge
    sentence: str
    done: int
    total: int
    asked_at: datetime
    asked_by: str
    filters: str = ""
    files: tuple[FileLine, ...] = ()
    kept_until: datetime | None = None
    ended: bool = False
    fault: str = ""
    poll: str = ""
    cancel: str = ""
    tz: str = "Asia/Kolkata"

    @property
    def percent(self) -> int:
        """Give how far it is; a list that is empty is done at once."""
        return min(100, 100 * self.done // self.total) if self.total else (100 if self.files else 0)
