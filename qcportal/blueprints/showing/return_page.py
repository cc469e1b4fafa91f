"""One return as a page: the same for the merchant whose it is and for admins."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask import url_for

from qcportal import clock, packs, photos, returns
from qcportal.blueprints.access import settings
from qcportal.blueprints.showing import checks as checks_of
from qcportal.blueprints.showing import (
    details,
    evidence,
    frames,
    integrity,
    likeness,
    return_dispute,
    return_items,
    timeline,
)
from qcportal.blueprints.showing.deciding import override_views, review_views
from qcportal.blueprints.showing.held import Held, counts, photos_matter, standing
from qcportal.blueprints.showing.photos import state_of, view
from qcportal.blueprints.showing.returns_list import Asker, list_filter, read_filters
from qcportal.blueprints.showing.verdict_card import verdict
from qcportal.blueprints.shown.evidence import EvidenceDoor
from qcportal.blueprints.shown.frame import Link, Note
from qcportal.blueprints.shown.integrity import Integrity
from qcportal.blueprints.shown.photos import PhotoView, summary
from qcportal.blueprints.shown.return_page import (
    CheckView,
    Event,
    ItemView,
    Live,
    ReturnPage,
    first_to_show,
    poll_seconds,
)
from qcportal.blueprints.shown.returns_list import Filters
from qcportal.blueprints.shown.verdicts import RETURN_BADGES
from qcportal.language import gettext as _
from qcportal.photos import Photo, ShownState
from qcportal.returns import Return

QUIET_POLL, DECISION_POLL = 30, 10
THUMBNAILS_COME = timedelta(minutes=2)


def build(held: Held, args: Any, asker: Asker, *, asked: int | None) -> ReturnPage:
    """Put the page together; `asked` is the number of the check to open."""
    rvp, case = held.rvp, return_dispute.case_of(held.rvp)
    filters = read_filters(args)
    views = photo_views(held, asker)
    items = return_items.views(held, views)
    current = first_to_show(tuple(check for item in items for check in item.checks), asked)
    counted = [views[photo.id] for photo in held.photos if counts(photo, rvp)]
    return ReturnPage(
        id=str(rvp.id),
        title=rvp.title,
        verdict_badge=RETURN_BADGES[standing(rvp)],
        awb=rvp.awb,
        order_number=rvp.client_order_number,
        items=items,
        current=current,
        verdict=verdict(held),
        back=_back(filters, asker),
        photos_badge=summary(counted) if photos_matter(rvp) else None,
        skus=tuple(item.client_sku_id for item in rvp.items),
        checked_at=rvp.checked_at,
        place_name=f"{rvp.city} {rvp.pincode}".strip(),
        merchant=rvp.merchant.name if asker.merchant_id is None else "",
        facts=details.facts(held, counted),
        place=details.place(held),
        events=return_dispute.with_steps(_events(held), case),
        notes=_notes(held, counted, asker),
        other_photos=_others(held, views, items),
        reviews=review_views(held, asker),
        overrides=override_views(held, asker),
        integrity=_integrity(held, current, asker),
        evidence=_evidence(rvp.id, asker),
        dispute=return_dispute.build(held, case, asker),
        live=_live(held, asker),
        **_neighbours(rvp, filters, asker),
        list_args=filters.args(),
        detail_endpoint=asker.detail_endpoint,
        tz=asker.zone,
    )


def _evidence(return_id: uuid.UUID, asker: Asker) -> EvidenceDoor:
    """Lead to the evidence file, and show the links to it that are open; its page shows all."""
    alive = [link for link in packs.find_links(return_id) if link.is_alive()]
    href = url_for(asker.endpoint("evidence"), id=return_id)
    return EvidenceDoor(href, evidence.link_rows(alive, may_end=False))


def photo_views(held: Held, asker: Asker) -> dict[uuid.UUID, PhotoView]:
    """Show every photo of a return, by id."""
    return {photo.id: _view(photo, held, asker) for photo in held.photos}


def _view(photo: Photo, held: Held, asker: Asker) -> PhotoView:
    answer = checks_of.answer_to(photo, held.inspection)
    failed = bool(answer and answer.result == "mismatch")
    said = checks_of.said(answer) if answer else ""
    shown = view(photo, held.rvp, answer=said, failed=failed, seen_at=held.phone_seen_at)
    blur = url_for(asker.endpoint("preview"), id=photo.id) if photo.thumbhash else ""
    lasting = url_for(asker.endpoint("photo"), id=photo.id)
    seal = integrity.seal(photo).sentence
    return replace(shown, preview_url=blur, seal=seal, lasting_href=lasting)


def _events(held: Held) -> tuple[Event, ...]:
    waiting = timeline.waiting(held.rvp, missing_after=settings().missing_after)
    return timeline.events(held.events, waiting)


def _notes(held: Held, counted: Sequence[PhotoView], asker: Asker) -> tuple[Note, ...]:
    """Give the notes on top; what look-alikes tell of others' returns is for admins alone."""
    own = details.notes(held, counted)
    return own if asker.merchant_id else (*own, *likeness.notes_on_return(held.rvp.id))


def _integrity(held: Held, current: CheckView | None, asker: Asker) -> Integrity | None:
    """Show how far the photo of the open check can be relied on."""
    wanted = current.photo.id if current and current.photo else ""
    photo = next((each for each in held.photos if str(each.id) == wanted), None)
    if photo is None:
        return None
    return integrity.build(photo, held, photos.find_arrivals(photo.id), asker)


def _others(
    held: Held, views: Mapping[uuid.UUID, PhotoView], items: tuple[ItemView, ...]
) -> tuple[PhotoView, ...]:
    """Give the photos that no check shows: extra ones, and slots that stand for themselves."""
    in_checks = {photo.id for item in items for check in item.checks for photo in check.photos}
    return tuple(
        views[photo.id]
        for photo in held.photos
        if counts(photo, held.rvp) and str(photo.id) not in in_checks
    )


def _live(held: Held, asker: Asker) -> Live:
    """Keep looking while a photo may come, or while the executive has yet to knock."""
    rvp, at = held.rvp, clock.now()
    states = [state_of(photo, rvp, at) for photo in held.photos if counts(photo, rvp)]
    url = url_for(asker.endpoint("live"), id=rvp.id, since=live_mark(held, at))
    if ShownState.ON_THE_WAY in states or ShownState.LATE in states:
        waited = at - rvp.coming_since if rvp.coming_since else timedelta()
        return Live(url, poll_seconds(waited))
    if any(_awaits_thumbnails(photo, at) for photo in held.photos):
        return Live(url, poll_seconds(timedelta()))
    if held.waiting:
        return Live(url, DECISION_POLL)
    if rvp.checked_at is None and rvp.open_for_inspection and rvp.run_sheet_id:
        return Live(url, QUIET_POLL)
    return Live()


def _awaits_thumbnails(photo: Photo, at: datetime) -> bool:
    """Tell whether the relay may still look at a picture that just came; it does so afterwards."""
    stored_at, looked_at = photo.stored_at, photo.pictured_at or photo.unreadable_at
    if stored_at is None or looked_at or not photo.content_type.startswith("image/"):
        return False
    return at - stored_at < THUMBNAILS_COME


def live_mark(held: Held, at: datetime) -> str:
    """Write what a page has seen: revision, moment, whether inspected, decisions, what waits."""
    rvp = held.rvp
    decisions = sum(item.decisions for item in rvp.items)
    seen = int(rvp.checked_at is not None)
    return f"{rvp.revision}.{int(at.timestamp() * 1000)}.{seen}.{decisions}.{len(held.waiting)}"


def _back(filters: Filters, asker: Asker) -> Link:
    words = {"failed": _("Failed returns"), "passed": _("Passed returns"), "all": _("Returns")}
    args: dict[str, Any] = {**filters.args()}
    href = url_for(asker.list_endpoint, **args)
    return Link(href, words.get(filters.tab, _("Back to the list")))


def _neighbours(rvp: Return, filters: Filters, asker: Asker) -> dict[str, str]:
    """Give the addresses of the return before and of the one after, in the list one came from."""
    wanted = returns.weighed(list_filter(filters, asker))
    (beside,) = frames.ask(returns.neighbours_question(rvp, wanted))
    return {
        "previous_href": _neighbour(beside.newer, filters, asker),
        "next_href": _neighbour(beside.older, filters, asker),
    }


def _neighbour(return_id: uuid.UUID | None, filters: Filters, asker: Asker) -> str:
    if return_id is None:
        return ""
    args: dict[str, Any] = {"id": return_id, **filters.args()}
    return url_for(asker.detail_endpoint, **args)
