"""The figures above the list of returns: what the last days held, with the counts of the tabs."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any, cast

from flask import url_for
from sqlalchemy import bindparam

from qcportal import reports, returns
from qcportal.blueprints.jinja import counted, grouped
from qcportal.blueprints.shown.frame import Kpi
from qcportal.language import gettext as _
from qcportal.returns import Counted, DayCount, Period, Survey

SPARK_DAYS = 30


def survey(merchant_id: uuid.UUID | None, zone: str) -> Survey:
    """Survey the last days: those before today as the reports counted them."""
    period = Period(SPARK_DAYS, zone)
    gone = {"first_day": period.first, "last_day": period.last - timedelta(days=1)}
    statement = _select_gone(merchant_id is not None)
    return returns.survey(merchant_id, period, Counted(statement, gone))


@cache
def _select_gone(own: bool) -> Any:
    """Select what the reports counted of the days before today, with parameters for whose."""
    names = ("first_day", "last_day", "merchant_id")
    since, until, whose = (cast(Any, bindparam(name)) for name in names)
    return reports.select_checked(reports.Wanted(since, until, whose if own else None))


def kpis(survey: Survey, counts: Mapping[str, int], list_endpoint: str) -> tuple[Kpi, ...]:
    """Show the figures; all but the first lead to the tab that they count."""

    def to(tab: str) -> str:
        return url_for(list_endpoint, tab=tab)

    days = survey.days
    checked, failed = sum(day.checked for day in days), sum(day.failed for day in days)
    today = days[-1]
    now, part = _("%(n)s today", n=counted(today.checked)), _share(failed, checked)
    return (
        Kpi(_("Checked at the door"), checked, now, spark=_line(days, "checked")),
        Kpi(_("Failed quality check"), failed, part, "fail", to("failed"), _line(days, "failed")),
        Kpi(
            _("Photos on the way"),
            counts["on_the_way"],
            _("Usually here within seconds"),
            "wait",
            to("on_the_way"),
            _line(days, "coming"),
            counted(counts["on_the_way"]),
        ),
        Kpi(
            _("Photos missing"),
            counts["missing"],
            _("Never counted against you"),
            "miss",
            to("missing"),
            _line(days, "absent"),
            counted(counts["missing"]),
        ),
    )


def _share(failed: int, checked: int) -> str:
    if not checked:
        return _("None yet")
    share = f"{100 * failed / checked:.1f}"
    return _("%(share)s%% of %(total)s", share=share, total=grouped(checked))


def _line(days: tuple[DayCount, ...], name: str) -> tuple[int, ...]:
    return tuple(getattr(day, name) for day in days[-14:])
