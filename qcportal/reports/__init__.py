"""Reports: what was checked, what failed and what became of disputes, counted by the day."""

from qcportal.reports.counting import count_day, replace_carrier_day, replace_day
from qcportal.reports.reads import (
    Line,
    Wanted,
    find_days,
    find_lines,
    last_counted,
    select_checked,
    sum_per_merchant,
    sum_up,
)
from qcportal.reports.statistics import FEWEST, Share, Standing, share, standings
from qcportal.reports.tables import DIMENSIONS, MEASURES, CarrierDay, ReportDay

__all__ = [
    "DIMENSIONS",
    "FEWEST",
    "MEASURES",
    "CarrierDay",
    "Line",
    "ReportDay",
    "Share",
    "Standing",
    "Wanted",
    "count_day",
    "find_days",
    "find_lines",
    "last_counted",
    "replace_carrier_day",
    "replace_day",
    "select_checked",
    "share",
    "standings",
    "sum_per_merchant",
    "sum_up",
]
