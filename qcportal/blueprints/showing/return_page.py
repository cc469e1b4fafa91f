"""One return as a page: the same for the merchant whose it is and for admins."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask import url_for

from qcportal import catalogue, clock, history, inspections, photos, returns
from qcportal.blueprints import pictures
from qcportal.blueprints.access import settings
from qcportal.blueprints.showing import checks as checks_of
from qcportal.blueprints.showing import details, timeline
from qcportal.blueprints.showing.details import Held
from qcportal.blueprints.showing.photos import state_of, view
from qcportal.blueprints.showing.returns_list import Asker, list_filter, read_filters
from qcportal.blueprints.shown.frame import Link
from qcportal.blueprints.shown.photos import PhotoView, summary
from qcportal.blueprints.shown.return_page import (
    ItemView,
    Live,
    Reference,
    ReturnPage,
    first_to_show,
    poll_seconds,
)
from qcportal.blueprints.shown.returns_list import Filters
from qcportal.blueprints.shown.verdicts import ITEM_BADGES, RETURN_BADGES
from qcportal.db import db
from qcportal.inspections import IssuedChecklist
from qcportal.photos import Photo, ShownState
from qcportal.returns import Return, ReturnItem

EVENTS = 60
QUIET_POLL = 30


def load(return_id: uuid.UUID) -> Held:
    """Load one return of the scope, or raise NotFound."""
    rvp = returns.get_full(return_id)
    found = catalogue.find_pictures([rvp.merchant_id], {item.client_sku_id for item in rvp.items})
    return Held(
        rvp=rvp,
        checklists=inspections.find_checklists([rvp.id]),
        inspection=inspections.find_inspection(rvp.id),
        photos=photos.find_for_returns([rvp.id])[rvp.id],
        events=list(db.session.scalars(history.select_chain(rvp.id).limit(EVENTS))),
        references={sku: _reference(picture, rvp) for (_, sku), picture in found.items()},
    )


def build(held: Held, args: Any, asker: Asker, *, asked: int | None) -> ReturnPage:
    """Put the page together; `asked` is the number of the check to open."""
    rvp = held.rvp
    filters = read_filters(args)
    views = {photo.id: _view(photo, held, asker) for photo in held.photos}
    items = _items(held, views)
    everything = tuple(check for item in items for check in item.checks)
    newer, older = returns.find_neighbours(rvp, list_filter(filters, asker))
    waiting = timeline.waiting(rvp, missing_after=settings().missing_after)
    counted = [views[photo.id] for photo in held.photos if details.counts(photo, rvp)]
    return ReturnPage(
        id=str(rvp.id),
        title=rvp.title,
        verdict_badge=RETURN_BADGES[details.standing(rvp)],
        awb=rvp.awb,
        order_number=rvp.client_order_number,
        items=items,
        current=first_to_show(everything, asked),
        verdict=details.verdict(held),
        back=_back(filters, asker),
        photos_badge=summary(counted) if details.photos_matter(rvp) else None,
        skus=tuple(item.client_sku_id for item in rvp.items),
        checked_at=rvp.checked_at,
        place_name=f"{rvp.city} {rvp.pincode}".strip(),
        merchant=rvp.merchant.name if asker.merchant_id is None else "",
        facts=details.facts(held, counted),
        place=details.place(held),
        events=timeline.events(held.events, waiting),
        notes=details.notes(held, counted),
        other_photos=_others(held, views, items),
        live=_live(held, asker),
        previous_href=_neighbour(newer, filters, asker),
        next_href=_neighbour(older, filters, asker),
        list_args=filters.args(),
        detail_endpoint=asker.detail_endpoint,
        tz=asker.zone,
    )


def _view(photo: Photo, held: Held, asker: Asker) -> PhotoView:
    answer = checks_of.answer_to(photo, held.inspection)
    failed = bool(answer and answer.result == "mismatch")
    said = checks_of.said(answer) if answer else ""
    shown = view(photo, held.rvp, answer=said, failed=failed, seen_at=held.phone_seen_at)
    blur = url_for(asker.endpoint("preview"), id=photo.id) if photo.thumbhash else ""
    return replace(shown, preview_url=blur)


def _items(held: Held, views: Mapping[uuid.UUID, PhotoView]) -> tuple[ItemView, ...]:
    number, made = 1, []
    for item in held.rvp.items:
        issued = held.checklists.get(item.id)
        ground = checks_of.Ground(
            item=item,
            several=len(held.rvp.items) > 1,
            inspection=held.inspection,
            photos={p.slot: p for p in held.photos if details.counts(p, held.rvp)},
            views=views,
            reference=held.references.get(item.client_sku_id),
        )
        checks = checks_of.views(issued.checklist, ground, first=number) if issued else ()
        number += len(checks)
        made.append(_item(item, issued, checks))
    return tuple(made)


def _item(item: ReturnItem, issued: IssuedChecklist | None, checks: Any) -> ItemView:
    words = f"{issued.rulebook_title}, version {issued.rulebook_version}" if issued else ""
    return ItemView(
        name=item.name,
        sku=item.client_sku_id,
        badge=ITEM_BADGES[item.verdict or "not_inspected"],
        checks=checks,
        checklist=words,
    )


def _others(
    held: Held, views: Mapping[uuid.UUID, PhotoView], items: tuple[ItemView, ...]
) -> tuple[PhotoView, ...]:
    """Give the photos that no check shows: extra ones, and slots that stand for themselves."""
    in_checks = {photo.id for item in items for check in item.checks for photo in check.photos}
    return tuple(
        views[photo.id]
        for photo in held.photos
        if details.counts(photo, held.rvp) and str(photo.id) not in in_checks
    )


def _reference(picture: catalogue.CataloguePicture, rvp: Return) -> Reference:
    urls = pictures.catalogue_urls(picture, clock.now())
    name = next(
        (item.name for item in rvp.items if item.client_sku_id == picture.client_sku_id), rvp.title
    )
    return Reference(urls[640], urls[1200], f"Catalogue picture of {name}")


def _live(held: Held, asker: Asker) -> Live:
    """Keep looking while a photo may come, or while the executive has yet to knock."""
    rvp, at = held.rvp, clock.now()
    states = [state_of(photo, rvp, at) for photo in held.photos if details.counts(photo, rvp)]
    url = url_for(asker.endpoint("live"), id=rvp.id, since=live_mark(rvp, at))
    if ShownState.ON_THE_WAY in states or ShownState.LATE in states:
        waited = at - rvp.coming_since if rvp.coming_since else timedelta()
        return Live(url, poll_seconds(waited))
    if rvp.checked_at is None and rvp.open_for_inspection and rvp.run_sheet_id:
        return Live(url, QUIET_POLL)
    return Live()


def live_mark(rvp: Return, at: datetime) -> str:
    """Write what a page has seen: the revision, the moment, and whether it was inspected."""
    return f"{rvp.revision}.{int(at.timestamp() * 1000)}.{int(rvp.checked_at is not None)}"


def _back(filters: Filters, asker: Asker) -> Link:
    words = {"failed": "Failed returns", "passed": "Passed returns", "all": "Returns"}
    args: dict[str, Any] = {**filters.args()}
    href = url_for(asker.list_endpoint, **args)
    return Link(href, words.get(filters.tab, "Back to the list"))


def _neighbour(return_id: uuid.UUID | None, filters: Filters, asker: Asker) -> str:
    if return_id is None:
        return ""
    args: dict[str, Any] = {"id": return_id, **filters.args()}
    return url_for(asker.detail_endpoint, **args)
