"""The tables of the reports: what fails, where, and the scorecards of hubs and people."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from qcportal import reports
from qcportal.blueprints.jinja import duration, grouped
from qcportal.blueprints.showing.report_charts import percent
from qcportal.blueprints.showing.report_span import Span
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown.frame import Badge
from qcportal.blueprints.shown.reports import RateView, ReportRow, ReportTable
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.reports import Line, Standing, Wanted

SHOWN = 10
FILTERS = {"sku": "q", "reason": "reason", "city": "city", "executive": "executive"}
"""Which filter of the list of returns shows the returns behind a row."""


@dataclass(frozen=True)
class Kind:
    """One table: its dimension, its title and what its first column is."""

    key: str
    title: str
    first: str
    scorecard: bool = False
    carrier: bool = False


KINDS = (
    Kind("check", lazy_gettext("Checks that fail"), lazy_gettext("Check")),
    Kind("sku", lazy_gettext("Articles that fail"), lazy_gettext("SKU")),
    Kind("reason", lazy_gettext("By return reason"), lazy_gettext("Return reason")),
    Kind("city", lazy_gettext("By city"), lazy_gettext("City")),
    Kind("hub", lazy_gettext("Hubs"), lazy_gettext("Hub"), scorecard=True),
    Kind("executive", lazy_gettext("People"), lazy_gettext("Picked up by"), True, carrier=True),
)


def kinds(asker: Asker) -> tuple[Kind, ...]:
    """Give the tables that somebody may see: who checked at the door is for the carrier alone."""
    return tuple(each for each in KINDS if asker.merchant_id is None or not each.carrier)


def table(kind: Kind, wanted: Wanted, span: Span, asker: Asker, csv_href: str) -> ReportTable:
    """Build one table: the rows with the most failures, and all of them for the finding."""
    lines = reports.find_lines(wanted, kind.key)
    stands = _standings(kind, lines)
    parts, wholes = sum(line.passed for line in lines), sum(line.judged for line in lines)
    # the list of returns cannot be narrowed to a merchant, so its rows lead there for all alone
    link = _linking(kind, span, asker) if asker.merchant_id == wanted.merchant_id else _nowhere
    shown = lines[:SHOWN]
    asked = Counter(line.label for line in shown)
    rows = tuple(
        row(kind, line, standing, link, alone=asked[line.label] == 1)
        for line, standing in zip(shown, stands[:SHOWN], strict=True)
    )
    return ReportTable(
        key=kind.key,
        title=str(kind.title),
        first=str(kind.first),
        finding=_finding(kind, lines, stands),
        rows=rows,
        csv_href=csv_href,
        whole=parts / wholes if wholes else None,
        scorecard=kind.scorecard,
        more=len(lines) - len(rows),
    )


def _standings(kind: Kind, lines: Sequence[Line]) -> Sequence[Standing]:
    """Compare hubs and people; of what else there is nobody asks who stands apart."""
    if not kind.scorecard:
        return [""] * len(lines)
    return reports.standings([(line.passed, line.judged) for line in lines])


def row(
    kind: Kind, line: Line, standing: Standing, link: Callable[[Line], str], *, alone: bool = True
) -> ReportRow:
    """Show one value with its share and, on a scorecard, how work is done there.

    A value whose words do not stand `alone`, as of two stores that ask the same, is named too.
    """
    named = not alone or (kind.key == "sku" and line.value != line.label)
    return ReportRow(
        label=line.label,
        sub=line.value if named else "",
        href=link(line),
        checked=line.checked,
        failed=line.failed,
        rate=rate(line),
        badge=BADGES.get(standing, lambda: None)() if kind.scorecard else None,
        per_check=duration(line.per_check) if line.per_check is not None else "–",
        retaken=percent(line.retaken, line.photos),
        lost=_("%(lost)s of %(count)s", lost=line.lost, count=line.settled),
    )


def rate(line: Line) -> RateView:
    """Give the share that passed of what was decided, with its interval."""
    found = reports.share(line.passed, line.judged)
    interval = "–"
    if found.of:
        interval = f"{100 * found.low:.0f}–{100 * found.high:.0f}%"
    return RateView(percent(found.part, found.of), interval, found.low, found.high, found.value)


BADGES: dict[str, Callable[[], Badge | None]] = {
    "low": lambda: Badge("late", "triangle-alert", _("Fewer pass")),
    "high": lambda: Badge("late", "triangle-alert", _("More pass")),
    "few": lambda: Badge("", "circle-dashed", _("Too few to say")),
}


def _finding(kind: Kind, lines: Sequence[Line], stands: Sequence[Standing]) -> str:
    if not lines:
        return _("Nothing was checked in these days.")
    if kind.scorecard:
        return _apart(lines, stands)
    first = lines[0]
    if not first.failed:
        return _("Nothing failed in these days.")
    return _(
        "“%(what)s” fails most: %(failed)s of %(count)s (%(share)s).",
        what=first.label,
        failed=grouped(first.failed),
        count=grouped(first.judged),
        share=percent(first.failed, first.judged),
    )


def _apart(lines: Sequence[Line], stands: Sequence[Standing]) -> str:
    """Say who stands apart; with fewer than two to compare nobody does."""
    judged = sum(each != "few" for each in stands)
    named = [
        line.label for line, each in zip(lines, stands, strict=True) if each in ("low", "high")
    ]
    if not judged:
        return _("There are too few checks to compare anybody with the others.")
    if not named:
        return _("Nobody of %(count)s differs from the others more than by chance.", count=judged)
    return _(
        "%(names)s: further from the others than chance explains. Look at the photos first.",
        names=", ".join(named[:5]),
    )


def _nowhere(line: Line) -> str:
    return ""


def _linking(kind: Kind, span: Span, asker: Asker) -> Callable[[Line], str]:
    name = FILTERS.get(kind.key)
    if name is None:
        return _nowhere
    args: dict[str, Any] = {**span.args} if name != "q" else {}

    def link(line: Line) -> str:
        what = line.label if kind.key == "executive" else line.value
        return url_for(asker.list_endpoint, **(args | {"tab": "failed", name: what}))

    return link
