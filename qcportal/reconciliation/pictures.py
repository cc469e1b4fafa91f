"""Photos that are held and were never looked at: their picture facts and thumbnails, made up for.

The relay tells of a picture after its arrival, and only a few times. What got lost of that, or was
too costly there, is looked at here; once more, and not too much of it in one cycle.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from qcportal import clock, errors, imaging, likeness, photos
from qcportal.db import db
from qcportal.photos import ArrivalRow, Photo, measures
from qcportal.photos.arrival_rows import as_arrival
from qcportal.reconciliation.healing import RECONCILER, SOURCE, Tools, reading
from qcportal.reconciliation.leases import lease
from qcportal.reconciliation.looking import PHOTO_ID, PICTURE_LIMIT
from qcportal.reconciliation.tally import Tally
from qcportal.storage import PhotoStore

log = structlog.get_logger(__name__)

MOST, AT_ONCE = 300, 10
SECONDS = 120.0
"""Pictures of one cycle, and how long it may take over them: facts of others wait for it."""
LOOKED_FOR_DAYS = 30


def heal_pictures(tools: Tools, tally: Tally, *, stored_before: datetime) -> None:
    """Look at the pictures that nobody was told of, newest first; younger ones are the relay's.

    Whatever fails here is looked at again in the next cycle, and touches no other fact.
    """
    if not tools.eye.pictures:
        return
    with lease("pictures") as mine:
        if not mine:
            return
        until = clock.now() + timedelta(seconds=SECONDS)
        rows = _find(tools, stored_before)
        for start in range(0, len(rows), AT_ONCE):
            _look_at(tools, rows[start : start + AT_ONCE], tally)
            tally.tell()
            if clock.now() > until:
                break


def _find(tools: Tools, stored_before: datetime) -> Sequence[Any]:
    """Find what was told of the versions that are held as pictures and were not looked at."""
    pinned = (
        (ArrivalRow.bucket == Photo.bucket)
        & (ArrivalRow.key == Photo.key)
        & (ArrivalRow.version_id == Photo.version_id)
    )
    statement = (
        select(*ArrivalRow.__table__.c)
        .join(Photo, pinned)
        .where(Photo.pictured_at.is_(None), Photo.unreadable_at.is_(None))
        .where(Photo.stored_at.is_not(None), Photo.stored_at <= stored_before)
        .where(Photo.stored_at >= clock.now() - timedelta(days=LOOKED_FOR_DAYS))
        .where(ArrivalRow.content_type.like("image/%"))
        .where(Photo.bucket == tools.eye.store.settings.bucket)
        .order_by(Photo.stored_at.desc(), Photo.id)
    )
    with reading():
        return db.session.execute(statement.limit(MOST)).all()


def _look_at(tools: Tools, rows: Sequence[Any], tally: Tally) -> None:
    seen = []
    for row in rows:
        try:
            found = measure(tools.eye.store, row)
        except errors.NotFound:
            continue  # deleted behind the portal: `verify` names it
        except errors.PortalError as error:
            log.warning("not_looked_at", key=row.key, reason=error.detail)
            tally.failed += 1
            tally.note(error)
            continue
        seen.append(replace(as_arrival(row), image=found))
    try:
        told = photos.confirm_arrivals(seen, tools.kinds, by=RECONCILER, source=SOURCE)
        likeness.index_told(told)
        tools.keep()
    except SQLAlchemyError as error:
        db.session.rollback()
        log.error("not_looked_at", exc_info=error)
        tally.failed += len(seen)
        return
    tally.pictured += len(told)


def measure(store: PhotoStore, row: Any) -> Mapping[str, Any]:
    """Measure the picture of an arrival and store its thumbnails: all of them, or this raises."""
    if row.size > PICTURE_LIMIT:
        return {"refused": "too_large", "tries": measures.TRIES}
    data = store.get(row.key, row.version_id, limit=PICTURE_LIMIT)
    if hashlib.sha256(data).hexdigest() != row.sha256:
        # Without versions another file may lie there by now; it is told by its own event.
        raise errors.NotFound("The version that was told is not there any more.")
    try:
        seen = imaging.analyse_limited(data)
    except imaging.ImageRefused as refusal:
        return {"refused": refusal.reason, "tries": measures.tries(row.image) + 1}
    named = PHOTO_ID.findall(row.key)
    for size, webp in seen.thumbnails.items() if named else ():
        store.put_derived(f"d/{named[-1]}/{row.sha256[:16]}-{size}.webp", webp, "image/webp")
    return {**seen.facts, "thumbnails": sorted(seen.thumbnails) if named else []}
