"""How to find photos and arrivals."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any, cast

from sqlalchemy import BindParameter, Select, bindparam, func, or_, select

from qcportal import errors
from qcportal.db import db
from qcportal.devices import RunSheet
from qcportal.photos.own_files import OWN
from qcportal.photos.tables import ArrivalRow, Photo
from qcportal.questions import Question
from qcportal.returns import Return

SMALL = (
    Photo.id, Photo.return_id, Photo.title, Photo.purpose, Photo.required, Photo.content_type,
    Photo.key, Photo.form_issued_at, Photo.captured_reported_at, Photo.stored_at, Photo.verified_at,
    Photo.refused_at, Photo.conflict_at, Photo.unreadable_at, Photo.version_id, Photo.sha256,
    Photo.thumbnails,
)  # fmt: skip
"""What a list has to know of a photo to show it small: its state and its thumbnail."""
_digests: BindParameter[str] = bindparam("digests", expanding=True)
TOLD_BY_DIGEST = select(ArrivalRow.photo_id, ArrivalRow.sha256).where(
    ArrivalRow.sha256.in_(_digests)
)
BY_DIGEST = (
    select(
        Photo.id, Photo.return_id, Photo.purpose, Photo.claimed_sha256, Photo.sha256,
        Photo.verified_at, Photo.refused_at, Photo.refused_reason, Photo.unreadable_at,
        Photo.unreadable_reason,
    )
    .join(Return, Return.id == Photo.return_id)
    .join(RunSheet, RunSheet.id == Return.run_sheet_id)
    .where(RunSheet.executive_id == bindparam("executive_id"), Photo.purpose != OWN)
    .where(
        or_(
            Photo.claimed_sha256.in_(_digests),
            Photo.sha256.in_(_digests),
            Photo.id.in_(bindparam("told", expanding=True)),
        )
    )
)  # fmt: skip
"""Phones ask what became of their uploads again and again; both are put together once."""


_ARRIVALS = (
    select(ArrivalRow)
    .where(ArrivalRow.photo_id == bindparam("photo_id"))
    .order_by(ArrivalRow.stored_at, ArrivalRow.id)
)


def _of_returns(statement: Select[Any]) -> Select[Any]:
    mine = Photo.return_id.in_(bindparam("return_ids", expanding=True))
    return statement.where(mine, Photo.purpose != OWN).order_by(Photo.return_id, Photo.position)


_PHOTOS: Select[Any] = _of_returns(select(Photo))
_SMALL = _of_returns(select(*cast(Sequence[Any], SMALL)))
"""Lists and pages of returns always ask these."""


def get_photo(photo_id: uuid.UUID) -> Photo:
    """Get one photo of the scope, or raise NotFound."""
    photo = db.session.scalars(select(Photo).where(Photo.id == photo_id)).one_or_none()
    if photo is None:
        raise errors.NotFound()
    return photo


def find_for_returns(return_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Photo]]:
    """Find the photos of these returns in the order of their slots, in one statement.

    Files that were added to a dispute are none of them.
    """
    return _grouped(db.session.scalars(_PHOTOS, {"return_ids": return_ids}), return_ids)


def find_small(return_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Any]]:
    """Find the same photos as rows of the columns in SMALL: objects cost a list twice the time."""
    if not return_ids:
        return {}  # Postgres would look at all photos to find none
    return _grouped(db.session.execute(_SMALL, {"return_ids": return_ids}), return_ids)


def _grouped(photos: Iterable[Any], return_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Any]:
    grouped: dict[uuid.UUID, list[Any]] = {return_id: [] for return_id in return_ids}
    for photo in photos:
        grouped[photo.return_id].append(photo)
    return grouped


def find_mine(
    executive_id: uuid.UUID,
    *,
    photo_ids: Collection[uuid.UUID] | None,
    return_ids: Collection[uuid.UUID] | None,
) -> set[uuid.UUID]:
    """Find which of these photos, or else returns, are on the executive's run sheets."""
    wanted = Photo.id if photo_ids else Photo.return_id
    statement = (
        select(wanted)
        .join(Return, Return.id == Photo.return_id)
        .join(RunSheet, RunSheet.id == Return.run_sheet_id)
        .where(RunSheet.executive_id == executive_id, wanted.in_(photo_ids or return_ids or ()))
        .where(Return.shipment_state != "cancelled", Photo.purpose != OWN)
    )
    return set(db.session.scalars(statement))


def find_by_digests(executive_id: uuid.UUID, digests: Sequence[str]) -> list[tuple[Any, set[str]]]:
    """Find the photos of an executive's returns that were announced or told with these digests.

    Gives rows of how each stands, with all the digests that it is known by.
    """
    known: dict[uuid.UUID, set[str]] = defaultdict(set)
    for photo_id, digest in db.session.execute(TOLD_BY_DIGEST, {"digests": digests}):
        if photo_id is not None and digest is not None:
            known[photo_id].add(digest)
    asked = {"executive_id": executive_id, "digests": digests, "told": [*known]}
    return [
        (row, known[row.id] | set(filter(None, (row.claimed_sha256, row.sha256))))
        for row in db.session.execute(BY_DIGEST, asked)
    ]


def find_arrivals(photo_id: uuid.UUID) -> list[ArrivalRow]:
    """Find every version that was told of a photo, in the order of storing."""
    return list(db.session.scalars(_ARRIVALS, {"photo_id": photo_id}))


def find_ids_by_key(keys: Collection[str]) -> dict[tuple[str, str], uuid.UUID]:
    """Find the photos that lie under these keys, by bucket and key."""
    statement = select(Photo.bucket, Photo.key, Photo.id).where(Photo.key.in_(keys))
    return {(bucket, key): found for bucket, key, found in db.session.execute(statement)}


def select_parked() -> Select[ArrivalRow]:
    """Select the arrivals that belong to no photo we know, newest first."""
    return (
        select(ArrivalRow)
        .where(ArrivalRow.outcome == "parked")
        .order_by(ArrivalRow.received_at.desc(), ArrivalRow.id.desc())
    )


def find_adoptable(*, most: int) -> list[str]:
    """Find the keys of parked arrivals whose photo is known by now."""
    same = (ArrivalRow.bucket == Photo.bucket) & (ArrivalRow.key == Photo.key)
    statement = select(ArrivalRow.key).join(Photo, same).where(ArrivalRow.outcome == "parked")
    return list(db.session.scalars(statement.limit(most)))


def count_parked() -> int:
    """Count the arrivals that belong to no photo we know."""
    return parked_question().ask()


def parked_question() -> Question[int]:
    """Give the question that `count_parked` asks."""
    statement = select(func.count()).select_from(ArrivalRow)
    return Question(statement.where(ArrivalRow.outcome == "parked"), int)
