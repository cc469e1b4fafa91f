"""Reports as pages see them: figures, charts with their finding, and tables that can be saved."""

from dataclasses import dataclass
from datetime import datetime

from qcportal.blueprints.shown.charts import BarStack, LineChart
from qcportal.blueprints.shown.frame import Badge, Kpi, Option
from qcportal.blueprints.shown.returns_list import Preset


@dataclass(frozen=True)
class RateView:
    """A share in words, with the interval in which the true one lies; places from 0 to 1."""

    text: str
    interval: str
    low: float
    high: float
    value: float | None


@dataclass(frozen=True)
class ReportRow:
    """One value of a table; `rate` is the share that passed, `badge` says who stands apart."""

    label: str
    sub: str
    href: str
    checked: int
    failed: int
    rate: RateView
    badge: Badge | None = None
    per_check: str = ""
    retaken: str = ""
    lost: str = ""


@dataclass(frozen=True)
class ReportTable:
    """One table with its finding; `whole` is the share over all rows, drawn as a line.

    A scorecard has columns on time, photos taken again and disputes lost beside the share.
    """

    key: str
    title: str
    first: str
    finding: str
    rows: tuple[ReportRow, ...]
    csv_href: str
    whole: float | None = None
    scorecard: bool = False
    more: int = 0


@dataclass(frozen=True)
class DisputeShare:
    """How many disputes came to one outcome, and which share that is."""

    label: str
    count: int
    share: str


@dataclass(frozen=True)
class ReportsPage:
    """`reports/reports.html`, for a merchant's people and for admins, who may choose a merchant."""

    scope: str
    days: str
    since: str
    until: str
    endpoint: str
    presets: tuple[Preset, ...]
    merchants: tuple[Option, ...] = ()
    merchant: str = ""
    kpis: tuple[Kpi, ...] = ()
    rate_chart: LineChart | None = None
    count_chart: BarStack | None = None
    disputes: tuple[DisputeShare, ...] = ()
    dispute_finding: str = ""
    disputes_csv: str = ""
    days_csv: str = ""
    tables: tuple[ReportTable, ...] = ()
    counted_at: datetime | None = None
    tz: str = "Asia/Kolkata"
