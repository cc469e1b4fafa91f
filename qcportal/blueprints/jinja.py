"""What templates can call: filters that put numbers and times into words, and the theme."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import Flask, has_request_context, request

from qcportal import clock

ZONE = "Asia/Kolkata"
THEME_COOKIE = "theme"
THEMES = ("light", "dark", "auto")


def register(app: Flask) -> None:
    """Give the app's templates every filter of this module and the variable `theme`."""
    for name in _FILTERS:
        app.add_template_filter(globals()[name], name)
    app.context_processor(lambda: {"theme": chosen_theme()})


def chosen_theme() -> str:
    """Give the reader's choice from the cookie: light, dark or auto."""
    chosen = request.cookies.get(THEME_COOKIE, "") if has_request_context() else ""
    return chosen if chosen in THEMES else "auto"


def local_time(moment: datetime | None, tz: str = ZONE, *, seconds: bool = False) -> str:
    """Say the time of day in zone `tz`: "10:43" or "10:43:16"; nothing for None."""
    if moment is None:
        return ""
    return moment.astimezone(ZoneInfo(tz)).strftime("%H:%M:%S" if seconds else "%H:%M")


def when(moment: datetime | None, tz: str = ZONE) -> str:
    """Say day and time as one would: "Today, 10:43", "Yesterday, 18:31", "20 Nov, 12:26"."""
    if moment is None:
        return ""
    local, today = moment.astimezone(ZoneInfo(tz)), clock.now().astimezone(ZoneInfo(tz))
    names = {0: "Today", 1: "Yesterday", -1: "Tomorrow"}
    day = names.get((today.date() - local.date()).days) or f"{local.day} {local:%b}"
    if local.year != today.year:
        day = f"{local.day} {local:%b %Y}"
    return f"{day}, {local:%H:%M}"


def full_time(moment: datetime | None, tz: str = ZONE) -> str:
    """Say a moment without doubt: "Sun 22 Nov 2026, 10:43:05 IST"."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(tz))
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M:%S %Z}"


def duration(span: timedelta | float | None) -> str:
    """Say a span (seconds or timedelta) in its two largest units: "1 d 6 h", "44 m", "12 s"."""
    if span is None:
        return ""
    total = int(span.total_seconds() if isinstance(span, timedelta) else span)
    days, rest = divmod(abs(total), 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, left = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (minutes, "m"), (left, "s")]
    first = next((place for place, (count, _) in enumerate(parts) if count), 3)
    said = parts[first : first + 2] if first < 2 else parts[first : first + 1]
    return " ".join(f"{count} {unit}" for count, unit in said if count) or "0 s"


def since(moment: datetime | None) -> str:
    """Say how long ago something was: "4 h ago", "just now"."""
    if moment is None:
        return "never"
    span = clock.now() - moment
    if span < timedelta(minutes=1):
        return "just now"
    return f"{f'{span.days} d' if span.days else duration(span)} ago"


def awb(number: str) -> str:
    """Group a waybill from the left by four, as it is read aloud: 7730 4418 2096."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def grouped(number: int) -> str:
    """Group digits the Indian way: 12,34,567."""
    head, tail = str(abs(number))[:-3], str(abs(number))[-3:]
    pairs = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)]
    return ("−" if number < 0 else "") + ",".join([*reversed(pairs), tail])


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
    "awb", "grouped", "rupees", "plural", "file_size",
)  # fmt: skip
