"""The two charts of upload health, from hours that were counted and what is open now."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from flask import url_for

from qcportal.blueprints.jinja import duration, grouped
from qcportal.blueprints.showing.upload_span import Span
from qcportal.blueprints.shown.charts import (
    Bar,
    BarStack,
    Line,
    LineChart,
    Part,
    Tick,
    count_scale,
    time_scale,
)
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext, ngettext
from qcportal.uploads import Latencies, UploadHour

PARTS = (
    Part("here", lazy_gettext("here")),
    Part("wait", lazy_gettext("on the way")),
    Part("late", lazy_gettext("late")),
    Part("miss", lazy_gettext("missing")),
    Part("held", lazy_gettext("to look at")),
)
KEPT = ("unvouched", "conflict", "refused")
TALLEST = 4
"""The scale of times ends at so many targets: one lost day must not flatten the others."""


@dataclass(frozen=True)
class Step:
    """One step of the span: the hours in it added up."""

    start: datetime
    latencies: Latencies
    here: int
    open: Mapping[str, int]

    @property
    def values(self) -> tuple[int, ...]:
        """Give the parts of its bar, as `PARTS` names them."""
        kept = sum(self.open.get(state, 0) for state in KEPT)
        waiting = (self.open.get(state, 0) for state in ("on_the_way", "late", "missing"))
        return (self.here, *waiting, kept)


@dataclass(frozen=True)
class Course:
    """How it went over a span: its steps, and all of them together."""

    span: Span
    hours: Sequence[UploadHour]
    open: Mapping[datetime, Mapping[str, int]] = field(default_factory=dict)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Give the steps in order, up to now."""
        starts = self.span.steps
        grouped_hours: list[list[UploadHour]] = [[] for _ in starts]
        opened: list[Counter[str]] = [Counter() for _ in starts]
        for hour in self.hours:
            if place := bisect_right(starts, hour.start):
                grouped_hours[place - 1].append(hour)
        for start, counts in self.open.items():
            if place := bisect_right(starts, start):
                opened[place - 1].update(counts)
        return tuple(
            Step(
                start,
                Latencies.summed(hour.latencies for hour in inside),
                sum(hour.here for hour in inside),
                waiting,
            )
            for start, inside, waiting in zip(starts, grouped_hours, opened, strict=True)
        )

    @cached_property
    def latencies(self) -> Latencies:
        """Give the times of all photos of the span."""
        return Latencies.summed(hour.latencies for hour in self.hours)

    @property
    def told(self) -> int:
        """Give how many files we were told of."""
        return sum(hour.told for hour in self.hours)

    @property
    def healed(self) -> int:
        """Give how many of these only the reconciler told us of."""
        return sum(hour.healed for hour in self.hours)


def latency_chart(course: Course, target: int) -> LineChart:
    """Draw within which time half and 19 of 20 photos were here, step by step."""
    half = [step.latencies.time_of(0.5) for step in course.steps]
    most = [step.latencies.time_of(0.95) for step in course.steps]
    slowest = max((value for value in most if value), default=0)
    scale = time_scale(min(max(slowest, target * 1.25), target * TALLEST))
    return LineChart(
        title=_("Time from photo to evidence"),
        finding=_finding(course, most, target),
        lines=(
            Line("late", _("19 of 20 photos"), tuple(most), _texts(most), area=True),
            Line("ink", _("half of photos"), tuple(half), _texts(half)),
        ),
        labels=tuple(course.span.label(step.start) for step in course.steps),
        names=tuple(course.span.name(step.start) for step in course.steps),
        most=scale.most,
        ticks=tuple(Tick(value, duration(value) if value else "0") for value in scale.ticks),
        target=Tick(target, _("target %(span)s", span=duration(target))),
    )


def _finding(course: Course, most: Sequence[int | None], target: int) -> str:
    times = course.latencies
    if not times.total:
        return _("No photo became evidence in this time.")
    half, nineteen, last = (duration(times.time_of(share)) for share in (0.5, 0.95, 0.99))
    said = _(
        "Half of the photos were here within %(half)s, 19 of 20 within %(nineteen)s, "
        "99 of 100 within %(last)s.",
        half=half,
        nineteen=nineteen,
        last=last,
    )
    over = [place for place, value in enumerate(most) if value and value > target]
    if not over:
        kept = _("19 of 20 kept the target of %(span)s all the time.", span=duration(target))
        return f"{said} {kept}"
    worst = max(over, key=lambda place: most[place] or 0)
    name = course.span.name(course.steps[worst].start)
    slowest = _(
        "The slowest was %(time)s, with %(span)s for 19 of 20; the target is %(target)s.",
        time=name,
        span=duration(most[worst]),
        target=duration(target),
    )
    return f"{said} {slowest}"


def _texts(values: Sequence[int | None]) -> tuple[str, ...]:
    return tuple(
        "" if value is None else _("within %(span)s", span=duration(value)) for value in values
    )


def _title(span: str) -> str:
    if span == "30d":
        return _("Photos by day")
    return _("Photos by 6 hours") if span == "7d" else _("Photos by hour")


def hours_chart(course: Course) -> BarStack:
    """Draw what became of the photos announced in each step."""
    scale = count_scale(max((sum(step.values) for step in course.steps), default=0) or 1)
    by_day = course.span.key == "30d"
    return BarStack(
        title=_title(course.span.key),
        finding=_found(course),
        parts=PARTS,
        bars=tuple(
            Bar(
                course.span.label(step.start),
                course.span.name(step.start),
                step.values,
                _day_url(course.span, step) if by_day else "",
            )
            for step in course.steps
        ),
        most=scale.most,
        ticks=tuple(Tick(value, grouped(int(value))) for value in scale.ticks),
    )


def _found(course: Course) -> str:
    sums = [sum(values) for values in zip(*(step.values for step in course.steps), strict=True)]
    here, coming, late, missing, kept = sums or [0] * len(PARTS)
    if not any(sums):
        return _("No photo was announced in this time.")
    rest = [
        words
        for words, count in (
            (_("%(n)s on the way", n=grouped(coming)), coming),
            (_("%(n)s late", n=grouped(late)), late),
            (_("%(n)s missing", n=grouped(missing)), missing),
            (_("%(n)s to look at", n=grouped(kept)), kept),
        )
        if count
    ]
    photos = ngettext("%(num)s photo", "%(num)s photos", sum(sums))
    if rest:
        return ngettext(
            "Of %(photos)s announced in this time, %(num)s is here: all but %(list)s.",
            "Of %(photos)s announced in this time, %(num)s are here: all but %(list)s.",
            here,
            photos=photos,
            list=", ".join(rest),
        )
    return ngettext(
        "Of %(photos)s announced in this time, %(num)s is here: every one.",
        "Of %(photos)s announced in this time, %(num)s are here: every one.",
        here,
        photos=photos,
    )


def _day_url(span: Span, step: Step) -> str:
    day = step.start.astimezone(span.zone).date().isoformat()
    return url_for("admin.upload_health", day=day)
