"""Working time: never on a free day, monotonic, and what was stopped goes on with what was left."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.disputes import working_days
from qcportal.disputes.working_days import Calendar

IST = ZoneInfo("Asia/Kolkata")
NATIONAL = frozenset({(1, 26), (8, 15), (10, 2)})
INDIA = Calendar(yearly=NATIONAL)
ZONES = ["Asia/Kolkata", "UTC", "America/New_York", "Europe/London", "Asia/Beirut",
         "Australia/Lord_Howe", "Pacific/Apia"]  # fmt: skip
moments = st.datetimes(
    datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC), allow_imaginary=False
)
amounts = st.timedeltas(timedelta(), timedelta(days=30))
calendars = st.builds(
    Calendar,
    zone=st.sampled_from(ZONES),
    weekend=st.frozensets(st.integers(0, 6), max_size=6),
    holidays=st.frozensets(st.dates(date(2024, 1, 1), date(2030, 6, 1)), max_size=30),
    yearly=st.just(NATIONAL),
)


def ist(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=IST)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-24T17:30", 5, "2026-12-01T17:30"),  # Tuesday over a weekend to Tuesday
        ("2026-11-27T10:00", 1, "2026-11-30T10:00"),  # Friday to Monday
        ("2026-11-28T10:00", 1, "2026-12-01T00:00"),  # a Saturday counts from Monday on
        ("2026-10-01T12:00", 1, "2026-10-05T12:00"),  # Gandhi Jayanti is a Friday
        ("2026-01-23T09:00", 2, "2026-01-28T09:00"),  # Republic Day is a Monday
        ("2026-11-24T17:30", 0, "2026-11-24T17:30"),
    ],
)
def test_deadlines_in_india(start: str, days: int, end: str) -> None:
    assert working_days.add_days(INDIA, ist(start), days) == ist(end)


def test_a_clock_stands_still_over_the_weekend() -> None:
    friday, monday = ist("2026-11-27T18:00"), ist("2026-11-30T06:00")
    assert working_days.between(INDIA, friday, monday) == timedelta(hours=12)
    assert working_days.between(INDIA, monday, friday) == timedelta()


def test_a_week_without_a_working_day_is_refused() -> None:
    with pytest.raises(ValueError, match="working day"):
        Calendar(weekend=frozenset(range(7)))


@given(calendars, moments, amounts)
def test_a_deadline_never_lies_on_a_free_day(
    calendar: Calendar, moment: datetime, amount: timedelta
) -> None:
    end = working_days.add(calendar, moment, amount)
    assert calendar.works_on(calendar.day_of(end))
    assert end >= moment + amount


@given(calendars, moments, moments, amounts)
def test_who_begins_later_ends_no_earlier(
    calendar: Calendar, one: datetime, other: datetime, amount: timedelta
) -> None:
    early, late = sorted((one, other))
    assert working_days.add(calendar, early, amount) <= working_days.add(calendar, late, amount)


@given(calendars, moments, amounts, amounts)
def test_more_time_ends_later_and_time_adds_up(
    calendar: Calendar, moment: datetime, first: timedelta, second: timedelta
) -> None:
    step = working_days.add(calendar, moment, first)
    whole = working_days.add(calendar, moment, first + second)
    assert working_days.add(calendar, step, second) == whole
    assert whole >= step
    if second:
        assert whole > step


@given(calendars, moments, amounts)
def test_the_time_between_is_what_was_added(
    calendar: Calendar, moment: datetime, amount: timedelta
) -> None:
    end = working_days.add(calendar, moment, amount)
    assert working_days.between(calendar, moment, end) == amount


@given(calendars, moments, moments, moments)
def test_a_clock_that_was_stopped_goes_on_with_what_was_left(
    calendar: Calendar, one: datetime, two: datetime, three: datetime
) -> None:
    started, stopped, resumed = sorted((one, two, three))
    end = working_days.add_days(calendar, started, 5)
    left = working_days.between(calendar, stopped, end)
    again = working_days.add(calendar, resumed, left)
    assert again >= end or left == timedelta()
    assert working_days.between(calendar, resumed, again) == left
