"""What S3 holds and nobody told us of goes the way of a callback; bounded memory, safe to kill."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from qcportal import doorstep, errors, likeness, photos
from qcportal.capture_kinds import CaptureKind
from qcportal.db import db, writing
from qcportal.doorstep import Visit
from qcportal.history import Actor
from qcportal.photos import Arrival, ArrivalRow
from qcportal.photos.told import Identity, Told
from qcportal.reconciliation.looking import Eye, JsonObject, look
from qcportal.reconciliation.tally import Tally
from qcportal.storage import StoredVersion
from qcportal.stored_objects import in_order

log = structlog.get_logger(__name__)

RECONCILER = Actor("system", "reconciler", "Reconciler")
SOURCE = "reconciler"
COMPARED, LOOKED_AT = 1000, 50
THREADS = 8


@dataclass(frozen=True)
class Tools:
    """What the reconciler works with.

    `read` parses what was told of an object as the callbacks' door does: the arrival, and the raw
    inspection that it carries, if any. `keep` commits, and may raise to end the work there.
    """

    eye: Eye
    kinds: Mapping[str, CaptureKind]
    read: Callable[[JsonObject], tuple[Arrival, object]]
    read_visit: Callable[[object], Visit]
    keep: Callable[[], None]


def heal(
    tools: Tools, versions: Iterable[StoredVersion], tally: Tally, *, stored_before: datetime
) -> None:
    """Confirm the listed versions that are unknown; what is younger is left to its callback.

    What S3 would not show is counted as failed and looked at again in the next cycle. Raises
    Unavailable when the listing itself ends early.
    """
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        for page in _pages(in_order(versions)):
            tally.listed += len(page)
            ripe = [each for each in page if each.stored_at <= stored_before]
            wanted = _unknown(ripe, tools)
            places = _places(ripe, wanted, tools)
            for part in _parts(wanted):
                looked_at = pool.map(partial(_try_to_look, tools), part)
                _take_in(tools, list(looked_at), places, tally)
                tally.tell()


def _pages(listed: Iterator[StoredVersion]) -> Iterator[list[StoredVersion]]:
    """Give the listing in pages that never part the versions of one second."""
    seconds = (list(group) for _, group in groupby(listed, key=_second))
    page: list[StoredVersion] = []
    for second in seconds:
        page += second
        if len(page) >= COMPARED:
            yield page
            page = []
    if page:
        yield page


def _second(version: StoredVersion) -> tuple[str, datetime]:
    return version.key, version.stored_at.replace(microsecond=0)


def _places(
    page: Iterable[StoredVersion], wanted: Iterable[StoredVersion], tools: Tools
) -> dict[Identity, int]:
    """Give the places of all versions of a second in which one was unknown."""
    bucket, seconds = tools.eye.store.settings.bucket, {_second(each) for each in wanted}
    return {
        (bucket, each.key, each.version_id): each.place
        for each in page
        if each.place is not None and _second(each) in seconds
    }


def _unknown(page: Sequence[StoredVersion], tools: Tools) -> list[StoredVersion]:
    """Leave out what was told before, but for what was told as gone and is here after all."""
    bucket = tools.eye.store.settings.bucket
    statement = select(ArrivalRow.key, ArrivalRow.version_id).where(
        ArrivalRow.bucket == bucket,
        ArrivalRow.key.in_({each.key for each in page}),
        ArrivalRow.outcome != "gone",
    )
    with reading():
        known = {tuple(row) for row in db.session.execute(statement)}
    return [each for each in page if (each.key, each.version_id) not in known]


@contextmanager
def reading() -> Iterator[None]:
    """Read without SQLite's one lock, and leave no transaction behind: S3 may take its time."""
    token = writing.set(False)
    try:
        yield
    finally:
        db.session.rollback()
        writing.reset(token)


def _parts(versions: Sequence[StoredVersion]) -> Iterator[Sequence[StoredVersion]]:
    for start in range(0, len(versions), LOOKED_AT):
        yield versions[start : start + LOOKED_AT]


@dataclass(frozen=True)
class _Seen:
    """One version looked at: its arrival with what it carries, or why it could not be read."""

    arrival: Arrival | None
    carried: Any = None


def _try_to_look(tools: Tools, version: StoredVersion) -> _Seen:
    try:
        arrival, carried = tools.read(look(tools.eye, version))
    except (errors.PortalError, ValueError) as error:
        log.warning("not_reconciled", key=version.key, reason=str(error)[:300])
        return _Seen(None)
    return _Seen(arrival, carried)


def _take_in(
    tools: Tools, seen: Sequence[_Seen], places: Mapping[Identity, int], tally: Tally
) -> None:
    """Make facts of one part in one transaction; where that fails, of each by itself."""
    here = [each for each in seen if each.arrival is not None]
    tally.failed += len(seen) - len(here)
    if not here:
        return
    try:
        told = _confirm(tools, here, places)
    except SQLAlchemyError as error:
        db.session.rollback()
        if len(here) == 1:
            log.error("not_reconciled", exc_info=error)
            tally.failed += 1
            return
        for each in here:
            _take_in(tools, [each], places, tally)
        return
    tally.count_told(told)


def _confirm(tools: Tools, seen: Sequence[_Seen], places: Mapping[Identity, int]) -> list[Told]:
    arrivals = [each.arrival for each in seen if each.arrival is not None]
    keys = {each.key for each in arrivals}
    beside = {identity: place for identity, place in places.items() if identity[1] in keys}
    told = photos.confirm_arrivals(
        arrivals, tools.kinds, by=RECONCILER, source=SOURCE, places=beside
    )
    likeness.index_told(told)
    carried = {each.arrival.identity: each.carried for each in seen if each.arrival is not None}
    doorstep.take_in(told, carried, tools.kinds, tools.read_visit)
    tools.keep()
    return told
