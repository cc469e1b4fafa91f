"""Example desks of disputes: the queue, open ones in every state, like cases, clocks, calendar."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectMultipleField,
    StringField,
)

from qcportal.blueprints import dispute_examples
from qcportal.blueprints.showing import dispute_reasons
from qcportal.blueprints.shown.dispute_calendar import (
    CalendarDay,
    CalendarMonth,
    ClocksPage,
    HolidayRow,
    HolidaysPage,
)
from qcportal.blueprints.shown.dispute_queue import (
    Queue,
    QueueFilters,
    QueueLine,
    Undoable,
    Undoing,
)
from qcportal.blueprints.shown.frame import Fact, Note, Option
from qcportal.blueprints.shown.judging import (
    Bar,
    Desk,
    Docket,
    Exhibit,
    ItemChoice,
    LikeLine,
    LikePage,
    SecondLook,
    Typed,
)
from qcportal.blueprints.shown.return_page import Live
from qcportal.blueprints.shown.returns_list import Tab
from tests.browser.examples import NOW, checks, return_page

HERE = "/admin/disputes/1"
DOOR = "/pictures/d_base-640.webp"
FAULTS = {"reason": "Choose a reason.", "text": "Say why.", "granted-1": "Name a sum."}
COMING = Note("late", "clock-alert", "1 cited photo is still on its way.", "You can decide.")


class ClocksForm(FlaskForm):  # type: ignore[misc]
    file_days = IntegerField("Days to dispute", description="Plain days.")
    decide_days = IntegerField("Working days to decide")
    reply_days = IntegerField("Working days to answer")
    appeal_days = IntegerField("Days to appeal")
    weekend = SelectMultipleField("Days of the weekend", choices=["Saturday", "Sunday"])
    two_above = StringField("Two people decide above", description="In rupees.")

    class Meta:
        csrf = False


class HolidayForm(FlaskForm):  # type: ignore[misc]
    day = DateField("Day")
    name = StringField("Name")
    yearly = BooleanField("Every year on this date")

    class Meta:
        csrf = False


def desk(kind: str = "open") -> Desk:
    """Give a desk: alone, empty, filtered, open, faulty, second, own, locked, or without proof."""
    queue = _queue(lines=() if kind in ("empty", "filtered") else _lines(kind))
    if kind == "news":
        queue = replace(queue, lines=queue.lines[1:], open_count=2, late_count=0)
    if kind == "filtered":
        queue = replace(queue, filters=QueueFilters(kind="should_have_passed"))
    undoing = Undoing("/admin/disputes/undo")
    if kind in ("alone", "open"):
        undone = (Undoable("7", "D-1186: Upheld", 900), Undoable("6", "D-1185: Declined", 800))
        undoing = replace(undoing, entries=undone)
    if kind in ("alone", "empty", "filtered"):
        return Desk(queue, undoing, first_href=HERE if kind == "alone" else "")
    return Desk(queue, undoing, _docket(kind), error=kind == "faulty")


def like(*, sure: bool = False) -> LikePage:
    """Give the choice of like cases, or its second step."""
    lines = tuple(
        LikeLine(f"{n}.1", f"D-{1187 + n}", "Fern bottle", "The marks are ours.", "₹1,499", HERE)
        for n in range(3)
    )
    return LikePage(
        first=lines[0],
        lines=lines[1:],
        what="All of Fern Home, “The item should have passed”, damaged.",
        action=f"{HERE}/like",
        back_href=HERE,
        reasons=dispute_reasons.for_declining(),
        reasons_up=dispute_reasons.for_upholding(),
        typed=Typed(text="Nothing proves it." if sure else ""),
        sure=sure,
        outcome="rejected" if sure else "",
        question="3 disputes over ₹4,497 together become: Declined." if sure else "",
    )


def clocks(*, may: bool = True) -> ClocksPage:
    """Give the clocks of a merchant."""
    told = (Fact("Sent now, decided until", "Fri 27 Nov 2026, 14:20:00 IST"),)
    return ClocksPage("1", "Fern Home", may, told, NOW)


def holidays(*, empty: bool = False) -> HolidaysPage:
    """Give the calendar of a year, here with one month."""
    days = [CalendarDay(n, "weekend" if n % 7 > 5 else "") for n in range(1, 29)]
    days[25] = CalendarDay(26, "free", "Republic Day", today=True)
    weeks = tuple(tuple(days[start : start + 7]) for start in range(0, 28, 7))
    rows = (HolidayRow("1", "26 January", "Monday", "Republic Day", yearly=True),)
    month = CalendarMonth("January", weeks, 21)
    return HolidaysPage(
        2026, () if empty else rows, (month,), tuple("MTWTFSS"), 259, not empty, "?y=1", "?y=2"
    )


def _queue(**changes: Any) -> Queue:
    named = (("mine", "Mine", 1), ("unassigned", "Unassigned", 2), ("all", "All", 3))
    tabs = [(Tab(*each), "/admin/disputes") for each in (*named, ("late", "Late", 1, "late"))]
    options = (Option("1", "Fern Home"),)
    return Queue(
        tabs=tuple(tabs),
        tab="all",
        filters=QueueFilters(),
        merchants=options,
        kinds=(Option("should_have_passed", "The item should have passed"),),
        open_count=3,
        late_count=1,
        others=3,
        more_href="/admin/disputes?after=x",
        live=Live("/admin/disputes/live", 30),
        **changes,
    )


def _lines(kind: str) -> tuple[QueueLine, ...]:
    clocks = dispute_examples.clocks()
    line = dispute_examples.line_of("under_review")
    pictures = ("a_kettle", "a_bottle_g", "a_lamp")
    return tuple(
        QueueLine(
            replace(line, number=f"D-{1186 + place}", clock=clock, late=place == 0),
            href=f"/admin/disputes/{place}",
            left=("late 20 m", "3 h 10 m", "1 d")[place],
            urgent=place == 1,
            picture_url=f"/pictures/{pictures[place]}-96.webp",
            looking="Bala Rao" if place == 0 else "",
            assigned="Asha Shinde" if place == 2 else "",
            stage="Appeal" if place == 2 else "",
            current=place == 1 and kind != "alone",
        )
        for place, clock in enumerate((clocks[-2], clocks[1], clocks[0]))
    )


def _docket(kind: str) -> Docket:
    state = {"second": "second_look", "own": "second_look", "locked": "rejected"}.get(kind)
    case = dispute_examples.case(state or "under_review", DOOR)
    told = return_page()
    check = replace(checks()[2], number=1)
    said = "Answered “Yes” by Ravi K. · photo taken Today, 10:42 · Bottles, version 4"
    exhibits = tuple(
        Exhibit(number, cited, f"{HERE}?photo={number}", check if cited.shown else None, said)
        for number, cited in enumerate((*case.cited, *case.own), start=1)
    )
    if kind == "bare":
        exhibits = ()
    return Docket(
        case=case,
        bar=_bar(kind),
        exhibits=exhibits,
        exhibit=exhibits[0] if exhibits else None,
        items=told.items,
        verdict=told.verdict,
        facts=told.facts,
        events=told.events,
        notes=(COMING,) if kind == "open" else (),
        said_by="Fern Home, sent 22 Nov, 13:05 · points to 2 photos",
        checked_at=NOW - timedelta(hours=3),
        next_href=f"{HERE}?photo=2" if exhibits else "",
    )


def _bar(kind: str) -> Bar:
    people = (Option("1", "Asha Shinde"), Option("2", "Bala Rao"))
    bar = Bar(
        seen=3,
        assign=f"{HERE}/assign",
        recategorise=f"{HERE}/recategorise",
        people=people,
        categories=(Option("damaged", "Damaged"), Option("other", "Something else")),
        category="damaged",
    )
    if kind in ("second", "own"):
        agree = f"{HERE}/agree" if kind == "second" else ""
        disagree = f"{HERE}/disagree" if kind == "second" else ""
        second = SecondLook(agree, disagree, "/admin/disputes/undo" if kind == "own" else "")
        return replace(bar, second=second, why="A second person has to agree.")
    if kind == "locked":
        return replace(bar, why="Bala Rao is looking at it, until 14:30 at the latest.")
    faulty = kind == "faulty"
    typed = Typed(errors=FAULTS, text="x", items=(("1", "x", "9"),)) if faulty else Typed()
    items = (
        ItemChoice("1", "Fern bottle", "₹1,499", "partially_approved", "9", FAULTS["granted-1"])
        if faulty
        else ItemChoice("1", "Fern bottle", "₹1,499"),
        ItemChoice("2", "Cleaning brush", "₹249"),
    )
    return replace(
        bar,
        decide=f"{HERE}/decide",
        ask=f"{HERE}/ask",
        skip=f"{HERE}/skip",
        uphold="Uphold, grant ₹1,748",
        reasons=dispute_reasons.for_declining(),
        reasons_up=dispute_reasons.for_upholding(),
        items=items,
        like_href=f"{HERE}/like",
        like_count=4,
        typed=typed,
    )
