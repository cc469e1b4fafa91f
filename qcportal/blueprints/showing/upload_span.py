"""Which time the page of upload health shows: read from the URL, and cut into steps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from werkzeug.datastructures import MultiDict

from qcportal import clock, errors, language, uploads
from qcportal.blueprints.jinja import day_words
from qcportal.blueprints.shown.upload_health import Choice
from qcportal.errors import Fault
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext

RANGES = {
    "24h": lazy_gettext("Last 24 hours"),
    "7d": lazy_gettext("Last 7 days"),
    "30d": lazy_gettext("Last 30 days"),
}
STEPS = {"24h": timedelta(hours=1), "7d": timedelta(hours=6), "30d": timedelta(days=1)}
DAYS = {"7d": 7, "30d": 30}


@dataclass(frozen=True)
class Span:
    """A span of whole steps; `live` where now lies in it. `key` is a range, or "" for a day."""

    key: str
    since: datetime
    until: datetime
    step: timedelta
    words: str
    zone: ZoneInfo
    day: str = ""

    @property
    def args(self) -> dict[str, Any]:
        """Give the arguments of its URL."""
        return {"day": self.day} if self.day else {"range": self.key}

    @property
    def live(self) -> bool:
        """Tell whether it goes on."""
        return self.since <= clock.now() < self.until

    @property
    def steps(self) -> tuple[datetime, ...]:
        """Give the starts of its steps, up to now."""
        end = min(self.until, clock.now())
        return tuple(self._starts(end))

    def _starts(self, end: datetime) -> Iterator[datetime]:
        start = self.since
        while start < end:
            yield start
            start += self.step

    def label(self, start: datetime) -> str:
        """Say a step under a chart: an hour, or a day."""
        local = start.astimezone(self.zone)
        if self.step >= timedelta(days=1):
            return day_words(local) if (start - self.since).days % 5 == 0 else ""
        if self.step > timedelta(hours=1):
            return format_date(local, "EEE d", language.locale()) if local.hour == 0 else ""
        return f"{local.hour}" if local.hour % 2 == 0 else ""

    def name(self, start: datetime) -> str:
        """Name a step in full."""
        local = start.astimezone(self.zone)
        if self.step >= timedelta(days=1):
            return day_words(local, weekday=True)
        end = (start + self.step).astimezone(self.zone)
        day = day_words(local, weekday=True)
        return _(
            "%(day)s, %(start)s to %(end)s",
            day=day,
            start=local.strftime("%H:%M"),
            end=end.strftime("%H:%M"),
        )


def read_span(args: MultiDict[str, str], zone: str) -> Span:
    """Read `range` or `day`; raises Invalid for what is neither."""
    where = ZoneInfo(zone)
    if args.get("day"):
        return _day(args["day"], where)
    key = args.get("range") or "24h"
    if key not in RANGES:
        fault = Fault(
            "/range", "bad_range", _("One of %(list)s, or a day.", list=", ".join(RANGES))
        )
        raise errors.Invalid(faults=[fault])
    until = uploads.next_hour(clock.now())
    if key == "24h":
        return Span(key, until - timedelta(days=1), until, STEPS[key], RANGES[key], where)
    midnight = _midnight(clock.now().astimezone(where).date(), where)
    since = midnight - timedelta(days=DAYS[key] - 1)
    return Span(key, since, midnight + timedelta(days=1), STEPS[key], RANGES[key], where)


def choices(span: Span) -> tuple[Choice, ...]:
    """Give the ranges that one can choose."""
    return tuple(Choice(words, {"range": key}, key == span.key) for key, words in RANGES.items())


def read_day(text: str, where: ZoneInfo) -> tuple[datetime, datetime]:
    """Give the start and the end of a day in its zone; raises Invalid for what is none."""
    try:
        day = date.fromisoformat(text)
        return _midnight(day, where), _midnight(day + timedelta(days=1), where)
    except (ValueError, OverflowError) as error:
        fault = Fault("/day", "bad_day", _("Write a day as 2026-11-22."))
        raise errors.Invalid(faults=[fault]) from error


def _day(text: str, where: ZoneInfo) -> Span:
    since, until = read_day(text, where)
    local = since.astimezone(where)
    words = format_date(local, "EEEE d MMM y", language.locale())
    return Span("", since, until, timedelta(hours=1), words, where, day=text)


def _midnight(day: date, where: ZoneInfo) -> datetime:
    return datetime.combine(day, datetime.min.time(), where)
