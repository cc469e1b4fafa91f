"""The pages of saved views, written once for two doors: save, rename, share, delete.

Not an audience: `merchant/saved_views.py` and `admin/saved_views.py` bind these to their addresses.
"""

import uuid
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from qcportal import errors, saved_views
from qcportal.blueprints.access import actor
from qcportal.blueprints.showing import (
    dispute_queue,
    disputes_list,
    returns_list,
    review_filters,
    upload_photos,
)
from qcportal.blueprints.showing import saved_views as pages
from qcportal.blueprints.shown.saved_views import SavedViews, SaveViewPage
from qcportal.blueprints.typed import check_texts
from qcportal.db import db
from qcportal.language import gettext as _
from qcportal.saved_views import SavedView

LONGEST_SHOWN = 300
UNDO = "deleted_view"
"""Where the reader's cookie holds what a view that was just deleted was."""

Reader = Callable[[MultiDict[str, str]], Mapping[str, str]]


def _queue(args: MultiDict[str, str]) -> Mapping[str, str]:
    return dispute_queue.read_filters(args).args(after="")


def _photos(args: MultiDict[str, str]) -> Mapping[str, str]:
    return upload_photos.shortest(upload_photos.read_filters(args))


READERS: Mapping[tuple[str, str], Reader] = MappingProxyType(
    {
        ("merchant", "returns"): lambda args: returns_list.read_filters(args).args(),
        ("admin", "returns"): lambda args: returns_list.read_filters(args).args(),
        ("merchant", "disputes"): lambda args: disputes_list.read_filters(args).args(),
        ("admin", "disputes"): _queue,
        ("merchant", "reviews"): lambda args: review_filters.read_filters(args).args(),
        ("admin", "photos"): _photos,
    }
)
"""How each list reads its own URL: what it does not know is not kept."""


def show() -> str:
    """List the views that the reader sees, with what can be done to each, and to undo."""
    page = pages.build(deleted=session.pop(UNDO, None))
    return render_template("saved_views/list.html", page=page)


def save() -> Any:
    """Keep the filters of a list under a name, and lead back to the list."""
    list_, args, refused = _save()
    if refused:
        return _not_saved(list_, args, refused)
    flash(_("Saved. The view stands above the list."))
    return redirect(pages.list_url(list_, args), 303)


def restore() -> Any:
    """Keep a view again that was just deleted; whose name is taken by now asks for another."""
    list_, args, refused = _save()
    if refused:
        return _not_saved(list_, args, refused)
    flash(_("The view is back."))
    return redirect(url_for(f"{pages.audience()}.saved_views"), 303)


def _save() -> tuple[str, Mapping[str, str], errors.PortalError | None]:
    """Save what the form says; gives its list, its filters, and why it was refused, if it was."""
    check_texts(dict(request.form))
    list_, args = _read_list()
    shared = request.form.get("shared") == "1"
    if shared and not pages.may_share():
        raise errors.Forbidden(_("Your role does not share views."))
    try:
        mine = pages.shelves()
        saved_views.save(
            request.form.get("name", ""),
            list_,
            pages.kept(args),
            on=mine.of(shared),
            of=mine,
            by=actor(),
        )
    except (errors.Invalid, errors.Conflict) as refused:
        return list_, args, refused
    db.session.commit()
    return list_, args, None


def rename(view_id: uuid.UUID) -> Any:
    """Give a view another name."""
    check_texts(dict(request.form))
    name = request.form.get("name", "")
    said = _("Renamed.")
    return _changed(view_id, lambda view: saved_views.rename(view, name), said, typed=name)


def share(view_id: uuid.UUID) -> Any:
    """Share a view with the whole side, or take it back to one's own."""
    shared = request.form.get("shared") == "1"
    to = pages.shelves().of(shared)
    said = _("Shared. Everybody sees it above the list.") if shared else _("It is yours alone now.")
    return _changed(view_id, lambda view: saved_views.move(view, to=to), said)


def delete(view_id: uuid.UUID) -> Any:
    """Throw a view away, with a way back; the returns or disputes it showed are untouched."""

    def step(view: SavedView) -> None:
        told = pages.deleted(view)
        saved_views.delete(view)
        session[UNDO] = told

    return _changed(view_id, step, "")


def _read_list() -> tuple[str, Mapping[str, str]]:
    """Read which list is meant and how it is filtered; raises Invalid or NotFound."""
    list_ = request.form.get("list", "")
    read = READERS.get((pages.audience(), list_))
    if read is None:
        raise errors.Invalid(_("There is no such list. Save the view from its list."))
    args = read(request.form)
    if not args:
        raise errors.Invalid(_("There is nothing to save: no filter is on."))
    return list_, args


def _changed(
    view_id: uuid.UUID, step: Callable[[SavedView], None], said: str, *, typed: str = ""
) -> Response | tuple[str, int]:
    """Do one thing to a view one may change and lead back; refusals show on the page."""
    view = saved_views.get_view(view_id, pages.shelves())
    if view.shelf == pages.shelves().shared and not pages.may_share():
        raise errors.Forbidden(_("This view is shared; your role does not change it."))
    try:
        step(view)
    except (errors.Invalid, errors.Conflict) as refused:
        _roll_back()
        page = pages.build(refused=refused, of=str(view_id), typed=typed)
        return render_template("saved_views/list.html", page=page), refused.status
    db.session.commit()
    if said:
        flash(said)
    return redirect(url_for(f"{pages.audience()}.saved_views"), 303)


def _not_saved(list_: str, args: Mapping[str, str], refused: errors.PortalError) -> tuple[str, int]:
    _roll_back()
    door = pages.audience()
    page = SaveViewPage(
        views=SavedViews(
            list_,
            filters=args,
            save=url_for(f"{door}.save_view"),
            shared_words=pages.shared_words(),
        ),
        title=str(pages.LISTS[list_].title),
        back=pages.list_url(list_, args),
        name=request.form.get("name", "")[:LONGEST_SHOWN],
        shared=request.form.get("shared") == "1",
        error=pages.why(refused),
    )
    return render_template("saved_views/new.html", page=page), refused.status


def _roll_back() -> None:
    db.session.expunge_all()  # a rollback would empty the person whom the page still names
    db.session.rollback()
