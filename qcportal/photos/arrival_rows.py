"""Rows of arrivals: every version we were told of, each kept once with all that was said."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from qcportal import clock
from qcportal.db import db, new_id
from qcportal.photos.measures import Found
from qcportal.photos.tables import ArrivalRow
from qcportal.photos.told import Arrival, Identity, Outcome, Told

ARRIVALS = cast(Table, ArrivalRow.__table__)
FIND = select(ARRIVALS).where(
    tuple_(ARRIVALS.c.bucket, ARRIVALS.c.key).in_(bindparam("places", expanding=True))
)
KEPT = ("id", "bucket", "key", "version_id", "received_at", "source")
"""Columns of an arrival that is told anew which stay as they were."""


def identity_of(each: Any) -> Identity:
    """Give what a row or an arrival is about."""
    return (each.bucket, each.key, each.version_id)


def find(places: Iterable[tuple[str, str]]) -> Sequence[Any]:
    """Find every arrival told before under these buckets and keys."""
    wanted = sorted(set(places))
    if not wanted:
        return ()
    return db.session.execute(FIND, {"places": wanted}).all()


def find_parked(keys: Sequence[str]) -> list[Arrival]:
    """Find the arrivals that were parked under these keys, as they were told."""
    parked = (ArrivalRow.outcome == Outcome.PARKED) & ArrivalRow.key.in_(keys)
    return [as_arrival(row) for row in db.session.scalars(select(ArrivalRow).where(parked))]


def insert(told: Sequence[Told], images: Mapping[Identity, Found], source: str) -> None:
    """Keep what was told for the first time, in place of an orphan or of what was gone."""
    if not told:
        return
    at = clock.now()
    rows = [_arrival_row(each, images[each.arrival.identity], source, at) for each in told]
    db.session.execute(_inserting(db.session.get_bind().dialect.name), rows)


@cache
def _inserting(dialect: str) -> Any:
    make: Any = (postgresql if dialect == "postgresql" else sqlite).insert(ARRIVALS)
    told_now = {each.name: make.excluded[each.name] for each in ARRIVALS.c if each.name not in KEPT}
    return make.on_conflict_do_update(
        index_elements=["bucket", "key", "version_id"],
        set_=told_now,
        # What was told with its content is never told away by "gone".
        where=(ARRIVALS.c.photo_id.is_(None) | (ARRIVALS.c.outcome == Outcome.GONE))
        & (ARRIVALS.c.sha256.is_(None) | make.excluded.sha256.is_not(None)),
    )


def keep_images(known: Iterable[Any], images: Mapping[Identity, Found]) -> None:
    """Add what was found in a picture to the rows of arrivals that were told before."""
    changes = [
        {"row": row.id, "found": dict(images[identity_of(row)])}
        for row in known
        if images[identity_of(row)] != row.image
    ]
    if changes:
        found = bindparam("found", type_=ARRIVALS.c.image.type)
        statement = update(ARRIVALS).where(ARRIVALS.c.id == bindparam("row")).values(image=found)
        db.session.execute(statement, changes)


def _arrival_row(told: Told, image: Found, source: str, at: datetime) -> dict[str, Any]:
    arrival = told.arrival
    return {
        "id": new_id(),
        "photo_id": told.photo_id,
        "bucket": arrival.bucket,
        "key": arrival.key,
        "version_id": arrival.version_id,
        "sequencer": arrival.sequencer,
        "place": arrival.place,
        "outcome": told.outcome.value,
        "reason": told.reason,
        "size": arrival.size,
        "content_type": arrival.content_type,
        "sha256": arrival.sha256,
        "sha256_source": arrival.sha256_source,
        "declared_sha256": arrival.declared_sha256,
        "user_metadata": dict(arrival.metadata),
        "image": dict(image),
        "stored_at": arrival.stored_at,
        "received_at": at,
        "source": source,
    }


def as_arrival(row: Any) -> Arrival:
    """Give what was told of a version, from its row."""
    return Arrival(
        bucket=row.bucket,
        key=row.key,
        version_id=row.version_id,
        sequencer=row.sequencer,
        size=row.size,
        content_type=row.content_type,
        stored_at=row.stored_at,
        sha256=row.sha256,
        sha256_source=row.sha256_source,
        declared_sha256=row.declared_sha256,
        place=row.place,
        metadata=row.user_metadata,
        image=row.image,
    )
