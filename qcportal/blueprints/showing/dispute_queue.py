"""The queue of disputes for the carrier's people: by the time that is left, late ones first."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from flask import url_for
from werkzeug.datastructures import MultiDict

from qcportal import accounts, clock, disputes
from qcportal.blueprints import pictures
from qcportal.blueprints.cursors import read_cursor, write_place
from qcportal.blueprints.jinja import duration
from qcportal.blueprints.showing import frames, saved_views
from qcportal.blueprints.showing.dispute_case import case_line
from qcportal.blueprints.showing.dispute_clocks import URGENT_S
from qcportal.blueprints.showing.frames import CARRIER_ZONE
from qcportal.blueprints.shown.dispute_queue import (
    Queue,
    QueueFilters,
    QueueLine,
    Undoable,
    Undoing,
)
from qcportal.blueprints.shown.dispute_words import kind_words, outcome_badge
from qcportal.blueprints.shown.frame import Option
from qcportal.blueprints.shown.return_page import Live
from qcportal.blueprints.shown.returns_list import Tab
from qcportal.db import db
from qcportal.disputes import KINDS, QUEUES, Case, Page, Person, Place, QueueFilter, State
from qcportal.language import gettext as _

LOOK_S = 30
"""Seconds between two looks of an open desk at the queue."""

A_MOMENT = timedelta(microseconds=1)
LAST_ID = uuid.UUID(int=2**128 - 1)


def read_filters(args: MultiDict[str, str]) -> QueueFilters:
    """Read the filters of a URL; what cannot be asked for counts as not asked."""
    whose, kind = args.get("whose", ""), args.get("kind", "")
    merchant = args.get("merchant", type=uuid.UUID)
    return QueueFilters(
        whose=whose if whose in QUEUES else "all",
        merchant=str(merchant) if merchant else "",
        kind=kind if kind in KINDS else "",
        late=args.get("late") == "1",
        after=args.get("after", ""),
    )


def wanted_of(filters: QueueFilters) -> QueueFilter:
    """Give the filters as the domain knows them."""
    merchant = uuid.UUID(filters.merchant) if filters.merchant else None
    return QueueFilter(filters.whose, filters.late, merchant, filters.kind)


def build(filters: QueueFilters, current: Case | None, *, by: Person) -> Queue:
    """Build the left side of the desk, on the page that holds the dispute that is open."""
    wanted, at = wanted_of(filters), clock.now()
    page = _page(filters, wanted, current, by)
    counts, whole = frames.ask(
        disputes.queue_question(wanted, by=by), disputes.queue_question(QueueFilter(), by=by)
    )
    lines = tuple(_line(each, filters, current, by, at) for each in page.rows)
    on = filters.args(after=write_place(page.next.at, page.next.id)) if page.next else None
    return Queue(
        lines=lines,
        tabs=_tabs(filters, counts),
        tab="late" if filters.late else filters.whose,
        filters=filters,
        merchants=_merchants(),
        kinds=tuple(Option(code, words[0]) for code, words in kind_words().items()),
        open_count=whole.all,
        late_count=whole.late,
        others=counts.all,
        start_href=url_for("admin.disputes", **filters.args(after="")) if filters.after else "",
        more_href=url_for("admin.disputes", **on) if on else "",
        views=None if current else saved_views.above("disputes", filters.args(after="")),
        live=Live(url_for("admin.disputes_live", **filters.args(open=_open(current))), LOOK_S),
        **_beside(lines),
    )


def undoing(*, by: Person) -> Undoing:
    """Show what this person decided in the last seconds."""
    at = clock.now()
    entries = tuple(_undoable(each, at) for each in disputes.get_undoable(by=by))
    return Undoing(url_for("admin.undo_disputes"), entries)


def place_of(case: Case) -> Place | None:
    """Give where a dispute stands in the queue."""
    return Place(case.clocks.decide_by, case.id) if case.clocks.decide_by else None


def _open(current: Case | None) -> str:
    return str(current.id) if current else ""


def _page(filters: QueueFilters, wanted: QueueFilter, current: Case | None, by: Person) -> Page:
    found = read_cursor(filters.after or None)
    page = disputes.get_queue(wanted, Place(found.activity_at, found.id) if found else None, by=by)
    place = place_of(current) if current and current.waits_for == "admin" else None
    if current is None or place is None or any(each.id == current.id for each in page.rows):
        return page
    there = disputes.get_queue(wanted, Place(place.at - A_MOMENT, LAST_ID), by=by)
    return there if any(each.id == current.id for each in there.rows) else page


def _line(
    case: Case, filters: QueueFilters, current: Case | None, by: Person, at: datetime
) -> QueueLine:
    left = case.time_left(at) or 0.0
    return QueueLine(
        line=case_line(case, inside=True, zone=CARRIER_ZONE, at=at),
        href=url_for("admin.dispute", id=case.id, **filters.args()),
        left=_left(left),
        urgent=left < URGENT_S,
        picture_url=pictures.catalogue_urls(case.picture, at).get(96, ""),
        looking=looking_at(case, at) if case.claimed_by != by.id else "",
        assigned=case.assigned_to_name,
        stage=_stage(case),
        current=current is not None and current.id == case.id,
    )


def _left(seconds: float) -> str:
    """Say how much time is left, or by how much it has passed."""
    words = duration(max(60.0, abs(seconds)))
    return _("late %(time)s", time=words) if seconds <= 0 else words


def looking_at(case: Case, at: datetime) -> str:
    """Name who has a dispute open at a moment, or nobody."""
    until = case.claimed_until
    return case.claimed_by_name if until is not None and until > at else ""


def _stage(case: Case) -> str:
    if case.state is State.SECOND_LOOK:
        return _("Second look")
    return _("Appeal") if case.level == 2 else ""


def _beside(lines: Sequence[QueueLine]) -> dict[str, str]:
    """Give the links to the lines before and after the open one; the first where none is open."""
    at = next((place for place, each in enumerate(lines) if each.current), None)
    if at is None:
        return {"next_href": lines[0].href if lines else ""}
    return {
        "previous_href": lines[at - 1].href if at else "",
        "next_href": lines[at + 1].href if at + 1 < len(lines) else "",
    }


def _tabs(filters: QueueFilters, counts: disputes.QueueCounts) -> tuple[tuple[Tab, str], ...]:
    shown = replace(filters, late=False, after="")
    words = {"mine": _("Mine"), "unassigned": _("Unassigned"), "all": _("All")}
    tabs = [
        (
            Tab(name, words[name], getattr(counts, name)),
            shown.args(whose="" if name == "all" else name),
        )
        for name in QUEUES
    ]
    tabs.append((Tab("late", _("Late"), counts.late, "late"), shown.args(whose="", late="1")))
    return tuple((tab, url_for("admin.disputes", **args)) for tab, args in tabs)


def _merchants() -> tuple[Option, ...]:
    stores = db.session.scalars(accounts.select_merchants())
    return tuple(Option(str(each.id), each.name) for each in stores)


def _undoable(case: Case, at: datetime) -> Undoable:
    end = case.clocks.effective_at or at
    outcome = outcome_badge(case.pending_outcome or "rejected").text
    text = _("%(number)s: %(outcome)s", number=case.number, outcome=outcome)
    return Undoable(str(case.id), text, max(1, int((end - at).total_seconds())))
