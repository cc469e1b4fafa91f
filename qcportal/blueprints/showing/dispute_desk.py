"""The desk on which disputes are decided: the queue, and the dispute that is open beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import url_for

from qcportal import disputes
from qcportal.blueprints.jinja import when
from qcportal.blueprints.showing import (
    details,
    dispute_case,
    dispute_events,
    dispute_queue,
    judging,
    return_items,
    return_page,
)
from qcportal.blueprints.showing import held as held_of
from qcportal.blueprints.showing.held import Held, counts
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.showing.verdict_card import verdict
from qcportal.blueprints.shown.dispute_queue import QueueFilters
from qcportal.blueprints.shown.disputes import CaseView, CitedView
from qcportal.blueprints.shown.frame import Note
from qcportal.blueprints.shown.judging import Bar, Desk, Docket, Exhibit, Typed
from qcportal.blueprints.shown.return_page import CheckView, ItemView
from qcportal.disputes import Case, CaseInFull, Person
from qcportal.language import gettext as _
from qcportal.language import ngettext


def queue_alone(filters: QueueFilters, asker: Asker, *, by: Person) -> Desk:
    """Build the desk without an open dispute; the first that is free stands ready."""
    queue = dispute_queue.build(filters, None, by=by)
    first = disputes.find_next(dispute_queue.wanted_of(filters), by=by)
    href = url_for("admin.dispute", id=first, **filters.args()) if first else ""
    return Desk(queue, dispute_queue.undoing(by=by), first_href=href, tz=asker.zone)


def build(
    full: CaseInFull,
    filters: QueueFilters,
    asker: Asker,
    *,
    by: Person,
    asked: int = 1,
    typed: Typed | None = None,
) -> Desk:
    """Build the desk with a dispute; `asked` is the cited photo to open, counted from 1."""
    typed = typed or Typed()
    return Desk(
        queue=dispute_queue.build(filters, full.case, by=by),
        undoing=dispute_queue.undoing(by=by),
        docket=_docket(full, filters, asker, typed, by=by, asked=asked),
        error=bool(typed.errors),
        tz=asker.zone,
    )


def _docket(
    full: CaseInFull,
    filters: QueueFilters,
    asker: Asker,
    typed: Typed,
    *,
    by: Person,
    asked: int,
) -> Docket:
    held = held_of.load(full.case.return_id)
    photos = return_page.photo_views(held, asker)
    items = return_items.views(held, photos)
    case = dispute_case.build(full, asker)
    exhibits = _exhibits(case, items, held, full.case, filters)
    at = min(max(asked, 1), len(exhibits)) if exhibits else 0
    counted = [photos[photo.id] for photo in held.photos if counts(photo, held.rvp)]
    bar = judging.bar(full, filters, typed, by=by)
    return Docket(
        case=case,
        bar=bar,
        exhibits=exhibits,
        exhibit=exhibits[at - 1] if at else None,
        items=items,
        verdict=verdict(held),
        facts=details.facts(held, counted),
        events=dispute_events.events(full.history),
        notes=_notes(case, bar),
        said_by=_said_by(case, full.case),
        checked_at=held.rvp.checked_at,
        previous_href=exhibits[at - 2].href if at > 1 else "",
        next_href=exhibits[at].href if at and at < len(exhibits) else "",
    )


def _exhibits(
    case: CaseView,
    items: Sequence[ItemView],
    held: Held,
    row: Case,
    filters: QueueFilters,
) -> tuple[Exhibit, ...]:
    """Show what is pointed at: photos that can be seen first, then the gaps, then own files."""
    checks = _checks_by_photo(items)
    pieces = sorted(case.cited, key=lambda each: not each.shown)
    return tuple(
        _exhibit(number, each, checks, held, _args(row, filters, number))
        for number, each in enumerate((*pieces, *case.own), start=1)
    )


def _args(row: Case, filters: QueueFilters, number: int) -> dict[str, Any]:
    return {"id": row.id, **filters.args(), "photo": number}


def _exhibit(
    number: int,
    cited: CitedView,
    checks: Mapping[str, CheckView],
    held: Held,
    args: dict[str, Any],
) -> Exhibit:
    check = checks.get(cited.photo.id) if cited.photo else None
    said = _answered(check, held) if check else ""
    if check and cited.photo:
        check = replace(check, number=number, photos=(cited.photo,))
    return Exhibit(number, cited, url_for("admin.dispute", **args), check, said)


def _checks_by_photo(items: Sequence[ItemView]) -> dict[str, CheckView]:
    return {photo.id: check for item in items for check in item.checks for photo in check.photos}


def _answered(check: CheckView, held: Held) -> str:
    """Say who answered what at the door, when, and by which rule: the line under the question."""
    parts = []
    if check.answer and held.inspection:
        who = held.inspection.executive.name
        parts.append(_("Answered “%(answer)s” by %(name)s", answer=check.answer, name=who))
    if check.photo and check.photo.taken_at:
        parts.append(
            _("photo taken %(time)s", time=when(check.photo.taken_at, held.rvp.merchant.timezone))
        )
    if check.why and check.why[0].condition:
        parts.append(_("asked where %(condition)s", condition=check.why[0].condition))
    if check.rulebook:
        parts.append(check.rulebook)
    return " · ".join(parts)


def _said_by(case: CaseView, row: Case) -> str:
    filed = when(row.filed_at, case.tz) if row.filed_at else ""
    told = _("%(merchant)s, sent %(time)s", merchant=row.merchant_name, time=filed)
    points = ngettext(
        "points to %(num)s photo",
        "points to %(num)s photos",
        sum(1 for each in case.cited if not each.missing),
    )
    return f"{told} · {points}" if case.cited else told


def _notes(case: CaseView, bar: Bar) -> tuple[Note, ...]:
    """Say what else to know before deciding: what is still to come, and why not to decide now."""
    said = []
    if case.on_the_way:
        strong = ngettext(
            "%(num)s cited photo is still on its way.",
            "%(num)s cited photos are still on their way.",
            case.on_the_way,
        )
        text = _("You can decide all the same; a photo that comes later stays on record.")
        said.append(Note("late", "clock-alert", strong, text))
    if bar.two:
        said.append(Note("", "users", _("Two people decide."), bar.two))
    return tuple(said)
