"""Photos that have no print although they are here are announced: nobody need remember them all."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from qcportal import clock
from qcportal.db import db
from qcportal.likeness.indexing import Seen, hash_of, index, insert_of, is_compared
from qcportal.likeness.tables import PrintRow, Sweep
from qcportal.photos import ArrivalRow, Photo

SWEPT = 1000
ROUND = timedelta(minutes=10)
PHOTOS = "photos"


def sweep() -> int:
    """Announce photos that have no print, or none of a hash that is known; gives how many.

    Walks all photos in slices, again and again, so that a machine that died between two steps,
    or a database from before there were prints, leaves none out.
    """
    place = db.session.scalars(
        select(Sweep).where(Sweep.name == PHOTOS).with_for_update(skip_locked=True)
    ).one_or_none()
    if place is None:
        _insert_place()
        return 0
    if place.after is None and place.round_at > clock.now():
        return 0
    ids = _next_photos(place.after)
    missed = _find_missed(ids)
    index(missed)
    whole = len(ids) < SWEPT
    place.after = None if whole else ids[-1]
    place.round_at = clock.now() + ROUND if whole else place.round_at
    db.session.flush()
    return len(missed)


def is_sweep_due() -> bool:
    """Tell whether photos are to be looked through now."""
    place = db.session.get(Sweep, PHOTOS)
    return place is None or place.after is not None or place.round_at <= clock.now()


def _insert_place() -> None:
    row = {"name": PHOTOS, "after": None, "round_at": clock.now()}
    db.session.execute(insert_of(Sweep).on_conflict_do_nothing(), [row])


def _next_photos(after: uuid.UUID | None) -> list[uuid.UUID]:
    statement = select(Photo.id).order_by(Photo.id).limit(SWEPT)
    return list(db.session.scalars(statement.where(Photo.id > after) if after else statement))


def _find_missed(ids: Sequence[uuid.UUID]) -> list[Seen]:
    pinned = (
        (ArrivalRow.bucket == Photo.bucket)
        & (ArrivalRow.key == Photo.key)
        & (ArrivalRow.version_id == Photo.version_id)
    )
    statement = (
        select(
            Photo.id,
            Photo.return_id,
            Photo.sha256,
            ArrivalRow.image,
            PrintRow.photo_id.label("printed"),
        )
        .outerjoin(ArrivalRow, pinned)
        .outerjoin(PrintRow, PrintRow.photo_id == Photo.id)
        .where(Photo.id.in_(ids), Photo.sha256.is_not(None), is_compared())
        .where(PrintRow.high.is_(None))
    )
    told = [(row, hash_of(row.image)) for row in db.session.execute(statement)]
    return [
        Seen(row.id, row.return_id, str(row.sha256), found)
        for row, found in told
        if row.printed is None or found is not None
    ]
