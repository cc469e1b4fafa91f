"""Which days a report is about: read from the URL, and cut into the steps of its charts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from werkzeug.datastructures import MultiDict

from qcportal import clock, errors, language
from qcportal.blueprints.shown.returns_list import Preset
from qcportal.errors import Fault
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext

USUAL_DAYS, MOST_DAYS = 30, 732
WEEKS_FROM = 46
"""From so many days on a chart has a step per week."""
PRESETS = (
    (lazy_gettext("Last 7 days"), 7),
    (lazy_gettext("Last 30 days"), 30),
    (lazy_gettext("Last 90 days"), 90),
    (lazy_gettext("Last 365 days"), 365),
)


@dataclass(frozen=True)
class Span:
    """Days of a merchant's zone, both ends included."""

    since: date
    until: date
    presets: tuple[Preset, ...]

    @property
    def args(self) -> dict[str, str]:
        """Give the arguments of its URL."""
        return {"from": self.since.isoformat(), "to": self.until.isoformat()}

    @property
    def step(self) -> timedelta:
        """Give how long one step of a chart is: a day, or a week."""
        return timedelta(days=7 if (self.until - self.since).days + 1 >= WEEKS_FROM else 1)

    @property
    def starts(self) -> tuple[date, ...]:
        """Give the first day of each step."""
        count = -(-((self.until - self.since).days + 1) // self.step.days)
        return tuple(self.since + self.step * number for number in range(count))

    @property
    def words(self) -> str:
        """Say the days as a preset does, or by their ends."""
        for preset in self.presets:
            if (preset.since, preset.until) == (self.args["from"], self.args["to"]):
                return preset.label
        if self.since == self.until:
            return day_words(self.since)
        ends = {"first": day_words(self.since), "last": day_words(self.until)}
        return _("%(first)s to %(last)s", **ends)

    def name(self, start: date) -> str:
        """Name a step in full."""
        if self.step.days == 1:
            return day_words(start)
        return _("Week from %(day)s", day=day_words(start))


def read_span(args: MultiDict[str, str], zone: str) -> Span:
    """Read `from` and `to`; raises Invalid for what is no day, or for too long a span."""
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    until = _day(args, "to", lambda: today)
    since = _day(args, "from", lambda: until - timedelta(days=USUAL_DAYS - 1))
    if since > until or (until - since).days >= MOST_DAYS:
        words = _("Choose up to %(n)s days, the first one first.", n=MOST_DAYS)
        raise errors.Invalid(faults=[Fault("/from", "bad_span", words)])
    return Span(since, until, _presets(today))


def day_words(day: date) -> str:
    """Say a day: "20 Nov 2026"."""
    return str(format_date(day, "d MMM y", locale=language.locale()))


def short_day(day: date) -> str:
    """Say a day under a chart: "20 Nov"."""
    return str(format_date(day, "d MMM", locale=language.locale()))


def _day(args: MultiDict[str, str], name: str, usual: Callable[[], date]) -> date:
    text = args.get(name, "")
    if not text:
        return usual()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        fault = Fault(f"/{name}", "bad_day", _("Write a day as 2026-11-22."))
        raise errors.Invalid(faults=[fault]) from error


def _presets(today: date) -> tuple[Preset, ...]:
    return tuple(
        Preset(str(label), (today - timedelta(days=days - 1)).isoformat(), today.isoformat())
        for label, days in PRESETS
    )
