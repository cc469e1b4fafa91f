"""Lists of photos by state, with filters in the URL, each leading to a photo's whole life."""

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from qcportal import accounts, clock, devices, errors, uploads
from qcportal.blueprints.cursors import read_cursor, write_place
from qcportal.blueprints.jinja import duration
from qcportal.blueprints.showing import saved_views
from qcportal.blueprints.showing.frames import CARRIER_ZONE
from qcportal.blueprints.showing.photos import REFUSALS
from qcportal.blueprints.showing.upload_health import BACK_DAYS, patience, standing_now
from qcportal.blueprints.showing.upload_span import read_day
from qcportal.blueprints.shown.frame import Badge, Link, Option
from qcportal.blueprints.shown.photos import WORDS, PhotoState
from qcportal.blueprints.shown.returns_list import Chip
from qcportal.blueprints.shown.upload_health import PhotoRow, StateTab, UploadPhotosPage
from qcportal.db import db
from qcportal.errors import Fault
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.uploads import STATES, ListedPhoto, PhotoPage, Standing, Wanted

TITLES = {
    "late": lazy_gettext("Late photos"),
    "missing": lazy_gettext("Missing photos"),
    "on_the_way": lazy_gettext("Photos on the way"),
    "unvouched": lazy_gettext("Photos not vouched for"),
    "conflict": lazy_gettext("Photos with two versions"),
    "refused": lazy_gettext("Photos not accepted"),
}
SINCE = {
    "missing": lazy_gettext("Announced or due"),
    "unvouched": lazy_gettext("Announced or stored"),
    "conflict": lazy_gettext("Second version told"),
    "refused": lazy_gettext("Refused"),
}
USUAL = "late"
FILTERS = ("merchant", "executive", "day")


def read_filters(args: Any) -> dict[str, str]:
    """Read the state and the filters of a URL; raises Invalid for one that is none."""
    state = args.get("state") or USUAL
    if state not in STATES:
        fault = Fault("/state", "bad_state", _("One of %(list)s.", list=", ".join(STATES)))
        raise errors.Invalid(faults=[fault])
    filters = {name: args.get(name, "") for name in FILTERS if args.get(name)}
    wanted(filters)
    return {"state": state, **filters}


def shortest(asked: dict[str, str]) -> dict[str, str]:
    """Leave out the state that is shown where none is asked for."""
    return {name: value for name, value in asked.items() if (name, value) != ("state", USUAL)}


def build(args: Any) -> UploadPhotosPage:
    """Put one page of the list together; raises Invalid for a state or a filter that is none."""
    asked = read_filters(args)
    state = asked["state"]
    filters = {name: value for name, value in asked.items() if name != "state"}
    asked_for = wanted(filters)
    place = read_cursor(args.get("before"), backwards=True) or read_cursor(args.get("after"))
    page = uploads.get_photo_page(state, patience(), asked_for, place)
    standing = uploads.count_standing(patience(), asked_for) if filters else standing_now()
    merchants = [Option(str(each.id), each.name) for each in _all(accounts.select_merchants())]
    people = [
        Option(str(each.id), f"{each.name}, {each.hub}")
        for each in _all(devices.select_executives())
    ]
    return UploadPhotosPage(
        state=state,
        title=TITLES[state],
        when=SINCE.get(state, _("Announced")),
        tabs=_tabs(standing, filters),
        rows=tuple(row(each, state) for each in page.rows),
        merchants=tuple(merchants),
        executives=tuple(people),
        filters=filters,
        chips=tuple(_chips(filters, {"merchant": merchants, "executive": people})),
        back=Link(url_for("admin.upload_health"), _("Upload health")),
        bounded=""
        if "day" in filters
        else _("The last %(n)s days. Choose a day to go further back.", n=BACK_DAYS),
        tz=CARRIER_ZONE,
        views=saved_views.above("photos", shortest(asked)),
        **_pages(page, state, filters),
    )


def row(photo: ListedPhoto, state: str) -> PhotoRow:
    """Give one line of a list."""
    return PhotoRow(
        title=photo.title,
        href=url_for("admin.photo_life", id=photo.id),
        badge=badge_of(state),
        awb=photo.awb,
        return_href=url_for("admin.return_detail", id=photo.return_id),
        merchant=photo.merchant,
        when_at=photo.moment,
        person=photo.executive or "",
        person_href=_person(photo.executive_id),
        phone=photo.phone or "",
        note=_note(photo, state),
    )


def badge_of(state: str) -> Badge:
    """Give the badge of a state that is listed."""
    return WORDS[PhotoState(state)]


def _note(photo: ListedPhoto, state: str) -> str:
    if state == "refused":
        return REFUSALS.get(photo.reason or "", photo.reason or "")
    return _("%(span)s ago", span=duration(clock.now() - photo.moment))


def _person(executive_id: uuid.UUID | None) -> str:
    return url_for("admin.upload_person", id=executive_id) if executive_id else ""


def wanted(filters: dict[str, Any]) -> Wanted:
    """Give what the filters of a URL ask for; raises Invalid for one that is none."""
    since, until = clock.now() - uploads.LOOKED_BACK, None
    if "day" in filters:
        since, until = _day(filters["day"])
    ids = {name: _id(name, filters[name]) for name in ("merchant", "executive") if name in filters}
    return Wanted(since, until, ids.get("merchant"), ids.get("executive"))


def _day(text: str) -> tuple[datetime, datetime]:
    return read_day(text, ZoneInfo(CARRIER_ZONE))


def _id(name: str, text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        fault = Fault(f"/{name}", f"bad_{name}", _("Choose one from the list."))
        raise errors.Invalid(faults=[fault]) from error


def _tabs(standing: Standing, filters: dict[str, Any]) -> tuple[StateTab, ...]:
    return tuple(
        StateTab(
            state,
            badge_of(state).text if state != "missing" else _("Missing"),
            standing.of(state).photos,
            badge_of(state).tone,
            url_for("admin.upload_photos", state=state, **filters),
        )
        for state in STATES
    )


def _chips(filters: dict[str, Any], options: dict[str, list[Option]]) -> list[Chip]:
    labels = {"merchant": _("Merchant"), "executive": _("Picked up by"), "day": _("Day")}
    found = []
    for name, value in filters.items():
        said = {each.value: each.label for each in options.get(name, ())}.get(value, value)
        found.append(Chip(labels[name], said, {name: ""}))
    return found


def _pages(page: PhotoPage, state: str, filters: dict[str, Any]) -> dict[str, str]:
    found = {}
    if page.rows and page.has_newer:
        mark = write_place(page.rows[0].moment, page.rows[0].id)
        found["newer_href"] = url_for("admin.upload_photos", state=state, before=mark, **filters)
    if page.rows and page.has_older:
        mark = write_place(page.rows[-1].moment, page.rows[-1].id)
        found["older_href"] = url_for("admin.upload_photos", state=state, after=mark, **filters)
    return found


def _all(statement: Any) -> Any:
    return db.session.scalars(statement).all()
