"""Arrivals: versions in the bucket that become facts; any order, any number of times."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, tuple_

from qcportal import history, returns
from qcportal.capture_kinds import CaptureKind
from qcportal.db import db
from qcportal.history import Actor
from qcportal.photos import arrival_rows, facts, measures, seconds, settling
from qcportal.photos.measures import Found
from qcportal.photos.settling import Settlement, Version, Wanted
from qcportal.photos.tables import Photo
from qcportal.photos.told import Arrival as Arrival
from qcportal.photos.told import Identity
from qcportal.photos.told import Outcome as Outcome
from qcportal.photos.told import Told as Told

PHOTOS = cast(Table, Photo.__table__)
_there = tuple_(PHOTOS.c.bucket, PHOTOS.c.key).in_(bindparam("places", expanding=True))
OWNERS, PHOTOS_THERE = select(PHOTOS.c.return_id).where(_there), select(PHOTOS).where(_there)
NO_PLACES: Mapping[Identity, int] = MappingProxyType({})


def confirm_arrivals(
    arrivals: Sequence[Arrival],
    kinds: Mapping[str, CaptureKind],
    *,
    by: Actor = history.RELAY,
    source: str = "relay",
    places: Mapping[Identity, int] = NO_PLACES,
) -> list[Told]:
    """Turn arrivals into facts, in the caller's transaction; gives an answer each, in order.

    An arrival is told again when its picture was measured; what was found is then added. `places`
    is what a listing showed of other versions of the same seconds. Locks the
    returns concerned first, so that whatever else touches their photos comes before or after,
    never between. Needs the system scope: whose an arrival is turns out here.
    """
    photos = _lock_photos([(each.bucket, each.key) for each in arrivals])
    rows = arrival_rows.find({(each.bucket, each.key) for each in arrivals} | photos.keys())
    rows, arrivals = seconds.fill_in(rows, arrivals, places)
    images = _merged([*rows, *arrivals])
    known = _known(rows, arrivals, photos)
    fresh = {each.identity: each for each in arrivals if known.get(each.identity) is None}
    settled = _settle(photos.values(), [*known.values(), *fresh.values()], images, kinds)
    ground = _Ground(photos, known, settled, images, kinds)
    told = [_tell(each, ground) for each in arrivals]
    first = {each.arrival.identity: each for each in reversed(told)}
    arrival_rows.insert([first[identity] for identity in fresh], images, source)
    arrival_rows.keep_images(known.values(), images)
    facts.write(photos.values(), settled, images, by=by)
    return told


def resettle(return_id: uuid.UUID, kinds: Mapping[str, CaptureKind], *, by: Actor) -> None:
    """Look again at all photos of a locked return, after the phone announced some of them."""
    rows = db.session.execute(select(PHOTOS).where(PHOTOS.c.return_id == return_id)).all()
    photos = {(row.bucket, row.key): row for row in rows}
    told = arrival_rows.find(photos.keys())
    known, images = _known(told, (), photos), _merged(told)
    facts.write(rows, _settle(rows, [*known.values()], images, kinds), images, by=by)


def readopt(kinds: Mapping[str, CaptureKind], *, keys: Sequence[str], by: Actor) -> list[Told]:
    """Try again to find the photos of arrivals that were parked under these keys."""
    parked = arrival_rows.find_parked(keys)
    return confirm_arrivals(parked, kinds, by=by) if parked else []


def settlement_of(photo: Any, told: Sequence[Any], kinds: Mapping[str, Any]) -> Settlement:
    """Give what these arrival rows of one photo come to; nothing is written."""
    return _settle([photo], told, _merged(told), kinds)[photo.id]


def _lock_photos(places: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    known = {"places": sorted(set(places))}
    if not returns.lock_chosen(OWNERS, known):
        return {}
    rows = db.session.execute(PHOTOS_THERE, known).all()
    return {(row.bucket, row.key): row for row in rows}


def _known(
    rows: Iterable[Any], arrivals: Sequence[Arrival], photos: Mapping[tuple[str, str], Any]
) -> dict[Identity, Any]:
    """Give the rows that still say what they said.

    An orphan counts as new, and so does what was gone and is here after all: a phone sends again
    under the same key, and a bucket without versions gives it the same identity.
    """
    here = {each.identity for each in arrivals if _is_here(each)}
    return {
        arrival_rows.identity_of(row): row
        for row in rows
        if row.photo_id is not None or (row.bucket, row.key) not in photos
        if row.sha256 is not None or arrival_rows.identity_of(row) not in here
    }


def _merged(told: Iterable[Any]) -> dict[Identity, Found]:
    """Give what is known of each version's picture, from rows and arrivals alike."""
    images: dict[Identity, Found] = {}
    for each in told:
        identity = arrival_rows.identity_of(each)
        images[identity] = measures.merge(images.get(identity, {}), each.image)
    return images


def _settle(
    photos: Iterable[Any], told: Iterable[Any], images: Mapping[Identity, Found], kinds: Any
) -> dict[uuid.UUID, Settlement]:
    versions: dict[tuple[str, str], list[Version]] = defaultdict(list)
    for each in told:
        gone = each.outcome == Outcome.GONE if hasattr(each, "outcome") else each.gone
        if not gone and each.sha256:
            found = images.get(arrival_rows.identity_of(each), {})
            versions[each.bucket, each.key].append(_version(each, measures.unreadable(found)))
    return {
        photo.id: settling.settle(_wanted(photo, kinds), versions[photo.bucket, photo.key])
        for photo in photos
    }


def _version(each: Any, unreadable: str | None = None) -> Version:
    return Version(
        version_id=each.version_id,
        sequencer=each.sequencer,
        place=each.place,
        stored_at=each.stored_at,
        size=each.size,
        content_type=each.content_type,
        sha256=each.sha256,
        declared_sha256=each.declared_sha256,
        unreadable=unreadable,
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
    known: Mapping[Identity, Any]
    settled: Mapping[uuid.UUID, Settlement]
    images: Mapping[Identity, Found]
    kinds: Mapping[str, CaptureKind]


def _tell(arrival: Arrival, ground: _Ground) -> Told:
    photo = ground.photos.get((arrival.bucket, arrival.key))
    looked_at = bool(ground.images[arrival.identity])
    if photo is None:
        return Told(arrival, Outcome.PARKED, "no photo has this key", looked_at=looked_at)
    outcome, reason = Outcome.ALREADY, None
    if arrival.identity not in ground.known:
        outcome, reason = _judge(arrival, photo, ground)
    fit = _is_here(arrival) and _fault_of(arrival, photo, ground) is None
    held = ground.settled[photo.id].pinned
    pinned = held is not None and held.version_id == arrival.version_id
    return Told(arrival, outcome, reason, photo.id, photo.return_id, fit, looked_at, pinned)


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
