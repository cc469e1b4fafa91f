"""Does what we promise hold? The invariants I1-I4, checked over database and bucket; read only.

Bounded memory: everything is streamed in order and walked side by side, however much there is.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from qcportal import clock
from qcportal.capture_kinds import CaptureKind
from qcportal.db import db, writing
from qcportal.photos import Photo
from qcportal.verification import belongings, chains, manifested, objects
from qcportal.verification.findings import INVARIANTS, KINDS, Offence, Report
from qcportal.verification.objects import Bucket

__all__ = ["INVARIANTS", "KINDS", "Bucket", "Offence", "Options", "Report", "verify"]


@dataclass(frozen=True)
class Options:
    """What to look at: issue dates from `since` on (UTC), and whether to read every pinned file.

    What S3 stored less than `grace` ago may still be on its way to us and is counted apart.
    """

    since: date | None = None
    rehash: bool = False
    grace: timedelta = timedelta(minutes=15)


def verify(
    bucket: Bucket,
    kinds: Mapping[str, CaptureKind],
    options: Options = Options(),
    *,
    tell: Callable[[str, int], None] = lambda _what, _done: None,
) -> Report:
    """Check every invariant in one snapshot of the database; needs the system scope.

    `tell` hears what is being looked at and how many are done. Begins a transaction of its own,
    so nothing may be pending in the session. Raises Unavailable when S3 is away.
    """
    token = writing.set(False)  # on SQLite one that only reads must not hold up the portal
    try:
        return _verify(bucket, kinds, options, tell)
    finally:
        writing.reset(token)


def _verify(
    bucket: Bucket,
    kinds: Mapping[str, CaptureKind],
    options: Options,
    tell: Callable[[str, int], None],
) -> Report:
    started, at = time.monotonic(), clock.now()
    _take_snapshot()
    report = Report(at=at, since=options.since, rehashed=options.rehash)
    look = objects.Look(bucket, kinds, options.since, at - options.grace, rehash=options.rehash)
    objects.check(look, report, tell)
    chains.check(options.since, report, tell)
    belongings.check(options.since, report, tell)
    manifested.check(options.since, report, tell)
    db.session.rollback()
    report.seconds = time.monotonic() - started
    return report


def _take_snapshot() -> None:
    """See one moment from now on; SQLite's readers do so anyway.

    A snapshot begins with the first row read. It has to be older than the bucket's listing: then
    whatever was told by then is listed, and no photo that arrives meanwhile seems to be gone.
    """
    db.session.rollback()
    db.session.expunge_all()
    if db.engine.dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    db.session.execute(select(Photo.id).limit(1)).all()
