"""What is known of a return, loaded for a page in a number of statements that is fixed."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from qcportal import catalogue, clock, history, inspections, photos, returns, reviews
from qcportal.blueprints import access, pictures
from qcportal.blueprints.shown.return_page import Reference
from qcportal.history import HistoryEvent
from qcportal.inspections import Inspection, IssuedChecklist
from qcportal.language import gettext as _
from qcportal.photos import Photo
from qcportal.photos.expecting import INSPECTION, SLOT
from qcportal.returns import Return
from qcportal.reviews import Review
from qcportal.reviews.opening import UNDECIDED

EVENTS = 60


@dataclass(frozen=True)
class Held:
    """All that is known of one return, loaded in a number of statements that is fixed."""

    rvp: Return
    checklists: Mapping[uuid.UUID, IssuedChecklist]
    inspection: Inspection | None
    photos: Sequence[Photo]
    events: Sequence[HistoryEvent]
    references: Mapping[str, Reference]
    reviews: Mapping[uuid.UUID, Review] = field(default_factory=dict)

    @property
    def own_checklists(self) -> tuple[IssuedChecklist, ...]:
        """Give the checklists of this return's items; `checklists` may hold others' too."""
        found = (self.checklists.get(item.id) for item in self.rvp.items)
        return tuple(issued for issued in found if issued)

    @property
    def waiting(self) -> tuple[Review, ...]:
        """Give the reviews that wait for a decision, in the order of their items."""
        found = (self.reviews.get(item.id) for item in self.rvp.items)
        return tuple(review for review in found if review and review.waiting)

    @property
    def phone_seen_at(self) -> datetime | None:
        """Give when the phone that inspected was last heard of."""
        device = self.inspection.device if self.inspection else None
        return device.seen_at if device else None


def counts(photo: Photo, rvp: Return) -> bool:
    """Tell whether a person expects to see it: asked for, or announced, or here.

    An optional photo that nobody took is not expected any more once the return was inspected.
    """
    if photo.purpose == INSPECTION:
        return False
    told = bool(photo.captured_reported_at or photo.stored_at or photo.refused_at)
    asked = photo.purpose == SLOT and (photo.required or rvp.checked_at is None)
    return asked or told


def standing(rvp: Return) -> str:
    """Name what the badge of a return says: its verdict, or why it has none."""
    if rvp.verdict:
        return "visited" if rvp.verdict == "pending" else rvp.verdict
    if rvp.shipment_state == "cancelled":
        return "cancelled"
    return "not_required" if rvp.qc_state == "not_required" else "pending"


def photos_matter(rvp: Return) -> bool:
    """Tell whether photos can still be missed: not of a pickup that was called off before any."""
    called_off = rvp.shipment_state == "cancelled"
    return not called_off or bool(rvp.photos_here or rvp.photos_coming)


def load(return_id: uuid.UUID) -> Held:
    """Load one return of the scope with its history, or raise NotFound.

    A review whose time has ended is settled first, so that nobody waits for a worker.
    """
    rvp = returns.get_full(return_id)
    held = _hold([rvp])[rvp.id]
    if any(review.is_due(clock.now()) for review in held.waiting):
        access.write_apart(lambda: reviews.settle_due(return_id=return_id))
        held = _hold([returns.get_full(return_id)])[return_id]
    return replace(held, events=history.find_latest(return_id, most=EVENTS))


def load_many(return_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Held]:
    """Load the scope's returns with these ids without their history, by return."""
    rvps = returns.find_in_full(return_ids)
    return _hold(rvps) if rvps else {}


def load_waiting(found: Sequence[Review]) -> dict[uuid.UUID, Held]:
    """Load the returns of reviews without their history, by return."""
    rvps = reviews.find_returns(found)
    return _hold(rvps) if rvps else {}


def _hold(rvps: Sequence[Return]) -> dict[uuid.UUID, Held]:
    ids = [rvp.id for rvp in rvps]
    skus = {item.client_sku_id for rvp in rvps for item in rvp.items}
    found = catalogue.find_pictures({rvp.merchant_id for rvp in rvps}, skus)
    checklists, taken = inspections.find_checklists(ids), photos.find_for_returns(ids)
    inspected = inspections.find_inspections(ids)
    looked_at = [rvp.id for rvp in rvps if _was_unclear(rvp)]
    open_to_decide = reviews.find_for_returns(looked_at) if looked_at else {}
    return {
        rvp.id: Held(
            rvp=rvp,
            checklists={
                item.id: checklists[item.id] for item in rvp.items if item.id in checklists
            },
            inspection=inspected.get(rvp.id),
            photos=taken[rvp.id],
            events=(),
            references=_references(rvp, found),
            reviews=open_to_decide,
        )
        for rvp in rvps
    }


def _was_unclear(rvp: Return) -> bool:
    return any(item.inspected_verdict in UNDECIDED for item in rvp.items)


def _references(rvp: Return, found: Mapping[tuple[uuid.UUID, str], Any]) -> dict[str, Reference]:
    return {
        item.client_sku_id: _reference(picture, item.name)
        for item in rvp.items
        if (picture := found.get((rvp.merchant_id, item.client_sku_id)))
    }


def _reference(picture: catalogue.CataloguePicture, name: str) -> Reference:
    urls = pictures.catalogue_urls(picture, clock.now())
    return Reference(urls[640], urls[1200], _("Catalogue picture of %(name)s", name=name))
