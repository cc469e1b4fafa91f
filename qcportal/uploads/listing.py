"""The photos of one state as a list: keyset pages, newest first, with where each belongs."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select

from qcportal.accounts import Merchant
from qcportal.db import db
from qcportal.devices import Device, FieldExecutive, RunSheet
from qcportal.photos import Photo
from qcportal.returns import Place, Return
from qcportal.uploads.standing import Patience, Source, Wanted, select_photos, sources

PAGE_SIZE = 50


@dataclass(frozen=True)
class ListedPhoto:
    """One photo of a list; `moment` is since when it is in question."""

    id: uuid.UUID
    moment: datetime
    title: str
    return_id: uuid.UUID
    awb: str
    merchant: str
    executive_id: uuid.UUID | None
    executive: str | None
    phone: str | None
    size: int | None
    reason: str | None


@dataclass(frozen=True)
class PhotoPage:
    """One page, and whether there is more on either side."""

    rows: Sequence[ListedPhoto]
    has_newer: bool
    has_older: bool


def get_photo_page(
    state: str, patience: Patience, wanted: Wanted, place: Place | None, *, size: int = PAGE_SIZE
) -> PhotoPage:
    """Get one page: one statement for each place where photos of the state are found, two at most.

    A page costs the same at any depth.
    """
    found = [
        ListedPhoto(*row)
        for source in sources(patience)[state]
        for row in db.session.execute(_select(source, wanted, place, size + 1))
    ]
    backwards = place is not None and place.backwards
    found.sort(key=lambda each: (each.moment, each.id.hex), reverse=not backwards)
    more, rows = len(found) > size, found[:size]
    if backwards:
        return PhotoPage(rows[::-1], has_newer=more, has_older=True)
    return PhotoPage(rows, has_newer=place is not None, has_older=more)


def place_of(row: ListedPhoto, *, backwards: bool = False) -> Place:
    """Give the place in the list at which a row stands."""
    return Place(row.moment, row.id, backwards)


def _select(source: Source, wanted: Wanted, place: Place | None, most: int) -> Select[Any]:
    """Select from one place beyond where the page before ended, in the page's order."""
    keys = (source.moment, Photo.id)
    inner = select_photos(source, wanted, Photo.id.label("photo"), source.moment.label("moment"))
    if place is not None:
        inner = inner.where(_beyond(source.moment, place))
    backwards = place is not None and place.backwards
    order = keys if backwards else tuple(key.desc() for key in keys)
    few = inner.order_by(*order).limit(most).subquery()
    columns = (
        Photo.id, few.c.moment, Photo.title, Photo.return_id, Return.awb, Merchant.name,
        FieldExecutive.id, FieldExecutive.name, Device.label, Photo.claimed_bytes,
        Photo.refused_reason,
    )  # fmt: skip
    outer = (few.c.moment, few.c.photo)
    return (
        select(*columns)
        .select_from(few)
        .join(Photo, Photo.id == few.c.photo)
        .join(Return, Return.id == Photo.return_id)
        .join(Merchant, Merchant.id == Photo.merchant_id)
        .outerjoin(RunSheet, RunSheet.id == Return.run_sheet_id)
        .outerjoin(FieldExecutive, FieldExecutive.id == RunSheet.executive_id)
        .outerjoin(Device, Device.id == Photo.device_id)
        .order_by(*(outer if backwards else tuple(key.desc() for key in outer)))
    )


def _beyond(moment: Any, place: Place) -> Any:
    same = moment == place.activity_at
    if place.backwards:
        beyond = or_(moment > place.activity_at, and_(same, Photo.id > place.id))
        return and_(moment >= place.activity_at, beyond)
    beyond = or_(moment < place.activity_at, and_(same, Photo.id < place.id))
    return and_(moment <= place.activity_at, beyond)
