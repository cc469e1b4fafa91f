"""The reports as a page: for a merchant its own returns, for admins everybody's."""

from flask import url_for
from werkzeug.datastructures import MultiDict

from qcportal import reports
from qcportal.blueprints.jinja import duration, grouped
from qcportal.blueprints.showing import report_charts as charts
from qcportal.blueprints.showing import report_tables as tables
from qcportal.blueprints.showing.report_charts import percent
from qcportal.blueprints.showing.report_span import Span, read_span
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown.frame import Kpi
from qcportal.blueprints.shown.reports import DisputeShare, ReportsPage
from qcportal.language import gettext as _
from qcportal.language import ngettext
from qcportal.reports import Line, Wanted


def wanted_of(span: Span, asker: Asker) -> Wanted:
    """Give the days and the merchant that a report asks for."""
    return Wanted(span.since, span.until, asker.merchant_id)


def build(args: MultiDict[str, str], asker: Asker) -> ReportsPage:
    """Put the page together from what was counted: a fixed number of sums over days."""
    span = read_span(args, asker.zone)
    wanted = wanted_of(span, asker)
    whole = reports.sum_up(wanted)
    steps = charts.steps_of(span, reports.find_days(wanted))
    filled = whole.checked > 0
    return ReportsPage(
        scope=asker.scope,
        days=span.words,
        since=span.args["from"],
        until=span.args["to"],
        endpoint=asker.endpoint("reports"),
        presets=span.presets,
        kpis=_kpis(whole),
        rate_chart=charts.rate_chart(span, steps, whole) if filled else None,
        count_chart=charts.count_chart(span, steps) if filled else None,
        disputes=_outcomes(whole),
        dispute_finding=_dispute_finding(whole),
        days_csv=csv_href("days", span, asker),
        tables=tuple(
            tables.table(kind, wanted, span, asker, csv_href(kind.key, span, asker))
            for kind in tables.kinds(asker)
            if filled
        ),
        counted_at=reports.last_counted(wanted),
        tz=asker.zone,
    )


def csv_href(key: str, span: Span, asker: Asker) -> str:
    """Give the address at which a table of these days is saved."""
    return url_for(asker.endpoint("report_file"), table=key, **span.args)  # type: ignore[arg-type]


def _kpis(whole: Line) -> tuple[Kpi, ...]:
    undecided = whole.checked - whole.judged
    waiting = ngettext("%(num)s is undecided", "%(num)s are undecided", undecided)
    rate = tables.rate(whole)
    sent = ngettext("%(num)s dispute sent", "%(num)s disputes sent", whole.disputed)
    timed = ngettext("mean of %(num)s inspection", "mean of %(num)s inspections", whole.timed)
    per_check = duration(whole.per_check) if whole.per_check is not None else "–"
    per_inspection = duration(whole.per_inspection) if whole.timed else "–"
    return (
        Kpi(_("Checked at the door"), whole.checked, waiting),
        Kpi(_("Pass rate"), 0, _("%(interval)s is likely", interval=rate.interval), text=rate.text),
        Kpi(_("Disputes upheld"), 0, sent, text=percent(whole.lost, whole.settled)),
        Kpi(
            _("Time per inspection"),
            0,
            _("%(timed)s, %(time)s per check", timed=timed, time=per_check),
            text=per_inspection,
        ),
    )


def _outcomes(whole: Line) -> tuple[DisputeShare, ...]:
    counts = (
        (_("Upheld"), whole.upheld),
        (_("Upheld in part"), whole.partly),
        (_("Declined"), whole.declined),
        (_("Not decided yet"), whole.disputed - whole.settled),
    )
    return tuple(
        DisputeShare(label, count, percent(count, whole.disputed)) for label, count in counts
    )


def _dispute_finding(whole: Line) -> str:
    if not whole.disputed:
        return _("No return of these days was disputed.")
    said = _(
        "%(disputed)s of %(checked)s returns checked in these days were disputed (%(share)s).",
        disputed=grouped(whole.disputed),
        checked=grouped(whole.checked),
        share=percent(whole.disputed, whole.checked),
    )
    if not whole.settled:
        return said
    lost = _(
        "Of %(settled)s that are decided, %(lost)s were upheld at least in part.",
        settled=grouped(whole.settled),
        lost=grouped(whole.lost),
    )
    return f"{said} {lost}"
