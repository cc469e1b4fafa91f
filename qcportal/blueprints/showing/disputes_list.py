"""The list of a merchant's disputes: tabs with counts, search, filters that live in the URL."""

import uuid

from flask import url_for
from werkzeug.datastructures import MultiDict

from qcportal import clock, disputes, errors
from qcportal.blueprints import access
from qcportal.blueprints.cursors import read_cursor, write_place
from qcportal.blueprints.jinja import counted
from qcportal.blueprints.showing import frames, saved_views
from qcportal.blueprints.showing.dispute_case import case_line
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown.dispute_page import DisputeFilters, DisputesPage
from qcportal.blueprints.shown.dispute_words import category_words, kind_words
from qcportal.blueprints.shown.frame import Note, Option, Tone
from qcportal.blueprints.shown.returns_list import Chip, Tab
from qcportal.disputes import ListFilter, Person, Place
from qcportal.errors import Fault
from qcportal.language import gettext as _
from qcportal.language import ngettext

LATE = "late"
LONGEST = 120


def settle_due(dispute_id: uuid.UUID | None = None) -> None:
    """Let the times that have come have their effect before anything is shown."""
    if disputes.is_any_due(dispute_id=dispute_id):
        access.write_apart(lambda: disputes.settle_due(dispute_id=dispute_id))


def find_exact(query: str) -> uuid.UUID | None:
    """Find the dispute whose whole number was typed."""
    number = disputes.number_in(query)
    return disputes.find_by_number(number) if number is not None else None


def read_filters(args: MultiDict[str, str]) -> DisputeFilters:
    """Read the filters of a URL; raises Invalid for a tab, kind or category that is none."""
    tab, kind, category = (args.get(name, "") for name in ("tab", "kind", "category"))
    known = {"tab": ("", LATE, *disputes.TABS), "kind": ("", *disputes.KINDS)}
    known["category"] = ("", *disputes.CATEGORIES)
    given = {"tab": tab, "kind": kind, "category": category}
    faults = [
        Fault(
            f"/{name}",
            f"bad_{name}",
            _("One of %(list)s.", list=", ".join(filter(None, known[name]))),
        )
        for name, value in given.items()
        if value not in known[name]
    ]
    if faults:
        raise errors.Invalid(faults=faults)
    return DisputeFilters(tab or "all", args.get("q", "")[:LONGEST], kind, category)


def build(args: MultiDict[str, str], asker: Asker, *, by: Person) -> DisputesPage:
    """Build the page in a number of statements that does not grow with it."""
    filters = read_filters(args)
    at = read_cursor(args.get("after"))
    place = Place(at.activity_at, at.id) if at else None
    asked = wanted(filters, asker)
    page = disputes.get_page(asked, place, by=by)
    (counts,) = frames.ask(disputes.tabs_question(asked))
    now = clock.now()
    rows = tuple(case_line(case, inside=False, zone=asker.zone, at=now) for case in page.rows)
    narrowed = bool(filters.args()) or place is not None
    total = counts[filters.tab]
    return DisputesPage(
        filters=filters,
        tabs=_tabs(counts),
        rows=rows,
        chips=_chips(filters),
        kinds=tuple(Option(key, words) for key, (words, _hint) in kind_words().items()),
        categories=tuple(Option(key, words) for key, words in category_words().items()),
        notes=_notes(counts),
        shown=_("%(n)s of %(total)s", n=len(rows), total=counted(total)) if rows else "",
        older={"after": write_place(page.next.at, page.next.id)} if page.next else None,
        first=place is None,
        empty="" if rows else "no_match" if narrowed else "none",
        scope=asker.scope,
        tz=asker.zone,
        views=saved_views.above("disputes", filters.args()),
    )


def wanted(filters: DisputeFilters, asker: Asker) -> ListFilter:
    """Give what the filters of a URL ask for."""
    late = filters.tab == LATE
    return ListFilter(
        tab="all" if late else filters.tab,
        query=filters.q,
        late=late,
        kind=filters.kind,
        category=filters.category,
        merchant_id=asker.merchant_id,
    )


def _tabs(counts: dict[str, int]) -> tuple[Tab, ...]:
    words: tuple[tuple[str, str, Tone], ...] = (
        ("all", _("All"), ""),
        ("draft", _("Drafts"), ""),
        ("question", _("Question for you"), "late"),
        ("in_review", _("In review"), ""),
        (LATE, _("Overdue"), "late"),
        ("decided", _("Decided"), ""),
        ("withdrawn", _("Withdrawn"), ""),
    )
    return tuple(
        Tab(key, label, counts[key], tone if counts[key] else "") for key, label, tone in words
    )


def _chips(filters: DisputeFilters) -> tuple[Chip, ...]:
    given = {
        "q": (_("Search"), filters.q),
        "kind": (_("You said"), kind_words().get(filters.kind, ("", ""))[0]),
        "category": (_("Category"), category_words().get(filters.category, "")),
    }
    return tuple(Chip(label, value, {name: ""}) for name, (label, value) in given.items() if value)


def _notes(counts: dict[str, int]) -> tuple[Note, ...]:
    """Say above the list what cannot wait."""
    notes = []
    if asked := counts["question"]:
        said = ngettext(
            "%(num)s dispute waits for your answer.",
            "%(num)s disputes wait for your answer.",
            asked,
            num=counted(asked),
        )
        href = url_for("merchant.disputes", tab="question")
        icon = "message-circle-question-mark"
        notes.append(Note("late", icon, said, "", href, _("Answer")))
    if late := counts[LATE]:
        said = ngettext(
            "The carrier is late with %(num)s dispute.",
            "The carrier is late with %(num)s disputes.",
            late,
            num=counted(late),
        )
        href = url_for("merchant.disputes", tab=LATE)
        notes.append(Note("late", "clock-alert", said, "", href, _("Show")))
    return tuple(notes)
