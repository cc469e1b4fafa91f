"""Example reports: thirty days of a store, and the carrier's scorecards."""

from datetime import UTC, date, datetime, timedelta

from qcportal.blueprints.shown.charts import Bar, BarStack, Line, LineChart, Part, Tick
from qcportal.blueprints.shown.frame import Badge, Kpi, Option
from qcportal.blueprints.shown.reports import (
    DisputeShare,
    RateView,
    ReportRow,
    ReportsPage,
    ReportTable,
)
from qcportal.blueprints.shown.returns_list import Preset

FIRST = date(2026, 10, 24)
RATES = (92.1, 90.4, 93.3, 91.0, None, 88.2, 90.9, 92.8, 84.1, 91.7)
LOW, FEW = Badge("late", "triangle-alert", "Fewer pass"), Badge("", "circle-dashed", "Too few")


def rate(value: float, half: float) -> RateView:
    low, high = max(0.0, value - half), min(1.0, value + half)
    return RateView(f"{100 * value:.1f}%", f"{100 * low:.0f}–{100 * high:.0f}%", low, high, value)


def page(*, carrier: bool = False, empty: bool = False) -> ReportsPage:
    endpoint = "admin.reports" if carrier else "merchant.reports"
    presets = (Preset("Last 30 days", "2026-10-24", "2026-11-22"),)
    scope = "All merchants" if carrier else "Fern Home"
    given = (scope, "Last 30 days", "2026-10-24", "2026-11-22", endpoint, presets)
    if empty:
        return ReportsPage(*given)
    stores = (Option("1", "Fern Home"), Option("2", "Coral Kitchen"))
    return ReportsPage(
        *given,
        merchants=stores if carrier else (),
        kpis=(
            Kpi("Checked at the door", 1284, "12 are undecided"),
            Kpi("Pass rate", 0, "90–93% is likely", text="91.4%"),
            Kpi("Disputes upheld", 0, "23 disputes sent", text="35.0%"),
            Kpi("Time per inspection", 0, "mean of 1,201 inspections, 14 s per check", text="98 s"),
        ),
        rate_chart=_rates(),
        count_chart=_counts(),
        disputes=(
            DisputeShare("Upheld", 5, "21.7%"),
            DisputeShare("Upheld in part", 2, "8.7%"),
            DisputeShare("Declined", 13, "56.5%"),
            DisputeShare("Not decided yet", 3, "13.0%"),
        ),
        dispute_finding="23 of 1,284 returns checked in these days were disputed (1.8%).",
        days_csv="/reports/days.csv",
        tables=_tables(carrier=carrier),
        counted_at=datetime(2026, 11, 22, 8, 49, tzinfo=UTC),
    )


def _rates() -> LineChart:
    days = [FIRST + timedelta(days=3 * number) for number in range(len(RATES))]
    texts = tuple("–" if value is None else f"{value}% of 128" for value in RATES)
    return LineChart(
        "Pass rate",
        "91.4% of 1,272 decided returns passed. Lowest: 17 Nov 2026 with 84.1% of 128.",
        (Line("ink", "Passed", RATES, texts),),
        tuple(f"{day.day} {day:%b}" if place % 2 == 0 else "" for place, day in enumerate(days)),
        tuple(f"{day.day} {day:%b %Y}" for day in days),
        100,
        tuple(Tick(value, f"{value}%") for value in (0, 25, 50, 75, 100)),
    )


def _counts() -> BarStack:
    bars = tuple(
        Bar(
            f"{number + 1} Nov" if number % 3 == 0 else "", f"{number + 1} Nov", (38, 4, number % 2)
        )
        for number in range(10)
    )
    parts = (Part("pass", "passed"), Part("fail", "failed"), Part("held", "undecided"))
    ticks = tuple(Tick(value, str(value)) for value in (0, 20, 40, 60))
    said = "1,284 returns were checked. Most: 18 Nov 2026 with 61."
    return BarStack("Checked at the door", said, parts, bars, 60, ticks)


def _tables(*, carrier: bool) -> tuple[ReportTable, ...]:
    checks = (
        ReportRow("Dents or scratches?", "", "", 812, 38, rate(0.953, 0.015)),
        ReportRow("Does the brand mark match?", "", "", 640, 11, rate(0.983, 0.01)),
    )
    skus = (
        ReportRow("Fern insulated bottle, 750 ml", "FRN-BTL-750-GRN", "/returns", 64, 14,
                  rate(0.781, 0.1)),
    )  # fmt: skip
    people = (
        ReportRow("Ravi K.", "", "/admin/returns", 212, 41, rate(0.807, 0.05), LOW, "9 s", "3.1%",
                  "4 of 6"),
        ReportRow("Deepa", "", "/admin/returns", 190, 15, rate(0.921, 0.04), None, "15 s", "8.0%",
                  "0 of 2"),
        ReportRow("Sunil P.", "", "/admin/returns", 9, 1, rate(0.889, 0.2), FEW, "16 s", "–",
                  "0 of 0"),
    )  # fmt: skip
    tables = (
        ReportTable("check", "Checks that fail", "Check",
                    "“Dents or scratches?” fails most: 38 of 812 (4.7%).", checks,
                    "/reports/check.csv", 0.96),
        ReportTable("sku", "Articles that fail", "SKU",
                    "“Fern insulated bottle, 750 ml” fails most: 14 of 64 (21.9%).", skus,
                    "/reports/sku.csv", 0.914, more=31),
        ReportTable("city", "By city", "City", "Nothing failed in these days.", (),
                    "/reports/city.csv"),
    )  # fmt: skip
    scores = ReportTable(
        "executive", "People", "Picked up by",
        "Ravi K.: further from the others than chance explains. Look at the photos first.",
        people, "/admin/reports/executive.csv", 0.914, scorecard=True,
    )  # fmt: skip
    return (*tables, scores) if carrier else tables
