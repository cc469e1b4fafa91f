"""Working time: deadlines that stand still on weekends and holidays. Pure.

A working day lasts from midnight to midnight in the calendar's zone and counts as 24 hours, so
that five working days after Tuesday 17:30 are the next Tuesday 17:30.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
NOTHING = timedelta()


@dataclass(frozen=True)
class Calendar:
    """Which days are worked: `weekend` counts Monday as 0, `yearly` holds (month, day)."""

    zone: str = "Asia/Kolkata"
    weekend: frozenset[int] = frozenset({5, 6})
    holidays: frozenset[date] = frozenset()
    yearly: frozenset[tuple[int, int]] = frozenset()

    def __post_init__(self) -> None:
        if not self.weekend < frozenset(range(7)):
            raise ValueError("a week needs a working day")

    def works_on(self, day: date) -> bool:
        """Tell whether a day is worked."""
        free = day.weekday() in self.weekend or day in self.holidays
        return not free and (day.month, day.day) not in self.yearly

    def day_of(self, moment: datetime) -> date:
        """Give the day of a moment (aware) in the calendar's zone."""
        return moment.astimezone(ZoneInfo(self.zone)).date()


def add(calendar: Calendar, moment: datetime, amount: timedelta) -> datetime:
    """Give the moment that lies so much working time after another, in UTC.

    It always lies on a working day: a clock that would end at midnight before a free day ends at
    the start of the next working day.
    """
    at, left = _first_worked(calendar, moment), amount
    while (room := _end_of(calendar, at) - at) <= left:
        left -= room
        at = _first_worked(calendar, at + room)
    return at + left


def add_days(calendar: Calendar, moment: datetime, days: int) -> datetime:
    """Give the moment that lies so many working days after another, in UTC."""
    return add(calendar, moment, days * DAY)


def between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Give the working time from `start` to `end`; nothing where `end` lies before."""
    at, worked = _first_worked(calendar, start), NOTHING
    while at < end:
        stop = min(_end_of(calendar, at), end)
        worked += stop - at
        at = _first_worked(calendar, stop)
    return worked


def _first_worked(calendar: Calendar, moment: datetime) -> datetime:
    """Give the moment itself on a working day, or else the start of the next one."""
    day = calendar.day_of(moment)
    if calendar.works_on(day):
        return moment.astimezone(UTC)
    while not calendar.works_on(day):
        day += DAY
    return _start_of(calendar, day)


def _end_of(calendar: Calendar, moment: datetime) -> datetime:
    return _start_of(calendar, calendar.day_of(moment) + DAY)


def _start_of(calendar: Calendar, day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(calendar.zone)).astimezone(UTC)
