"""The clocks of a merchant's disputes, and the days on which the carrier does not work."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from qcportal.blueprints.shown.frame import Fact

DayKind = Literal["", "weekend", "free", "out"]


@dataclass(frozen=True)
class ClocksPage:
    """`admin/dispute_clocks.html`, with `form`: what holds now is told by `examples`."""

    merchant_id: str
    merchant: str
    may: bool
    examples: tuple[Fact, ...]
    sent_at: datetime
    tz: str = "Asia/Kolkata"


@dataclass(frozen=True)
class HolidayRow:
    """One free day; `yearly` comes every year, `weekday` is of the year that is shown."""

    id: str
    day: str
    weekday: str
    name: str
    yearly: bool


@dataclass(frozen=True)
class CalendarDay:
    """One day of a month's sheet; `name` is that of a holiday."""

    number: int
    kind: DayKind = ""
    name: str = ""
    today: bool = False


@dataclass(frozen=True)
class CalendarMonth:
    """One month by weeks from Monday on; days of other months are `out`."""

    name: str
    weeks: tuple[tuple[CalendarDay, ...], ...]
    working: int


@dataclass(frozen=True)
class HolidaysPage:
    """`admin/holidays.html`, with `form`: the carrier's free days of one year."""

    year: int
    rows: tuple[HolidayRow, ...]
    months: tuple[CalendarMonth, ...]
    weekdays: tuple[str, ...]
    working: int
    may: bool
    previous_href: str
    next_href: str
    tz: str = "Asia/Kolkata"
