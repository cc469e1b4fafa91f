"""The two charts of the reports: what share passed, and how much was checked."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from qcportal.blueprints.jinja import grouped
from qcportal.blueprints.showing.report_span import Span, short_day
from qcportal.blueprints.shown.charts import Bar, BarStack, Line, LineChart, Part, Tick, count_scale
from qcportal.language import gettext as _
from qcportal.language import ngettext
from qcportal.reports import FEWEST
from qcportal.reports import Line as Counted

LABELS = 8  # words under a chart, at most


def steps_of(span: Span, days: Mapping[date, Counted]) -> tuple[Counted, ...]:
    """Add the days up into the steps of the span."""
    return tuple(
        added([days[day] for day in _days_of(span, start) if day in days]) for start in span.starts
    )


def added(lines: Sequence[Counted]) -> Counted:
    """Add up what passed, failed and was checked; charts need no more."""
    names = ("checked", "passed", "failed")
    return Counted(**{name: sum(getattr(line, name) for line in lines) for name in names})


def percent(part: int, of: int) -> str:
    """Say a share: "91.2 %"; a dash of nothing."""
    return f"{100 * part / of:.1f}%" if of else "–"


def rate_chart(span: Span, steps: Sequence[Counted], whole: Counted) -> LineChart:
    """Draw which share of what was decided passed, step by step."""
    values = tuple(100 * each.passed / each.judged if each.judged else None for each in steps)
    texts = tuple(
        _("%(share)s of %(count)s", share=percent(each.passed, each.judged), count=each.judged)
        for each in steps
    )
    return LineChart(
        title=_("Pass rate"),
        finding=_rate_finding(span, steps, whole),
        lines=(Line("ink", _("Passed"), values, texts),),
        labels=_labels(span),
        names=tuple(span.name(start) for start in span.starts),
        most=100,
        ticks=tuple(Tick(value, f"{value}%") for value in (0, 25, 50, 75, 100)),
        first=_("When"),
    )


def count_chart(span: Span, steps: Sequence[Counted]) -> BarStack:
    """Draw how many returns were checked, and what came of it."""
    scale = count_scale(max((each.checked for each in steps), default=1) or 1)
    parts = (Part("pass", _("passed")), Part("fail", _("failed")), Part("held", _("undecided")))
    bars = tuple(
        Bar(label, span.name(start), (each.passed, each.failed, each.checked - each.judged))
        for label, start, each in zip(_labels(span), span.starts, steps, strict=True)
    )
    return BarStack(
        title=_("Checked at the door"),
        finding=_count_finding(span, steps),
        parts=parts,
        bars=bars,
        most=scale.most,
        ticks=tuple(Tick(value, grouped(int(value))) for value in scale.ticks),
        first=_("When"),
    )


def _rate_finding(span: Span, steps: Sequence[Counted], whole: Counted) -> str:
    if not whole.judged:
        return _("Nothing was decided in these days.")
    said = _(
        "%(share)s of %(count)s decided returns passed.",
        share=percent(whole.passed, whole.judged),
        count=grouped(whole.judged),
    )
    enough = [(each, start) for each, start in zip(steps, span.starts, strict=True)
              if each.judged >= FEWEST]  # fmt: skip
    if len(enough) < 2:
        return said
    worst, start = min(enough, key=lambda pair: pair[0].passed / pair[0].judged)
    lowest = _(
        "Lowest: %(when)s with %(share)s of %(count)s.",
        when=span.name(start),
        share=percent(worst.passed, worst.judged),
        count=worst.judged,
    )
    return f"{said} {lowest}"


def _count_finding(span: Span, steps: Sequence[Counted]) -> str:
    total = sum(each.checked for each in steps)
    said = ngettext("%(num)s return was checked.", "%(num)s returns were checked.", total)
    if not total:
        return said
    most, start = max(zip(steps, span.starts, strict=True), key=lambda pair: pair[0].checked)
    busiest = _("Most: %(when)s with %(count)s.", when=span.name(start), count=most.checked)
    return f"{said} {busiest}"


def _labels(span: Span) -> tuple[str, ...]:
    every = max(1, -(-len(span.starts) // LABELS))
    return tuple(
        short_day(start) if place % every == 0 else "" for place, start in enumerate(span.starts)
    )


def _days_of(span: Span, start: date) -> list[date]:
    end = min(span.until, start + span.step - timedelta(days=1))
    return [start + timedelta(days=step) for step in range((end - start).days + 1)]
