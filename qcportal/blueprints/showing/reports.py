"""The reports as a page: for a merchant its own returns, for admins everybody's or one store's."""

import uuid

from flask import url_for
from werkzeug.datastructures import MultiDict

from qcportal import accounts, errors, reports
from qcportal.blueprints.jinja import duration, grouped
from qcportal.blueprints.showing import report_charts as charts
from qcportal.blueprints.showing import report_tables as tables
from qcportal.blueprints.showing.report_charts import percent
from qcportal.blueprints.showing.report_span import Span, read_span
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown.frame import Kpi, Option
from qcportal.blueprints.shown.reports import DisputeShare, ReportsPage
from qcportal.db import db
from qcportal.language import gettext as _
from qcportal.language import ngettext
from qcportal.reports import Line, Wanted


def wanted_of(args: MultiDict[str, str], span: Span, asker: Asker) -> Wanted:
    """Give the days and the merchant that are asked for; raises NotFound where there is none such.

    Only who sees every merchant chooses one; for a merchant's own people it is theirs.
    """
    only = asker.merchant_id
    if only is None and args.get("merchant"):
        only = accounts.get_merchant(_merchant_id(args["merchant"])).id
    return Wanted(span.since, span.until, only)


def _merchant_id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise errors.NotFound() from None


def build(args: MultiDict[str, str], asker: Asker) -> ReportsPage:
    """Put the page together from what was counted: a fixed number of sums over days."""
    span = read_span(args, asker.zone)
    wanted = wanted_of(args, span, asker)
    merchants = _merchants() if asker.merchant_id is None else ()
    chosen = str(wanted.merchant_id) if merchants and wanted.merchant_id else ""
    whole = reports.sum_up(wanted)
    steps = charts.steps_of(span, reports.find_days(wanted))
    filled = whole.checked > 0
    return ReportsPage(
        scope=next((each.label for each in merchants if each.value == chosen), asker.scope),
        days=span.words,
        since=span.args["from"],
        until=span.args["to"],
        endpoint=asker.endpoint("reports"),
        presets=span.presets,
        merchants=merchants,
        merchant=chosen,
        kpis=_kpis(whole),
        rate_chart=charts.rate_chart(span, steps, whole) if filled else None,
        count_chart=charts.count_chart(span, steps) if filled else None,
        disputes=_outcomes(whole),
        dispute_finding=_dispute_finding(whole),
        days_csv=csv_href("days", span, asker, chosen),
        tables=tuple(
            tables.table(kind, wanted, span, asker, csv_href(kind.key, span, asker, chosen))
            for kind in tables.kinds(asker)
            if filled
        ),
        counted_at=reports.last_counted(wanted),
        tz=asker.zone,
    )


def csv_href(key: str, span: Span, asker: Asker, merchant: str = "") -> str:
    """Give the address at which a table of these days is saved."""
    args = span.args | ({"merchant": merchant} if merchant else {})
    return url_for(asker.endpoint("report_file"), table=key, **args)  # type: ignore[arg-type]


def _merchants() -> tuple[Option, ...]:
    stores = db.session.scalars(accounts.select_merchants())
    return tuple(Option(str(each.id), each.name) for each in stores)


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
        "Decided: %(settled)s. Upheld at least in part: %(lost)s.",
        settled=grouped(whole.settled),
        lost=grouped(whole.lost),
    )
    return f"{said} {lost}"
