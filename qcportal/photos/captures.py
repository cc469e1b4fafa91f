"""Captures: what the phone announces of a photo before, while or after it uploads it."""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, update

from qcportal import clock, errors, history, returns
from qcportal.db import db
from qcportal.devices import Phone
from qcportal.history import Actor, Entry
from qcportal.photos import claims
from qcportal.photos.expecting import INSPECTION, SPARE
from qcportal.photos.own_files import OWN
from qcportal.photos.tables import Photo
from qcportal.returns import Return


@dataclass(frozen=True)
class Capture:
    """One announced photo; `sha256` is over the final bytes; times, place and tries are claims.

    `check_key`, `item_id` and `title` say what a spare photo shows; other photos know it.
    """

    photo_id: uuid.UUID
    sha256: str
    size: int
    captured_at: datetime | None = None
    width: int | None = None
    height: int | None = None
    thumbhash: bytes | None = None
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    mock_location: bool | None = None
    item_id: uuid.UUID | None = None
    check_key: str | None = None
    title: str | None = None
    tries: int | None = None
    accepted_flags: tuple[str, ...] = ()


def report(
    rvp: Return, captures: Sequence[Capture], *, device: Phone | None, by: Actor
) -> list[Photo]:
    """Set the captured facts of a locked return's photos that are not set yet; gives these photos.

    The history keeps a digest of each claim, so that one that is changed later is noticed.
    Raises Invalid for a photo of another return, Conflict for one announced with other bytes.
    """
    if not captures:
        return []
    photos = _load(rvp, captures)
    rows = []
    for capture in captures:
        photo = photos[capture.photo_id]
        if photo.claimed_sha256 not in (None, capture.sha256):
            raise errors.Conflict(f"Photo {photo.id} was announced with other bytes.")
        if photo.claimed_sha256 is None:
            rows.append(_row(photo, capture, device))
    if rows:
        db.session.execute(update(Photo), rows)
        told = {str(row["id"]): claims.digest_of(row) for row in rows}
        entry = Entry(rvp.id, rvp.merchant_id, "photos_announced", by, {"claims": told})
        history.record([entry])
    return list(photos.values())


def _load(rvp: Return, captures: Sequence[Capture]) -> Mapping[uuid.UUID, Photo]:
    wanted = [capture.photo_id for capture in captures]
    statement = (
        select(Photo)
        .where(Photo.id.in_(wanted), Photo.return_id == rvp.id, Photo.purpose != OWN)
        .execution_options(populate_existing=True)
    )
    photos = {photo.id: photo for photo in db.session.scalars(statement)}
    items = {item.id for item in rvp.items}
    faults = [
        fault
        for place, capture in enumerate(captures)
        for fault in _faults(capture, photos, items, wanted[:place], f"/captures/{place}")
    ]
    if faults:
        raise errors.Invalid("Each photo of the return can be announced once.", faults=faults)
    return photos


def _faults(
    capture: Capture,
    photos: Mapping[uuid.UUID, Photo],
    items: Collection[uuid.UUID],
    before: Sequence[uuid.UUID],
    path: str,
) -> Iterator[errors.Fault]:
    place = f"{path}/photo_id"
    if capture.photo_id not in photos:
        yield errors.Fault(place, "unknown_photo", "Not a photo of this return.")
    if capture.photo_id in before:
        yield errors.Fault(place, "duplicate_photo", "This photo stands here twice.")
    if capture.item_id is not None and capture.item_id not in items:
        yield errors.Fault(f"{path}/item_id", "unknown_item", "Not an item of this return.")


def _row(photo: Photo, capture: Capture, device: Phone | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": photo.id,
        "captured_at": capture.captured_at,
        "captured_reported_at": clock.now(),
        "claimed_sha256": capture.sha256,
        "claimed_bytes": capture.size,
        "thumbhash": capture.thumbhash,
        "width": photo.width or capture.width,
        "height": photo.height or capture.height,
        "latitude": capture.latitude,
        "longitude": capture.longitude,
        "accuracy_m": capture.accuracy_m,
        "mock_location": capture.mock_location,
        "claimed_tries": capture.tries,
        "accepted_flags": list(capture.accepted_flags),
        "device_id": device.id if device else None,
    }
    if photo.purpose == SPARE:
        row |= {"item_id": capture.item_id, "check_key": capture.check_key}
        row["title"] = capture.title or photo.title
    return row


def is_refused() -> ColumnElement[bool]:
    """Tell whether nothing usable came: an unfit file alone, or one that cannot be opened."""
    return Photo.unreadable_at.is_not(None) | (
        Photo.refused_at.is_not(None) & Photo.stored_at.is_(None)
    )


def count_for_returns(return_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """Count photos per return, in one statement; see COUNTED."""
    rows = db.session.execute(COUNTED, {"return_ids": return_ids})
    return {row[0]: dict(zip(returns.COUNTS, row[1:], strict=True)) for row in rows}


def _counted() -> Any:
    bad = Photo.conflict_at.is_not(None) | is_refused()
    here = Photo.verified_at.is_not(None) & ~bad
    announced = func.coalesce(Photo.captured_reported_at, Photo.stored_at)
    coming = ~here & ~bad & announced.is_not(None)
    # A visit in vain took no photos, and none is missed.
    visited = Return.checked_at.is_not(None) & (Return.verdict != "pending")
    nothing = announced.is_(None) & ~bad & Photo.required & visited
    shown = Photo.purpose.not_in((INSPECTION, OWN))
    wanted = Photo.required | announced.is_not(None) | bad
    return (
        select(
            Photo.return_id,
            func.count().filter(shown & wanted).label("photos_wanted"),
            func.count().filter(shown & here).label("photos_here"),
            func.count().filter(shown & coming).label("photos_coming"),
            func.count().filter(shown & (bad | nothing)).label("photos_absent"),
            func.min(announced).filter(shown & coming).label("coming_since"),
        )
        .join(Return, Return.id == Photo.return_id)
        .where(Photo.return_id.in_(bindparam("return_ids", expanding=True)))
        .group_by(Photo.return_id)
    )


COUNTED: Select[Any] = _counted()
"""Photos of the `return_ids` counted per return, as `returns.refresh_photo_counts` wants them."""
