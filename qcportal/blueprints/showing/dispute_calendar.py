"""A merchant's clocks with what they come to, and the carrier's calendar of one year."""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from flask import url_for

from qcportal import clock, disputes
from qcportal.accounts import Merchant
from qcportal.blueprints.jinja import full_time
from qcportal.blueprints.showing.frames import CARRIER_ZONE
from qcportal.blueprints.shown.dispute_calendar import (
    CalendarDay,
    CalendarMonth,
    ClocksPage,
    DayKind,
    HolidayRow,
    HolidaysPage,
)
from qcportal.blueprints.shown.frame import Fact
from qcportal.db import db
from qcportal.disputes import Deadlines, Holiday, working_days
from qcportal.language import gettext as _
from qcportal.language import locale

FIRST, LAST = 2000, 2200


def clocks(merchant: Merchant, *, may: bool) -> ClocksPage:
    """Show what a merchant's clocks come to for a dispute that is sent now."""
    at, kept = clock.now(), disputes.deadlines_of(merchant)
    days = disputes.calendar_of(merchant)
    reply = working_days.add_days(days, at, kept.reply_days)
    decide = working_days.add_days(days, at, kept.decide_days)
    ends = (
        (_("Inspected now, disputed until"), at + timedelta(days=kept.file_days)),
        (_("Asked now, answered until"), reply),
        (_("Sent now, decided until"), decide),
        (_("Decided now, appealed until"), at + timedelta(days=kept.appeal_days)),
    )
    examples = tuple(Fact(label, full_time(end, merchant.timezone)) for label, end in ends)
    return ClocksPage(str(merchant.id), merchant.name, may, examples, at, merchant.timezone)


def holidays(year: int, *, may: bool) -> HolidaysPage:
    """Show one year of the carrier's calendar; weekends are those of most merchants."""
    rows = [each for each in db.session.scalars(disputes.select_holidays()) if _in(each, year)]
    rows.sort(key=lambda each: (each.month, each.day))
    names = {(each.month, each.day): each.name for each in rows}
    months = tuple(_month(year, number, names) for number in range(1, 13))
    return HolidaysPage(
        year=year,
        rows=tuple(_row(each, year) for each in rows),
        months=months,
        weekdays=tuple(_weekdays("narrow")),
        working=sum(month.working for month in months),
        may=may,
        previous_href=url_for("admin.holidays", year=year - 1) if year > FIRST else "",
        next_href=url_for("admin.holidays", year=year + 1) if year < LAST else "",
        tz=CARRIER_ZONE,
    )


def _in(holiday: Holiday, year: int) -> bool:
    """Tell whether a holiday falls into a year; 29 February does not come every year."""
    if holiday.year:
        return holiday.year == year
    return (holiday.month, holiday.day) != (2, 29) or calendar.isleap(year)


def _row(holiday: Holiday, year: int) -> HolidayRow:
    day = date(year, holiday.month, holiday.day)
    return HolidayRow(
        id=str(holiday.id),
        day=f"{day.day} {_months()[day.month - 1]}",
        weekday=_weekdays("wide")[day.weekday()],
        name=holiday.name,
        yearly=not holiday.year,
    )


def _month(year: int, number: int, names: Mapping[tuple[int, int], str]) -> CalendarMonth:
    today = clock.now().date()
    weeks = tuple(
        tuple(_day(day, number, names, today) for day in week)
        for week in calendar.Calendar().monthdatescalendar(year, number)
    )
    working = sum(day.kind == "" for week in weeks for day in week)
    return CalendarMonth(_months()[number - 1], weeks, working)


def _day(day: date, month: int, names: Mapping[tuple[int, int], str], today: date) -> CalendarDay:
    if day.month != month:
        return CalendarDay(day.day, "out")
    name = names.get((day.month, day.day), "")
    weekend = day.weekday() in Deadlines().weekend
    kind: DayKind = "free" if name else "weekend" if weekend else ""
    return CalendarDay(day.day, kind, name, day == today)


def _months() -> Sequence[str]:
    names = locale().months["stand-alone"]["wide"]
    return [names[number] for number in range(1, 13)]


def _weekdays(width: str) -> Sequence[str]:
    names = locale().days["stand-alone"][width]
    return [names[number] for number in range(7)]
