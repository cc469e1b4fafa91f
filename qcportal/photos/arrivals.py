"""Arrivals: versions in the bucket that become facts; any order, any number of times."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from qcportal import clock, history, returns
from qcportal.capture_kinds import CaptureKind
from qcportal.db import db, new_id
from qcportal.history import Actor
from qcportal.photos import facts, settling
from qcportal.photos.settling import Settlement, Version, Wanted
from qcportal.photos.tables import ArrivalRow, Photo


class Outcome(StrEnum):
    """What became of one arrival."""

    VERIFIED = "verified"
    STORED = "stored"
    ALREADY = "already"
    REFUSED = "refused"
    CONFLICT = "conflict"
    PARKED = "parked"
    GONE = "gone"


@dataclass(frozen=True)
class Arrival:
    """One object version that we are told of; `version_id` is `""` where the bucket has none."""

    bucket: str
    key: str
    version_id: str
    sequencer: str
    size: int
    content_type: str
    stored_at: datetime
    sha256: str | None
    sha256_source: str
    declared_sha256: str | None
    gone: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)
    image: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> tuple[str, str, str]:
        """Give what makes two tellings the same arrival."""
        return (self.bucket, self.key, self.version_id)


@dataclass(frozen=True)
class Told:
    """The answer to one arrival: its outcome, why, and the photo it belongs to, if any.

    `fit` tells whether its bytes are what the form asked for and their sender declared.
    """

    arrival: Arrival
    outcome: Outcome
    reason: str | None = None
    photo_id: uuid.UUID | None = None
    return_id: uuid.UUID | None = None
    fit: bool = False


def confirm_arrivals(
    arrivals: Sequence[Arrival],
    kinds: Mapping[str, CaptureKind],
    *,
    by: Actor = history.RELAY,
    source: str = "relay",
) -> list[Told]:
    """Turn arrivals into facts, in the caller's transaction; gives an answer each, in order.

    Locks the returns concerned first, so that whatever else touches their photos comes before or
    after, never between. Needs the system scope: whose an arrival is turns out here.
    """
    photos = _lock_photos([(each.bucket, each.key) for each in arrivals])
    known = _find_arrivals(arrivals, photos)
    fresh = {each.identity: each for each in arrivals if known.get(each.identity) is None}
    settled = _settle(photos.values(), [*known.values()], fresh.values(), kinds)
    ground = _Ground(photos, known, settled, kinds)
    told = [_tell(each, ground) for each in arrivals]
    first = {each.arrival.identity: each for each in reversed(told)}
    _insert([each for identity, each in first.items() if identity in fresh], source)
    facts.write(photos.values(), settled, _images([*known.values()], fresh.values()), by=by)
    return told


def resettle(return_id: uuid.UUID, kinds: Mapping[str, CaptureKind], *, by: Actor) -> None:
    """Look again at all photos of a locked return, after the phone announced some of them."""
    rows = db.session.execute(_photo_rows().where(Photo.return_id == return_id)).all()
    photos = {(row.bucket, row.key): row for row in rows}
    known = _find_arrivals((), photos)
    settled = _settle(photos.values(), [*known.values()], (), kinds)
    facts.write(rows, settled, _images([*known.values()], ()), by=by)


def readopt(kinds: Mapping[str, CaptureKind], *, keys: Sequence[str], by: Actor) -> list[Told]:
    """Try again to find the photos of arrivals that were parked under these keys."""
    statement = select(ArrivalRow).where(
        ArrivalRow.key.in_(keys), ArrivalRow.outcome == Outcome.PARKED
    )
    parked = [_as_arrival(row) for row in db.session.scalars(statement)]
    return confirm_arrivals(parked, kinds, by=by) if parked else []


def settlement_of(photo: Any, told: Sequence[Any], kinds: Mapping[str, Any]) -> Settlement:
    """Give what these arrival rows of one photo come to; nothing is written."""
    return _settle([photo], told, (), kinds)[photo.id]


def _photo_rows() -> Any:
    table = Photo.__table__
    return select(*table.c)


def _lock_photos(places: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    where = tuple_(Photo.bucket, Photo.key).in_(sorted(set(places)))
    owners = set(db.session.scalars(select(Photo.return_id).where(where)))
    if not owners:
        return {}
    returns.lock(owners)
    rows = db.session.execute(_photo_rows().where(where)).all()
    return {(row.bucket, row.key): row for row in rows}


def _find_arrivals(
    arrivals: Sequence[Arrival], photos: Mapping[tuple[str, str], Any]
) -> dict[tuple[str, str, str], Any]:
    """Find every arrival told before under the keys in question.

    An orphan counts as new, and so does what was gone and is here after all: a phone sends again
    under the same key, and a bucket without versions gives it the same identity.
    """
    here = {each.identity for each in arrivals if _is_here(each)}
    places = {(each.bucket, each.key) for each in arrivals} | photos.keys()
    if not places:
        return {}
    table = ArrivalRow.__table__
    statement = select(*table.c).where(tuple_(table.c.bucket, table.c.key).in_(sorted(places)))
    rows = db.session.execute(statement).all()
    return {
        (row.bucket, row.key, row.version_id): row
        for row in rows
        if row.photo_id is not None or (row.bucket, row.key) not in photos
        if row.outcome != Outcome.GONE or (row.bucket, row.key, row.version_id) not in here
    }


def _settle(
    photos: Iterable[Any], known: Sequence[Any], fresh: Iterable[Arrival], kinds: Any
) -> dict[uuid.UUID, Settlement]:
    versions: dict[tuple[str, str], list[Version]] = defaultdict(list)
    for each in (*known, *fresh):
        gone = each.outcome == Outcome.GONE if hasattr(each, "outcome") else each.gone
        if not gone and each.sha256:
            versions[each.bucket, each.key].append(_version(each))
    return {
        photo.id: settling.settle(_wanted(photo, kinds), versions[photo.bucket, photo.key])
        for photo in photos
    }


def _images(known: Sequence[Any], fresh: Iterable[Arrival]) -> dict[tuple[str, str, str], Any]:
    return {(each.bucket, each.key, each.version_id): each.image for each in (*known, *fresh)}


def _version(each: Any) -> Version:
    return Version(
        version_id=each.version_id,
        sequencer=each.sequencer,
        stored_at=each.stored_at,
        size=each.size,
        content_type=each.content_type,
        sha256=each.sha256,
        declared_sha256=each.declared_sha256,
    )


def _wanted(photo: Any, kinds: Mapping[str, CaptureKind]) -> Wanted:
    kind = kinds.get(photo.kind)
    types = set(kind.content_types) if kind else set()
    return Wanted(
        {photo.content_type, *types}, photo.min_bytes, photo.max_bytes, photo.claimed_sha256
    )


@dataclass(frozen=True)
class _Ground:
    """What arrivals are judged by."""

    photos: Mapping[tuple[str, str], Any]
    known: Mapping[tuple[str, str, str], Any]
    settled: Mapping[uuid.UUID, Settlement]
    kinds: Mapping[str, CaptureKind]


def _tell(arrival: Arrival, ground: _Ground) -> Told:
    photo = ground.photos.get((arrival.bucket, arrival.key))
    if photo is None:
        return Told(arrival, Outcome.PARKED, "no photo has this key")
    outcome, reason = Outcome.ALREADY, None
    if arrival.identity not in ground.known:
        outcome, reason = _judge(arrival, photo, ground)
    fit = _is_here(arrival) and _fault_of(arrival, photo, ground) is None
    return Told(arrival, outcome, reason, photo.id, photo.return_id, fit)


def _is_here(arrival: Arrival) -> bool:
    return not arrival.gone and arrival.sha256 is not None


def _fault_of(arrival: Arrival, photo: Any, ground: _Ground) -> str | None:
    return settling.fault_of(_wanted(photo, ground.kinds), _version(arrival))


def _judge(arrival: Arrival, photo: Any, ground: _Ground) -> tuple[Outcome, str | None]:
    if not _is_here(arrival):
        return Outcome.GONE, "the object was not there any more"
    fault = _fault_of(arrival, photo, ground)
    settlement = ground.settled[photo.id]
    if fault is not None or settlement.pinned is None:
        return Outcome.REFUSED, fault
    if settlement.pinned.version_id == arrival.version_id:
        return (Outcome.VERIFIED if settlement.verified else Outcome.STORED), None
    if settlement.pinned.sha256 == arrival.sha256:
        return Outcome.ALREADY, "the same bytes are held"
    return Outcome.CONFLICT, "another version is the evidence"


def _insert(told: Sequence[Told], source: str) -> None:
    if not told:
        return
    at = clock.now()
    rows = [_arrival_row(each, source, at) for each in told]
    postgres = db.session.get_bind().dialect.name == "postgresql"
    make: Any = postgresql.insert(ArrivalRow) if postgres else sqlite.insert(ArrivalRow)
    kept = ("id", "bucket", "key", "version_id", "received_at", "source")
    told_now = {name: make.excluded[name] for name in rows[0] if name not in kept}
    statement = make.on_conflict_do_update(
        index_elements=["bucket", "key", "version_id"],
        set_=told_now,
        where=ArrivalRow.photo_id.is_(None) | (ArrivalRow.outcome == Outcome.GONE),
    )
    db.session.execute(statement, rows)


def _arrival_row(told: Told, source: str, at: datetime) -> dict[str, Any]:
    arrival = told.arrival
    return {
        "id": new_id(),
        "photo_id": told.photo_id,
        "bucket": arrival.bucket,
        "key": arrival.key,
        "version_id": arrival.version_id,
        "sequencer": arrival.sequencer,
        "outcome": told.outcome.value,
        "reason": told.reason,
        "size": arrival.size,
        "content_type": arrival.content_type,
        "sha256": arrival.sha256,
        "sha256_source": arrival.sha256_source,
        "declared_sha256": arrival.declared_sha256,
        "user_metadata": dict(arrival.metadata),
        "image": dict(arrival.image),
        "stored_at": arrival.stored_at,
        "received_at": at,
        "source": source,
    }


def _as_arrival(row: ArrivalRow) -> Arrival:
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
        metadata=row.user_metadata,
        image=row.image,
    )
