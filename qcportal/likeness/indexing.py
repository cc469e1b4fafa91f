"""Prints come into the index: announced by whoever learns of a picture, written by the worker."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from qcportal import clock
from qcportal.db import db
from qcportal.likeness.prints import Print, bands, read
from qcportal.likeness.tables import BAND_NAMES, COMPARED, INDEXED, NEW, PrintRow, WaitingPrint
from qcportal.photos import OWN, Photo
from qcportal.photos.arrivals import Told

LEFT_OUT = ("signature", "document", "inspection")
"""Kinds that are alike by their nature."""

SLICE = 500
WAITING = cast(Table, WaitingPrint.__table__)


def is_compared() -> ColumnElement[bool]:
    """Tell of photos that are compared: of kinds that differ, and taken at a door."""
    return Photo.kind.not_in(LEFT_OUT) & (Photo.purpose != OWN)


@dataclass(frozen=True)
class Seen:
    """What is known of the picture that is a photo's evidence; `hash` as the relay gave it."""

    photo_id: uuid.UUID
    return_id: uuid.UUID
    sha256: str
    hash: str | None = None


def index(seen: Sequence[Seen]) -> None:
    """Announce pictures in the caller's transaction, in one statement; any number of times.

    What is announced again with nothing new changes nothing, and a hash that comes later than the
    file is looked at then.
    """
    rows = {each.photo_id: _waiting(each) for each in seen}
    if rows:
        dialect = db.session.get_bind().dialect.name
        db.session.execute(_announcing(dialect), list(rows.values()))


@cache
def _announcing(dialect: str) -> Any:
    make = (postgresql if dialect == "postgresql" else sqlite).insert(WAITING)
    told = {name: make.excluded[name] for name in ("sha256", "hash", "stage")}
    nothing_new = make.excluded.hash.is_(None) | (make.excluded.hash == WAITING.c.hash)
    known = (make.excluded.sha256 == WAITING.c.sha256) & nothing_new
    return make.on_conflict_do_update(
        index_elements=["photo_id"], set_=told, where=func.coalesce(known, False).is_(False)
    )


def index_told(told: Iterable[Told]) -> None:
    """Announce the pictures of arrivals that are evidence; told again with a hash, they gain it."""
    index(
        [
            Seen(each.photo_id, each.return_id, each.arrival.sha256, hash_of(each.arrival.image))
            for each in told
            if each.pinned and each.photo_id and each.return_id
            if each.arrival.sha256 and each.arrival.content_type != "application/json"
        ]
    )


def hash_of(image: Mapping[str, Any] | None) -> str | None:
    """Give the hash among a picture's facts."""
    return (image or {}).get("dhash")


def is_any_at(stage: int) -> bool:
    """Tell whether a picture waits at a stage, for one indexed look."""
    statement = select(WaitingPrint.photo_id).where(WaitingPrint.stage == stage).limit(1)
    return db.session.execute(statement).first() is not None


def take(stage: int, most: int) -> list[WaitingPrint]:
    """Take the longest waiting rows of a stage that no other worker has in hand."""
    statement = (
        select(WaitingPrint)
        .where(WaitingPrint.stage == stage)
        .order_by(WaitingPrint.queued_at, WaitingPrint.photo_id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return list(db.session.scalars(statement.execution_options(populate_existing=True)))


def move(rows: Iterable[WaitingPrint], stage: int) -> None:
    """Let taken rows wait for the next stage."""
    ids = [row.photo_id for row in rows]
    if ids:
        changed = update(WaitingPrint).where(WaitingPrint.photo_id.in_(ids)).values(stage=stage)
        db.session.execute(changed.execution_options(synchronize_session=False))


def drop(photo_ids: Iterable[uuid.UUID]) -> None:
    """Let rows go that nothing more is to be done about."""
    ids = list(photo_ids)
    if ids:
        gone = delete(WaitingPrint).where(WaitingPrint.photo_id.in_(ids))
        db.session.execute(gone.execution_options(synchronize_session=False))


def write_prints() -> int:
    """Write the prints of new pictures; gives how many were taken from the queue.

    They are compared in a later transaction: of two alike pictures that come at once, the one
    that is compared last then finds the other.
    """
    rows = take(NEW, SLICE)
    if not rows:
        return 0
    known = load([row.photo_id for row in rows])
    compared = _find_compared([row.photo_id for row in rows])
    wanted = [row for row in rows if row.photo_id in compared]
    fresh = [row for row in wanted if not _is_known(row, known.get(row.photo_id))]
    drop({row.photo_id for row in rows} - {row.photo_id for row in wanted})
    if fresh:
        make = insert_of(PrintRow)
        told = {name: make.excluded[name] for name in _print(fresh[0]) if name != "photo_id"}
        statement = make.on_conflict_do_update(index_elements=["photo_id"], set_=told)
        db.session.execute(statement, [_print(row) for row in fresh])
    fresh_ids = {row.photo_id for row in fresh}
    move(fresh, INDEXED)
    move([row for row in wanted if row.photo_id not in fresh_ids], COMPARED)
    return len(rows)


def _is_known(row: WaitingPrint, known: PrintRow | None) -> bool:
    if known is None or known.sha256 != row.sha256:
        return False
    return read(row.hash) in (None, print_of(known))


def _find_compared(ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    return set(db.session.scalars(select(Photo.id).where(Photo.id.in_(ids), is_compared())))


def load(photo_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, PrintRow]:
    """Load prints by their photo."""
    wanted = select(PrintRow).where(PrintRow.photo_id.in_(list(photo_ids)))
    found = db.session.scalars(wanted.execution_options(populate_existing=True))
    return {row.photo_id: row for row in found}


def print_of(row: PrintRow) -> Print | None:
    """Give the print that a row holds, if it has one."""
    if row.high is None or row.low is None or row.frequencies is None:
        return None
    return Print(row.high, row.low, row.frequencies)


def _print(row: WaitingPrint) -> dict[str, Any]:
    found = read(row.hash)
    keys = bands(found) if found and not found.plain else (None,) * len(BAND_NAMES)
    return {
        "photo_id": row.photo_id,
        "return_id": row.return_id,
        "sha256": row.sha256,
        "high": found.high if found else None,
        "low": found.low if found else None,
        "frequencies": found.frequencies if found else None,
        **dict(zip(BAND_NAMES, keys, strict=True)),
    }


def _waiting(seen: Seen) -> dict[str, Any]:
    return {**vars(seen), "stage": NEW, "queued_at": clock.now()}


def insert_of(table: Any) -> Any:
    """Make an INSERT that can say what happens on conflict, of either database."""
    postgres = db.session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(table) if postgres else sqlite.insert(table)
