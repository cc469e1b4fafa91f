"""Parked arrivals whose photo turned up: they become facts, and inspections are taken in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import select

from qcportal import doorstep, errors, likeness, photos
from qcportal.capture_kinds import CaptureKind
from qcportal.db import db
from qcportal.doorstep import Visit
from qcportal.history import Actor
from qcportal.photos import ArrivalRow, Outcome
from qcportal.photos.arrivals import Told
from qcportal.reconciliation.healing import reading
from qcportal.reconciliation.looking import Eye, JsonObject, look
from qcportal.storage import StoredVersion

log = structlog.get_logger(__name__)

Identity = tuple[str, str, str]


@dataclass(frozen=True)
class Reading:
    """How to read what an object carries: the raw inspection, and that as a visit."""

    eye: Eye
    carried: Callable[[JsonObject], Any]
    visit: Callable[[object], Visit]


def adopt(how: Reading, kinds: Mapping[str, CaptureKind], *, most: int, by: Actor) -> list[Told]:
    """Give up to `most` parked arrivals to the photos that turned up, in the caller's transaction.

    An inspection was not kept when its file was parked, so it is read from S3 again; while S3 is
    away it stays parked.
    """
    with reading():
        keys = photos.find_adoptable(most=most)
        carried, left = _read_again(how, keys)
    told = photos.readopt(kinds, keys=sorted({*keys} - left), by=by)
    likeness.index_told(told)
    doorstep.take_in(told, carried, kinds, how.visit)
    return told


def _read_again(how: Reading, keys: Sequence[str]) -> tuple[dict[Identity, Any], set[str]]:
    """Read the inspections under these keys; gives them, and the keys that S3 does not show."""
    carried, left = dict[Identity, Any](), set[str]()
    statement = select(ArrivalRow).where(
        ArrivalRow.key.in_(keys), ArrivalRow.outcome == Outcome.PARKED
    )
    for row in db.session.scalars(statement).all():
        if row.user_metadata.get("kind") != "inspection" and not row.user_metadata.get("note"):
            continue
        try:
            told = look(how.eye, _version(row))
        except errors.PortalError as error:
            log.warning("not_adopted", key=row.key, reason=error.detail)
            left.add(row.key)
            continue
        carried[row.bucket, row.key, row.version_id] = how.carried(told)
    return carried, left


def _version(row: ArrivalRow) -> StoredVersion:
    return StoredVersion(row.key, row.version_id, row.size, "", row.stored_at, is_latest=False)
