"""Photos that a phone announced a while ago and S3 does not hold: still on the phone."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from qcportal import clock, errors
from qcportal.db import db
from qcportal.devices import RunSheet
from qcportal.photos import OWN, Photo
from qcportal.reconciliation.healing import Tools, heal, reading
from qcportal.reconciliation.tally import Tally
from qcportal.returns import Return

AFTER = timedelta(minutes=30)
LOOKED_FOR_DAYS = 7
BATCH = 200


def select_still_on_phone(executive_id: uuid.UUID | None = None) -> Select[Photo]:
    """Select the photos announced 30 minutes ago or more that S3 does not hold, oldest first.

    Of one executive's run sheets, or of all. `find_overdue` asked S3 for each of them.
    """
    statement = (
        select(Photo)
        .join(Return, Return.id == Photo.return_id)
        .where(Return.photos_coming > 0, Photo.purpose != OWN)
        .where(Photo.captured_reported_at <= clock.now() - AFTER, Photo.stored_at.is_(None))
        .where(Photo.refused_at.is_(None), Photo.verified_at.is_(None))
        .order_by(Photo.captured_reported_at, Photo.id)
    )
    if executive_id is None:
        return statement
    mine = RunSheet.executive_id == executive_id
    return statement.join(RunSheet, RunSheet.id == Return.run_sheet_id).where(mine)


def still_on_phone(executive_id: uuid.UUID) -> list[Photo]:
    """Find what an executive's phone still has to send, oldest first."""
    return list(db.session.scalars(select_still_on_phone(executive_id)))


def find_overdue(tools: Tools, tally: Tally) -> None:
    """Ask S3 for every overdue photo: what is there becomes a fact, the rest is on the phone.

    Looks back a week; older ones are found by their date (`dates.open_prefixes`).
    """
    since, after = clock.now() - timedelta(days=LOOKED_FOR_DAYS), (None, None)
    while batch := _next(since, after):
        tally.overdue += len(batch)
        for photo in batch:
            _ask_for(tools, photo.key, tally)
        after = (batch[-1].captured_reported_at, batch[-1].id)
        tools.keep()
        tally.tell()


def _next(since: datetime, after: tuple[Any, Any]) -> Sequence[Any]:
    statement = select_still_on_phone().where(Photo.captured_reported_at >= since)
    moment, last = after
    if last is not None:
        later = Photo.captured_reported_at > moment
        tied = (Photo.captured_reported_at == moment) & (Photo.id > last)
        statement = statement.where(later | tied)
    columns = (Photo.id, Photo.key, Photo.captured_reported_at)
    with reading():
        return db.session.execute(statement.with_only_columns(*columns).limit(BATCH)).all()


def _ask_for(tools: Tools, key: str, tally: Tally) -> None:
    store = tools.eye.store
    try:
        if store.head(key) is None:
            tally.on_phone += 1
            return
        here: Iterator[Any] = (each for each in store.list_versions(key) if each.key == key)
        heal(tools, here, tally, stored_before=clock.now() + timedelta(days=1))
    except errors.PortalError as error:
        tally.failed += 1
        tally.note(error)
