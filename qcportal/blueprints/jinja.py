"""What templates can call: sentences, filters that put numbers and times into words, the theme."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, has_request_context, request
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from qcportal import clock, language
from qcportal.blueprints import titles
from qcportal.language import counted as counted
from qcportal.language import gettext as _
from qcportal.language import grouped as grouped
from qcportal.language import lazy_gettext

ZONE = "Asia/Kolkata"
THEME_COOKIE = "theme"
THEMES = ("light", "dark", "auto")
_SPANS = (
    lazy_gettext("%(n)s d"),
    lazy_gettext("%(n)s h"),
    lazy_gettext("%(n)s m"),
    lazy_gettext("%(n)s s"),
)


_NEAR = {
    0: lazy_gettext("Today"),
    1: lazy_gettext("Yesterday"),
    -1: lazy_gettext("Tomorrow"),
}


def register(app: Flask) -> None:
    """Give the app's templates every filter of this module and the variable `theme`."""
    for name in _FILTERS:
        app.add_template_filter(globals()[name], name)
    app.jinja_env.globals["list_title"] = titles.list_title
    app.add_template_filter(titles.turned, "turned")
    app.add_template_filter(titles.label_of, "label_of")
    app.context_processor(lambda: {"theme": chosen_theme()})
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]
    sayings: dict[str, Any] = {
        name: _for_pages(getattr(language, name))
        for name in ("gettext", "ngettext", "pgettext", "npgettext")
    }
    app.jinja_env.globals.update(sayings, _=sayings["gettext"], language=language)


def _for_pages(say: Callable[..., str]) -> Callable[..., str]:
    """Say a sentence on a page: its own tags stay tags, and what is filled in is escaped."""

    @pass_eval_context
    def said(context: EvalContext, *texts: Any, **values: object) -> str:
        if not context.autoescape:
            return say(*texts, **values)
        return Markup(say(*texts, **{name: _escaped(each) for name, each in values.items()}))  # noqa: S704

    return said


def _escaped(value: object) -> object:
    return value if isinstance(value, int | float) else escape(value)


def chosen_theme() -> str:
    """Give the reader's choice from the cookie: light, dark or auto."""
    chosen = request.cookies.get(THEME_COOKIE, "") if has_request_context() else ""
    return chosen if chosen in THEMES else "auto"


def local_time(moment: datetime | None, tz: str = ZONE, *, seconds: bool = False) -> str:
    """Say the time of day in zone `tz`: "10:43" or "10:43:16"; nothing for None."""
    if moment is None:
        return ""
    return moment.astimezone(ZoneInfo(tz)).strftime("%H:%M:%S" if seconds else "%H:%M")


def when(moment: datetime | None, tz: str = ZONE, *, within: bool = False) -> str:
    """Say day and time as one would: "Today, 10:43", "Yesterday, 18:31", "20 Nov, 12:26".

    With `within` it stands inside of a sentence: "today, 10:43".
    """
    if moment is None:
        return ""
    local, today = moment.astimezone(ZoneInfo(tz)), clock.now().astimezone(ZoneInfo(tz))
    if local.year != today.year:
        return f"{day_words(local, year=True)}, {local:%H:%M}"
    name = str(_NEAR.get((today.date() - local.date()).days, ""))
    day = (name.lower() if within else name) or day_words(local)
    return f"{day}, {local:%H:%M}"


def day_words(day: date, *, year: bool = False, weekday: bool = False) -> str:
    """Say a day as the reader's language does: "20 Nov", "20 Nov 2026", "Fri 20 Nov"."""
    pattern = f"{'EEE ' if weekday else ''}d MMM{' y' if year else ''}"
    return language.day_said(day, pattern)


def full_time(moment: datetime | None, tz: str = ZONE) -> str:
    """Say a moment without doubt: "Sun 22 Nov 2026, 10:43:05 IST"."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(tz))
    return f"{day_words(local, year=True, weekday=True)}, {local:%H:%M:%S %Z}"


def duration(span: timedelta | float | None) -> str:
    """Say a span (seconds or timedelta) in its two largest units: "1 d 6 h", "44 m", "12 s"."""
    if span is None:
        return ""
    total = int(span.total_seconds() if isinstance(span, timedelta) else span)
    days, rest = divmod(abs(total), 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, left = divmod(rest, 60)
    counts = (days, hours, minutes, left)
    first = next((place for place, count in enumerate(counts) if count), 3)
    said = range(first, first + 2 if first < 2 else first + 1)
    words = [_(_SPANS[place], n=counts[place]) for place in said if counts[place]]
    return " ".join(words) or _(_SPANS[3], n=0)


def since(moment: datetime | None) -> str:
    """Say how long ago something was: "4 h ago", "just now"."""
    if moment is None:
        return _("never")
    span = clock.now() - moment
    if span < timedelta(minutes=1):
        return _("just now")
    said = _(_SPANS[0], n=span.days) if span.days else duration(span)
    return _("%(span)s ago", span=said)


def listed(words: Sequence[str]) -> str:
    """Say several things as one would: "blue", "blue and red", "blue, red and green"."""
    *first, last = map(str, words) if words else ("",)
    return _("%(list)s and %(last)s", list=", ".join(first), last=last) if first else last


def awb(number: str) -> str:
    """Group a waybill from the left by four, as it is read aloud: 7730 4418 2096."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def rupees(amount: Decimal | int | None) -> str:
    """Say an amount of rupees: "₹1,23,456" or "₹499.50"."""
    if amount is None:
        return ""
    exact = Decimal(amount).quantize(Decimal("0.01"))
    paise = f"{abs(exact) % 1:.2f}"[1:]
    return f"₹{grouped(int(exact))}{'' if paise == '.00' else paise}"


def plural(count: int, one: str, many: str = "") -> str:
    """Say a count with its noun: "1 photo", "3 photos"."""
    return f"{grouped(count)} {one if count == 1 else many or one + 's'}"


def file_size(size: int | None) -> str:
    """Say a size in bytes: "0.9 MB", "480 kB"."""
    if size is None:
        return ""
    if size >= 1_000_000_000:
        return f"{size / 1_000_000_000:.1f} GB"
    return f"{size / 1_000_000:.1f} MB" if size >= 500_000 else f"{max(1, round(size / 1000))} kB"


_FILTERS = (
    "local_time", "when", "full_time", "duration", "since",
    "day_words", "awb", "counted", "grouped", "rupees", "plural", "file_size",
)  # fmt: skip
