"""Builds the line of saved views above a list, and the page on which they are looked after.

A span of days that ends today moves along: it is kept as a number of days, not as two dates.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import url_for

from qcportal import clock, saved_views
from qcportal.blueprints.access import MANAGE, OPERATE, current_session, may
from qcportal.blueprints.onlooking import ViewedSession
from qcportal.blueprints.showing.frames import zone
from qcportal.blueprints.shown.saved_views import SavedViews, ViewLink, ViewRow, ViewsPage, ViewUndo
from qcportal.db import db
from qcportal.errors import PortalError
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.saved_views import SavedView, Shelves

LAST = "last"
SPANS = ("0", "6", "29", "89")


class ListOf(NamedTuple):
    """A list whose views can be saved: its endpoint by audience, and its name."""

    endpoints: Mapping[str, str]
    title: str


LISTS = {
    "returns": ListOf(
        {"merchant": "merchant.returns_list", "admin": "admin.returns_list"},
        lazy_gettext("Returns"),
    ),
    "disputes": ListOf(
        {"merchant": "merchant.disputes", "admin": "admin.disputes"}, lazy_gettext("Disputes")
    ),
    "reviews": ListOf({"merchant": "merchant.reviews"}, lazy_gettext("Needs a look")),
    "photos": ListOf({"admin": "admin.upload_photos"}, lazy_gettext("Photos")),
}
NAMES = {
    "tab": lazy_gettext("Tab"),
    "q": lazy_gettext("Search"),
    "from": lazy_gettext("From"),
    "to": lazy_gettext("To"),
    LAST: lazy_gettext("Last days"),
    "city": lazy_gettext("City"),
    "reason": lazy_gettext("Reason"),
    "executive": lazy_gettext("Picked up by"),
    "kind": lazy_gettext("Kind"),
    "category": lazy_gettext("Category"),
    "whose": lazy_gettext("Whose"),
    "merchant": lazy_gettext("Merchant"),
    "late": lazy_gettext("Late"),
    "state": lazy_gettext("State"),
    "day": lazy_gettext("Day"),
    "default": lazy_gettext("If nobody decides"),
    "by": lazy_gettext("Decided by"),
}


def audience() -> str:
    """Give the door of who is signed in."""
    return "admin" if current_session().user.merchant_id is None else "merchant"


def shelves() -> Shelves:
    """Give the shelves of who is signed in."""
    user = current_session().user
    return Shelves(user.merchant_id, user.id)


def may_share() -> bool:
    """Tell whether who is signed in looks after what their whole side sees."""
    return may(OPERATE if audience() == "admin" else MANAGE)


def shared_words() -> str:
    """Say with whom a view can be shared; nothing for who may not."""
    if not may_share():
        return ""
    if audience() == "admin":
        return _("Share it with all of the carrier’s people")
    return _("Share it with everybody of the store")


def above(list_: str, args: Mapping[str, str]) -> SavedViews:
    """Build the line above a list that shows what `args` ask for, in one statement."""
    links = tuple(_link(view, args) for view in saved_views.find_views_of(list_, shelves()))
    new = bool(args) and not any(link.current for link in links)
    looking = _looking_on()
    return SavedViews(
        list=list_,
        links=links,
        filters=args if new and not looking else None,
        save=url_for(f"{audience()}.save_view") if not looking else "",
        manage=url_for(f"{audience()}.saved_views"),
        shared_words=shared_words(),
    )


def kept(args: Mapping[str, str]) -> dict[str, str]:
    """Give filters as they are kept: days up to today as how many they are."""
    found, today = dict(args), _today()
    for back in SPANS:
        if (args.get("from"), args.get("to")) == _days(back, today):
            del found["from"], found["to"]
            found[LAST] = back
    return found


def opened(filters: Mapping[str, str]) -> dict[str, str]:
    """Give kept filters as the URL asks for them today."""
    found = dict(filters)
    if LAST in found:
        found["from"], found["to"] = _days(found.pop(LAST), _today())
    return found


def list_url(list_: str, args: Mapping[str, str]) -> str:
    """Give the address of a list with its filters, at the door of who is signed in."""
    return url_for(LISTS[list_].endpoints[audience()], **dict(args))  # type: ignore[arg-type]


def deleted(view: SavedView) -> dict[str, str]:
    """Give what the form that brings a view back sends."""
    shared = {"shared": "1"} if view.shelf == shelves().shared else {}
    return {**opened(view.filters), **shared, "list": view.list, "name": view.name}


def build(
    *,
    refused: PortalError | None = None,
    of: str = "",
    typed: str = "",
    deleted: Mapping[str, str] | None = None,
) -> ViewsPage:
    """Build the page of all views that one sees, with why a change to one of them was refused.

    `deleted` is the view that was just thrown away and can be had back.
    """
    views = db.session.scalars(saved_views.select_views(shelves())).all()
    mine = {name for name, each in LISTS.items() if audience() in each.endpoints}
    error = why(refused) if refused else ""
    rows = [_row(each, error, of, typed) for each in views if each.list in mine]
    user = current_session().user
    return ViewsPage(
        shared=tuple(row for row in rows if row.shared),
        own=tuple(row for row in rows if not row.shared),
        scope=user.merchant.name if user.merchant else _("Carrier"),
        error=error,
        error_of=of,
        tz=zone(),
        undo=ViewUndo(deleted["name"], url_for(f"{audience()}.restore_view"), deleted)
        if deleted
        else None,
    )


def why(refused: PortalError) -> str:
    """Say why a view was not taken."""
    return refused.faults[0].message if refused.faults else refused.detail


def _link(view: SavedView, args: Mapping[str, str]) -> ViewLink:
    wanted = opened(view.filters)
    return ViewLink(
        name=view.name,
        href=list_url(view.list, wanted),
        shared=view.shelf == shelves().shared,
        current=wanted == dict(args),
    )


def _row(view: SavedView, error: str, of: str, typed: str) -> ViewRow:
    door, shared = audience(), view.shelf == shelves().shared
    mine = not _looking_on() and (not shared or may_share())
    refused = {"typed": typed, "error": error} if str(view.id) == of else {}

    def to(name: str, *, allowed: bool) -> str:
        return url_for(f"{door}.{name}", id=view.id) if allowed else ""

    return ViewRow(
        id=str(view.id),
        name=view.name,
        href=list_url(view.list, opened(view.filters)),
        list=str(LISTS[view.list].title),
        filters=", ".join(str(NAMES.get(name, name)) for name in view.filters),
        shared=shared,
        saved_by=view.saved_by,
        saved_at=view.saved_at,
        rename=to("rename_view", allowed=mine),
        share=to("share_view", allowed=mine and may_share()),
        delete=to("delete_view", allowed=mine),
        **refused,
    )


def _looking_on() -> bool:
    return isinstance(current_session(), ViewedSession)


def _today() -> date:
    return clock.now().astimezone(ZoneInfo(zone())).date()


def _days(back: str, today: date) -> tuple[str, str]:
    return (today - timedelta(days=int(back))).isoformat(), today.isoformat()
