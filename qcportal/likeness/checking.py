"""The phones' claims about new photos are checked, once the phone and the inspection are heard."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, or_, select

from qcportal import clock
from qcportal.db import db
from qcportal.devices import Device, RunSheet
from qcportal.inspections import Inspection
from qcportal.likeness import indexing
from qcportal.likeness.claims import Claim, Limits, Spot, judge_place, judge_time, judge_way
from qcportal.likeness.finding import Found, keep
from qcportal.likeness.tables import COMPARED, Kind, WaitingPrint
from qcportal.photos import Photo
from qcportal.returns import Return

SLICE = 200
UNINSPECTED = timedelta(minutes=30)
"""How long the inspection is waited for, which tells how the phone's clock stands."""

UNANNOUNCED = timedelta(days=2)
WINDOW = timedelta(hours=12)
SCORES = {"mock": 80, "speed": 75, "far": 60}
TIME_SCORE = 70


def is_any_ready() -> bool:
    """Tell whether claims can be checked, for one look."""
    return db.session.execute(_ready().limit(1)).first() is not None


def check(limits: Limits) -> int:
    """Check the claims of compared photos; gives how many were taken from the queue."""
    chosen = _ready().limit(SLICE).with_for_update(of=WaitingPrint, skip_locked=True)
    ids = list(db.session.scalars(chosen))
    if not ids:
        return 0
    claimed = [_Claimed(*row) for row in db.session.execute(_claims_of(ids))]
    found = [each for one in claimed for each in _alone(one, limits)]
    found += [each for one in _first_per_return(claimed) for each in _on_the_way(one, limits)]
    keep(found)
    indexing.drop(ids)
    return len(ids)


@dataclass(frozen=True)
class _Claimed:
    """A photo with what is known around it."""

    photo: Photo
    rvp: Return
    inspection: Inspection | None
    device: Device | None
    executive_id: uuid.UUID | None

    @property
    def offset(self) -> timedelta:
        """Give the phone's clock minus ours, as last told."""
        told = self.inspection.clock_offset_ms if self.inspection else None
        if told is None and self.device is not None:
            told = self.device.clock_offset_ms
        return timedelta(milliseconds=told or 0)

    @property
    def claim(self) -> Claim:
        """Give what the phone says, its times set right by its clock's offset."""
        photo, rvp = self.photo, self.rvp
        started = self.inspection.started_at if self.inspection else None
        door = None
        if rvp.latitude is not None and rvp.longitude is not None:
            door = (rvp.latitude, rvp.longitude)
        return Claim(
            taken_at=photo.captured_at - self.offset if photo.captured_at else None,
            spot=_spot(photo),
            mock=bool(photo.mock_location),
            stored_at=photo.stored_at,
            registered_at=rvp.created_at,
            visited_at=started - self.offset if started else None,
            door=door,
        )

    def found(self, kind: Kind, facts: dict[str, Any], other: Photo | None = None) -> Found:
        """Write down what cannot be right; one of a kind for each return, the later of two."""
        earlier, later = other, self.photo
        if other is not None and _order(other) > _order(later):
            earlier, later = later, other
        return Found(
            kind=kind,
            subject=later.return_id,
            photo_id=later.id,
            return_id=later.return_id,
            merchant_id=later.merchant_id,
            executive_id=self.executive_id,
            score=SCORES.get(facts["reason"], TIME_SCORE),
            facts=facts,
            other_photo_id=earlier.id if earlier else None,
            other_return_id=earlier.return_id if earlier else None,
            other_merchant_id=earlier.merchant_id if earlier else None,
        )


def _order(photo: Photo) -> tuple[datetime, uuid.UUID]:
    return (photo.captured_at or photo.expected_at, photo.id)


def _ready() -> Select[Any]:
    at = clock.now()
    heard = Photo.captured_reported_at.is_not(None) & or_(
        Inspection.id.is_not(None), WaitingPrint.queued_at < at - UNINSPECTED
    )
    return (
        select(WaitingPrint.photo_id)
        .join(Photo, Photo.id == WaitingPrint.photo_id)
        .outerjoin(Inspection, Inspection.return_id == WaitingPrint.return_id)
        .where(WaitingPrint.stage == COMPARED)
        .where(or_(heard, WaitingPrint.queued_at < at - UNANNOUNCED))
        .order_by(WaitingPrint.queued_at, WaitingPrint.photo_id)
    )


def _claims_of(ids: Sequence[uuid.UUID]) -> Any:
    return (
        select(Photo, Return, Inspection, Device, RunSheet.executive_id)
        .join(Return, Return.id == Photo.return_id)
        .outerjoin(Inspection, Inspection.return_id == Return.id)
        .outerjoin(Device, Device.id == Photo.device_id)
        .outerjoin(RunSheet, RunSheet.id == Return.run_sheet_id)
        .where(Photo.id.in_(ids), Photo.captured_reported_at.is_not(None))
        .order_by(Photo.captured_at, Photo.id)
    )


def _spot(photo: Photo) -> Spot | None:
    if photo.captured_at is None or photo.latitude is None or photo.longitude is None:
        return None
    return Spot(photo.captured_at, photo.latitude, photo.longitude, photo.accuracy_m)


def _alone(one: _Claimed, limits: Limits) -> Iterator[Found]:
    if facts := judge_time(one.claim):
        yield one.found("impossible_time", facts)
    if facts := judge_place(one.claim, limits):
        yield one.found("impossible_travel", facts)


def _first_per_return(claimed: Sequence[_Claimed]) -> list[_Claimed]:
    """Keep one photo of each return, the first with a place: the others were taken beside it."""
    placed = [one for one in claimed if _spot(one.photo) and one.photo.device_id]
    return [*{one.rvp.id: one for one in reversed(placed)}.values()]


def _on_the_way(one: _Claimed, limits: Limits) -> Iterator[Found]:
    """Hold a photo against the executive's nearest ones before and after it, at other doors."""
    here = _spot(one.photo)
    for other in _neighbours(one) if here and limits.fastest_kmh else ():
        there = _spot(other)
        if here and there and (facts := judge_way(here, there, limits)):
            yield one.found("impossible_travel", facts, other)


def _neighbours(one: _Claimed) -> list[Photo]:
    """Find the nearest photo before and after, with a place, by any phone of the executive."""
    at, device = one.photo.captured_at, one.device
    if at is None or device is None:
        return []
    phones = select(Device.id).where(Device.executive_id == device.executive_id)
    placed = (
        select(Photo)
        .where(Photo.device_id.in_(phones), Photo.return_id != one.rvp.id)
        .where(Photo.latitude.is_not(None), Photo.longitude.is_not(None))
        .limit(1)
    )
    before = placed.where(Photo.captured_at.between(at - WINDOW, at))
    after = placed.where(Photo.captured_at.between(at, at + WINDOW))
    found = (
        db.session.scalars(before.order_by(Photo.captured_at.desc())).first(),
        db.session.scalars(after.order_by(Photo.captured_at)).first(),
    )
    return [photo for photo in found if photo is not None]
