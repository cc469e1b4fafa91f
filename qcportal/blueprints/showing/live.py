"""The live fill-in of a return page: nothing, or the parts that changed."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import render_template
from werkzeug.wrappers import Response

from qcportal import errors, returns
from qcportal.blueprints.showing import held as held_return
from qcportal.blueprints.showing import return_page
from qcportal.blueprints.showing.held import Held
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown.photos import PhotoView
from qcportal.blueprints.shown.return_page import LiveUpdate, ReturnPage
from qcportal.errors import Fault
from qcportal.language import gettext as _
from qcportal.photos import Photo

MARGIN = timedelta(seconds=2)
MARK = re.compile(
    r"(?P<revision>[0-9]{1,9})\.(?P<millis>[0-9]{1,14})\.(?P<inspected>[01])"
    r"(\.(?P<decisions>[0-9]{1,6})\.(?P<waiting>[0-9]{1,3}))?"
)


def answer(return_id: uuid.UUID, args: Any, asker: Asker) -> Response:
    """Answer a poll: 204 when nothing changed, else the changed parts and a new poller.

    When the inspection or a decision came in meanwhile everything is new, so the page loads
    again. While something waits for a decision the clocks move on their own.
    """
    seen = _read(args.get("since", ""))
    if returns.get_revision(return_id) == seen.revision and not seen.waiting:
        return Response(status=204)
    held = held_return.load(return_id)
    if _is_new(held, seen):
        return Response(status=200, headers={"HX-Refresh": "true"})
    page = return_page.build(held, args, asker, asked=args.get("check", type=int))
    changed = {str(photo.id) for photo in held.photos if _changed(photo, seen.at)}
    checks = tuple(
        check for check in page.checks if any(each.id in changed for each in check.photos)
    )
    others = tuple(photo for photo in page.other_photos if photo.id in changed)
    shown = [photo for check in checks for photo in check.photos if photo.id in changed]
    news = {str(photo.id) for photo in held.photos if _is_news(photo, seen.at)}
    told = [photo for photo in (*shown, *others) if photo.id in news]
    update = LiveUpdate(page, checks, _announcement(page, told), others)
    return Response(render_template("merchant/_live.html", update=update), mimetype="text/html")


def _is_new(held: Held, seen: "_Seen") -> bool:
    inspected = held.inspection is not None and not seen.inspected
    return inspected or sum(item.decisions for item in held.rvp.items) != seen.decisions


@dataclass(frozen=True)
class _Seen:
    revision: int
    at: datetime
    inspected: bool
    decisions: int
    waiting: int


def _read(text: str) -> _Seen:
    found = MARK.fullmatch(text)
    if found is None:
        fault = Fault("/since", "bad_since", _("Use the address that the page polls."))
        raise errors.Invalid(faults=[fault])
    at = datetime.fromtimestamp(int(found["millis"]) / 1000, UTC)
    return _Seen(
        int(found["revision"]),
        at,
        found["inspected"] == "1",
        int(found["decisions"] or 0),
        int(found["waiting"] or 0),
    )


def _changed(photo: Photo, since: datetime) -> bool:
    """Tell whether a photo looks different: it came, was refused, or got its thumbnails."""
    return _is_news(photo, since) or _after(photo.pictured_at, since)


def _is_news(photo: Photo, since: datetime) -> bool:
    facts = (photo.captured_reported_at, photo.verified_at, photo.refused_at, photo.conflict_at)
    return any(_after(fact, since) for fact in (*facts, photo.unreadable_at))


def _after(moment: datetime | None, since: datetime) -> bool:
    return moment is not None and moment > since - MARGIN


def _announcement(page: ReturnPage, changed: Sequence[PhotoView]) -> str:
    """Say what arrived, for screen readers, once."""
    names = ", ".join(dict.fromkeys(photo.label for photo in changed if photo.here))
    words = _("Photo arrived: %(names)s.", names=names) if names else ""
    rest = f" {page.photos_badge.text}." if page.photos_badge else ""
    return words + rest if words else ""
