"""The hours: counted from photos and arrivals, replaced as a whole, and read for the page."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, case, delete, func, insert, select, union_all

from qcportal.db import db
from qcportal.inspections import Inspection
from qcportal.photos import ArrivalRow, Photo
from qcportal.reconciliation import SOURCE
from qcportal.uploads import clockwork
from qcportal.uploads.clockwork import HOUR
from qcportal.uploads.latency import Latencies
from qcportal.uploads.standing import NO_PHONES
from qcportal.uploads.tables import UploadHour

TOLD_OF = ("verified", "stored", "already", "refused", "conflict", "parked")
"""Outcomes of versions that were really here; the probes of the doctor are not counted."""


def count_hours(since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Count the hours from `since` up to `until` (both at hours' starts) in two statements.

    Gives one row per hour in which anything happened. A photo belongs to the hour in which it was
    first announced: by the phone, or else by S3.
    """
    shift = clockwork.shift_of(since)
    latencies: dict[int, Counter[int]] = defaultdict(Counter)
    for hour, end, count in db.session.execute(_select_latencies(since, until, shift)):
        latencies[int(hour)][int(end)] += int(count)
    told: dict[int, Counter[str]] = defaultdict(Counter)
    for hour, source, count in db.session.execute(_select_told(since, until, shift)):
        told[int(hour)][source] += count
    return [
        {
            "start": clockwork.start_of(hour, shift),
            "here": latencies[hour].total(),
            "latencies": Latencies(latencies[hour]).as_json(),
            "told": told[hour].total(),
            "healed": told[hour][SOURCE],
        }
        for hour in sorted({*latencies, *told})
    ]


def replace_hours(since: datetime, until: datetime, rows: Sequence[dict[str, Any]]) -> None:
    """Put what was counted in the place of what was kept of these hours."""
    inside = (UploadHour.start >= since, UploadHour.start < until)
    db.session.execute(
        delete(UploadHour).where(*inside).execution_options(synchronize_session=False)
    )
    if rows:
        db.session.execute(insert(UploadHour), list(rows))


def find_hours(since: datetime, until: datetime) -> Sequence[UploadHour]:
    """Find the hours that are kept from `since` up to `until`, in order."""
    statement = select(UploadHour).where(UploadHour.start >= since, UploadHour.start < until)
    return db.session.scalars(statement.order_by(UploadHour.start)).all()


def days_back(days: int, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Give spans of a day each, newest first, that cover the last days up to `until`."""
    for back in range(days):
        end = until - timedelta(days=back)
        yield end - timedelta(days=1), end


def next_hour(moment: datetime) -> datetime:
    """Give the start of the clock hour after a moment."""
    return clockwork.hour_start(moment) + HOUR


def _select_latencies(since: datetime, until: datetime, shift: int) -> Select[Any, Any, Any]:
    """Count per hour and step. Each part reads one range of one index."""
    reported, stored = Photo.captured_reported_at, Photo.stored_at
    parts = [
        _part(reported, since, until, shift),
        _part(stored, since, until, shift).where(reported.is_(None), stored.is_not(None)),
    ]
    both = union_all(*parts).subquery()
    columns = (both.c.hour, both.c.end, func.sum(both.c.photos))
    return select(*columns).group_by(both.c.hour, both.c.end)


def _part(announced: Any, since: datetime, until: datetime, shift: int) -> Select[Any, Any, Any]:
    hour = clockwork.hour_number(announced, shift).label("hour")
    end = clockwork.step_end(_seconds(announced)).label("end")
    return (
        select(hour, end, func.count().label("photos"))
        .select_from(Photo)
        .outerjoin(Inspection, Inspection.return_id == Photo.return_id)
        .where(announced >= since, announced < until, Photo.purpose.not_in(NO_PHONES))
        .where(Photo.verified_at.is_not(None), Photo.conflict_at.is_(None))
        .group_by(hour, end)
    )


def _seconds(announced: Any) -> Any:
    """Give the time from capture to verified, in seconds.

    The capture is the phone's claim, corrected by how wrong its clock was at the inspection. Where
    it cannot be, before the photo was asked for or after it was announced, those bound it.
    """
    offset = func.coalesce(Inspection.clock_offset_ms, 0) / 1000.0
    claimed = clockwork.seconds_between(Photo.verified_at, Photo.captured_at) + offset
    least = clockwork.seconds_between(Photo.verified_at, announced)
    most = clockwork.seconds_between(Photo.verified_at, Photo.expected_at)
    return case(
        (claimed <= least, least), (claimed <= most, claimed), (most > least, most), else_=least
    )


def _select_told(since: datetime, until: datetime, shift: int) -> Select[Any, Any, Any]:
    hour = clockwork.hour_number(ArrivalRow.received_at, shift).label("hour")
    return (
        select(hour, ArrivalRow.source, func.count())
        .where(ArrivalRow.outcome.in_(TOLD_OF))
        .where(ArrivalRow.received_at >= since, ArrivalRow.received_at < until)
        .group_by(hour, ArrivalRow.source)
    )
