"""Dry runs: how far one is, and what a draft would have made of the returns of the last months."""

from dataclasses import dataclass
from datetime import datetime

from qcportal.blueprints.shown.frame import Badge, Kpi, Link, Note, Option
from qcportal.language import lazy_gettext


@dataclass(frozen=True)
class DryRunRow:
    """One dry run in the list."""

    href: str
    about: str
    asked_at: datetime
    by: str
    badge: Badge
    outcome: str = ""


@dataclass(frozen=True)
class DryRunsPage:
    """`rules/dry_runs.html`; without `start` the person may only look, or there is no draft."""

    back: Link
    start: str = ""
    spans: tuple[Option, ...] = ()
    chosen: str = "90"
    why_not: str = ""
    runs: tuple[DryRunRow, ...] = ()
    merchant: str = ""
    tz: str = "Asia/Kolkata"


@dataclass(frozen=True)
class RunProgress:
    """How far a run is; `refresh` is polled every `seconds` while it is open."""

    done: int
    total: int
    words: str
    refresh: str
    cancel: str = ""
    seconds: int = 2

    @property
    def percent(self) -> int:
        """Give the share that is done, 0 to 100."""
        return min(100, 100 * self.done // self.total) if self.total else 0


@dataclass(frozen=True)
class MatrixCell:
    """How many returns went from the row's verdict to the column's; `href` lists them."""

    count: int
    href: str = ""
    same: bool = False
    words: str = ""


@dataclass(frozen=True)
class MatrixRow:
    """One verdict as it was, with what it would become."""

    before: Badge
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True)
class VerdictMatrix:
    """Verdicts before (rows) and after (columns), per return."""

    after: tuple[Badge, ...]
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True)
class CheckChange:
    """One question: on how many checklists it would be new, gone, or asked otherwise."""

    question: str
    added: int
    removed: int
    changed: int = 0


@dataclass(frozen=True)
class RowUse:
    """How many items a row of the draft fitted."""

    name: str
    title: str
    count: int
    href: str


@dataclass(frozen=True)
class DryRunResult:
    """What came of it. `idle` are the rows that never fitted an item of that time."""

    kpis: tuple[Kpi, ...]
    matrix: VerdictMatrix | None
    checks: tuple[CheckChange, ...] = ()
    rows: tuple[RowUse, ...] = ()
    idle: tuple[RowUse, ...] = ()
    took: str = ""


@dataclass(frozen=True)
class DryRunPage:
    """`rules/dry_run.html`: progress while it runs, the result when it is done."""

    back: Link
    title: str
    about: str
    badge: Badge
    asked_at: datetime
    by: str
    progress: RunProgress | None = None
    result: DryRunResult | None = None
    notes: tuple[Note, ...] = ()
    again: str = ""
    days: int = 90
    merchant: str = ""
    tz: str = "Asia/Kolkata"


@dataclass(frozen=True)
class ChangedReturn:
    """One return that would come out differently; `badge` says how it stands."""

    awb: str
    href: str
    product: str
    sku: str
    more_items: int
    reason: str
    badge: Badge


@dataclass(frozen=True)
class ChangedReturnsPage:
    """`rules/dry_run_returns.html`: some of the returns of one kind; `total` counts all."""

    back: Link
    title: str
    about: str
    total: int
    returns: tuple[ChangedReturn, ...] = ()
    merchant: str = ""


@dataclass(frozen=True)
class ChangeLine:
    """One count of the compact card."""

    label: str
    count: int
    href: str = ""


@dataclass(frozen=True)
class WouldChangeCard:
    """The compact card beside a table: the counts of the last run of this draft, or how to start.

    `start` is the address that starts a run over `days`; empty for who may only look.
    """

    about: str
    lines: tuple[ChangeLine, ...] = ()
    href: str = ""
    link: str = lazy_gettext("Show the dry run")
    start: str = ""
    days: int = 90
