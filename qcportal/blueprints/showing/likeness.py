"""Look-alikes for admins: the list, the two photos side by side, and notes on other pages."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from flask import url_for

from qcportal import accounts, devices, history, likeness
from qcportal.blueprints.jinja import file_size, full_time, listed
from qcportal.blueprints.showing.likeness_words import (
    CAREFUL,
    CONFIRM,
    KINDS,
    STATES,
    distance,
    reason,
)
from qcportal.blueprints.showing.photos import distance_m, thumb, view
from qcportal.blueprints.shown.frame import Badge, Fact, Note, Option
from qcportal.blueprints.shown.likeness import (
    LikenessesPage,
    LikenessFilters,
    LikenessPage,
    LikenessRow,
    Side,
)
from qcportal.blueprints.shown.photos import PhotoView
from qcportal.blueprints.shown.return_page import CheckView, Event, Reference
from qcportal.db import db
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.likeness import Finding, Wanted
from qcportal.likeness.reads import Held, hold

PER_PAGE = 30
ACTIONS = {"likeness_found": lazy_gettext("Found"), "likeness_decided": lazy_gettext("Decided")}


def build(filters: LikenessFilters, place: int, zone: str) -> LikenessesPage:
    """Build page `place`, counted from 1, of the list."""
    wanted = _wanted(filters)
    start = (place - 1) * PER_PAGE
    asked = likeness.select_findings(wanted).offset(start).limit(PER_PAGE + 1)
    found = list(db.session.scalars(asked))
    more, found = len(found) > PER_PAGE, found[:PER_PAGE]
    held = hold(_photo_ids(found))
    total = likeness.count(wanted)
    return LikenessesPage(
        rows=tuple(_row(each, held, zone) for each in found),
        filters=filters,
        options=_options(),
        shown=_(
            "%(first)s–%(last)s of %(total)s", first=start + 1, last=start + len(found), total=total
        )
        if found
        else "",
        newer_href=_href(filters, place - 1) if place > 1 else "",
        older_href=_href(filters, place + 1) if more else "",
        tz=zone,
    )


def build_one(
    finding_id: uuid.UUID, zone: str, *, may: bool, note: str = "", error: str = ""
) -> LikenessPage:
    """Build the page of one finding, or raise NotFound; `may` says whether one may decide."""
    finding = likeness.get_finding(finding_id)
    held = hold(_photo_ids([finding]))
    both = finding.other_photo_id is not None
    sides = [_side(held[finding.photo_id], _("The later photo") if both else _("The photo"), zone)]
    if finding.other_photo_id is not None:
        sides.append(_side(held[finding.other_photo_id], _("The earlier photo"), zone))
    waits = finding.state == "open"
    return LikenessPage(
        id=str(finding.id),
        badge=KINDS[finding.kind],
        state=STATES[finding.state],
        score=finding.score,
        reason=reason(finding, zone),
        careful=CAREFUL[finding.kind],
        sides=tuple(sides),
        confirm=CONFIRM[finding.kind],
        found_at=finding.found_at,
        action=url_for("admin.decide_likeness", id=finding.id) if may and waits else "",
        compare=_compare(sides),
        decided="" if waits else f"{finding.decided_by_name}: {likeness.said(finding)}",
        decided_at=finding.decided_at,
        note=note or finding.note,
        error=error,
        events=_events(finding),
        tz=zone,
    )


def notes_on_return(return_id: uuid.UUID) -> tuple[Note, ...]:
    """Tell admins on a return what was found about its photos and not dismissed."""
    return tuple(_note(each) for each in likeness.find_for_return(return_id))


def notes_on_photo(return_id: uuid.UUID, photo_id: uuid.UUID) -> tuple[Note, ...]:
    """Tell admins on a photo's page what was found about it and not dismissed."""
    found = likeness.find_for_return(return_id)
    mine = [each for each in found if photo_id in (each.photo_id, each.other_photo_id)]
    return tuple(_note(each) for each in mine)


def _note(finding: Finding) -> Note:
    badge, href = KINDS[finding.kind], url_for("admin.likeness", id=finding.id)
    if finding.state == "confirmed":
        who = _("%(name)s decided.", name=finding.decided_by_name)
        text = f"{who} {finding.note}".strip()
        return Note("miss", badge.icon, f"{CONFIRM[finding.kind]}.", text, href, _("Show both"))
    text = _("Nothing follows from it until somebody looks.")
    return Note(
        "late",
        badge.icon,
        _("%(finding)s: to decide.", finding=badge.text),
        text,
        href,
        _("Look at it"),
    )


def _wanted(filters: LikenessFilters) -> Wanted:
    return Wanted(
        state="" if filters.state == "any" else filters.state,
        kind=filters.kind,
        merchant_id=uuid.UUID(filters.merchant) if filters.merchant else None,
        executive_id=uuid.UUID(filters.executive) if filters.executive else None,
        by_score=filters.order == "score",
    )


def _options() -> dict[str, tuple[Option, ...]]:
    stores = db.session.scalars(accounts.select_merchants())
    people = db.session.scalars(devices.select_executives())
    return {
        "kind": tuple(Option(name, badge.text) for name, badge in KINDS.items()),
        "state": (
            *(Option(name, badge.text) for name, badge in STATES.items()),
            Option("any", _("All of them")),
        ),
        "merchant": tuple(Option(str(each.id), each.name) for each in stores),
        "executive": tuple(Option(str(each.id), f"{each.name}, {each.code}") for each in people),
        "order": (Option("newest", _("Newest first")), Option("score", _("Surest first"))),
    }


def _href(filters: LikenessFilters, place: int) -> str:
    asked: dict[str, Any] = {name: value for name, value in vars(filters).items() if value}
    return url_for("admin.likenesses", **asked, page=place)


def _photo_ids(found: Iterable[Finding]) -> set[uuid.UUID]:
    pairs = ((each.photo_id, each.other_photo_id) for each in found)
    return {photo_id for pair in pairs for photo_id in pair if photo_id is not None}


def _row(finding: Finding, held: dict[uuid.UUID, Held], zone: str) -> LikenessRow:
    mine = held[finding.photo_id]
    other = held[finding.other_photo_id] if finding.other_photo_id else None
    stores = [each.rvp.merchant.name for each in (mine, other) if each]
    return LikenessRow(
        href=url_for("admin.likeness", id=finding.id),
        badge=KINDS[finding.kind],
        state=STATES[finding.state],
        score=finding.score,
        reason=reason(finding, zone),
        photo=thumb(mine.photo, mine.rvp),
        other=thumb(other.photo, other.rvp) if other else None,
        where=listed(list(dict.fromkeys(stores))),
        person=mine.person,
        found_at=finding.found_at,
    )


def _side(held: Held, title: str, zone: str) -> Side:
    photo, rvp = held.photo, held.rvp
    return Side(
        title=title,
        photo=view(photo, rvp, seen_at=None),
        awb=rvp.awb,
        return_href=url_for("admin.return_detail", id=rvp.id),
        life_href=url_for("admin.photo_life", id=photo.id),
        facts=tuple(_facts(held, zone)),
    )


def _facts(held: Held, zone: str) -> list[Fact]:
    photo, rvp = held.photo, held.rvp
    told = [Fact(_("Article"), rvp.title), Fact(_("Merchant"), rvp.merchant.name)]
    told.append(Fact(_("Executive"), held.person or _("Not said")))
    if held.phone:
        told.append(Fact(_("Phone"), held.phone))
    taken = full_time(photo.captured_at, zone) if photo.captured_at else _("Not said")
    told.append(Fact(_("Taken, says the phone"), taken))
    told.append(Fact(_("Place, says the phone"), _place(held)))
    if photo.stored_at:
        told.append(Fact(_("Reached us"), full_time(photo.stored_at, zone)))
    if photo.size is not None:
        told.append(Fact(_("File"), file_size(photo.size)))
    return told


def _place(held: Held) -> str:
    photo = held.photo
    if photo.latitude is None:
        return _("Not said")
    away = distance_m(photo, held.rvp)
    text = (
        _("Given") if away is None else _("%(distance)s from the address", distance=distance(away))
    )
    blur = "" if photo.accuracy_m is None else f", ±{round(photo.accuracy_m)} m"
    return ", ".join(filter(None, (text + blur, _("made up") if photo.mock_location else "")))


def _compare(sides: Sequence[Side]) -> CheckView | None:
    """Give the pair as the viewer takes it, when there are two pictures to look at."""
    if len(sides) != 2 or not all(side.photo.shown for side in sides):
        return None
    later, earlier = (side.photo for side in sides)
    url = earlier.src(1200)
    return CheckView(
        number=1,
        short=later.label,
        question=_("The later photo beside the earlier one"),
        badge=Badge("", "images", _("Look-alikes")),
        photos=(later,),
        reference=Reference(url, url, _alt(earlier)),
    )


def _alt(photo: PhotoView) -> str:
    return _("Earlier photo: %(label)s", label=photo.label)


def _events(finding: Finding) -> tuple[Event, ...]:
    record = db.session.scalars(history.select_chain(finding.id))
    return tuple(
        Event(ACTIONS.get(event.action, event.action), event.at, event.actor_label)
        for event in record
    )
