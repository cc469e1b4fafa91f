"""How many were captured, are here, and are lost: per day, executive or shift, set by set."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from qcportal.db import db
from qcportal.devices import RunSheet
from qcportal.manifests.periods import Period, closings, within
from qcportal.manifests.states import LineState, Waits, state_of
from qcportal.manifests.tables import ManifestLine
from qcportal.photos import OWN, Photo
from qcportal.photos.expecting import INSPECTION
from qcportal.returns import Return


@dataclass(frozen=True)
class Count:
    """Lines of manifests by what became of them, and what does not fit together.

    `captured` is all that phones told of; the states part it. The rest are findings: lines told
    `after_closing`, or for photos not on the executive's sheets (`strange`); announced photos that
    the final manifest left out (`unlisted`, and of these verified ones); photos in S3 that no line
    names (`unclaimed`); lines nobody could read; and worked shifts without a final manifest.
    """

    captured: int = 0
    verified: int = 0
    stored: int = 0
    conflict: int = 0
    refused: int = 0
    discarded: int = 0
    on_the_way: int = 0
    late: int = 0
    lost: int = 0
    strange: int = 0
    after_closing: int = 0
    unlisted: int = 0
    unlisted_verified: int = 0
    unclaimed: int = 0
    unreadable: int = 0
    shifts: int = 0
    unclosed: int = 0

    def __add__(self, other: "Count") -> "Count":
        """Give both together."""
        return Count(**{name: n + getattr(other, name) for name, n in vars(self).items()})

    @property
    def owed(self) -> int:
        """Count what should be here: all that was captured and not thrown away."""
        return self.captured - self.discarded

    @property
    def unverified(self) -> int:
        """Count what is owed and not verified, for whichever reason."""
        return self.owed - self.verified

    @property
    def loss_rate(self) -> float | None:
        """Give which share (0-1) of what is owed is lost; None where nothing is owed."""
        return self.lost / self.owed if self.owed else None

    @property
    def safe(self) -> bool:
        """Tell whether everything captured is verified or was thrown away."""
        return self.unverified == 0 and self.unreadable == 0


def count_all(period: Period, waits: Waits) -> Count:
    """Count a whole period."""
    return sum(count_by_day(period, waits).values(), Count())


def count_by_day(period: Period, waits: Waits) -> dict[date, Count]:
    """Count each day of a period on which there was a shift."""
    return _count(RunSheet.day, period, waits)


def count_by_executive(period: Period, waits: Waits) -> dict[uuid.UUID, Count]:
    """Count each executive who had a shift in a period, by id."""
    return _count(RunSheet.executive_id, period, waits)


def count_by_shift(period: Period, waits: Waits) -> dict[uuid.UUID, Count]:
    """Count each shift of a period, by the id of its run sheet: one executive's day."""
    return _count(RunSheet.id, period, waits)


def count_shift(sheet: RunSheet, waits: Waits) -> Count:
    """Count one shift."""
    return count_by_shift(Period.of(sheet), waits).get(sheet.id, Count())


def _count(key: Any, period: Period, waits: Waits) -> dict[Any, Count]:
    counts: dict[Any, Count] = defaultdict(Count)
    for row in db.session.execute(_select_lines(key, period, waits)).mappings():
        counts[row["key"]] += _counted(row)
    for each, number in db.session.execute(_select_unclaimed(key, period)):
        counts[each] += Count(unclaimed=number)
    for each, shifts, unclosed, unreadable in db.session.execute(_select_shifts(key, period)):
        found = Count(shifts=shifts, unclosed=unclosed, unreadable=int(unreadable or 0))
        counts[each] += found
    return dict(counts)


def _select_lines(key: Any, period: Period, waits: Waits) -> Any:
    closed = closings(period)
    judged = within(
        select(
            key.label("key"),
            state_of(waits).label("state"),
            ManifestLine.on_sheet.label("on_sheet"),
            (ManifestLine.told_at > closed.c.closed_at).label("after"),
            and_(ManifestLine.manifest_at.is_(None), closed.c.closed_at.is_not(None)).label("left"),
        )
        .select_from(ManifestLine)
        .join(RunSheet, RunSheet.id == ManifestLine.run_sheet_id)
        .outerjoin(Photo, Photo.id == ManifestLine.photo_id)
        .outerjoin(closed, closed.c.run_sheet_id == RunSheet.id),
        period,
    ).subquery("judged")
    lines = judged.c
    return select(
        lines.key,
        lines.state,
        func.count().label("captured"),
        func.count().filter(~lines.on_sheet).label("strange"),
        func.count().filter(lines.after).label("after_closing"),
        func.count().filter(lines.left).label("unlisted"),
    ).group_by(lines.key, lines.state)


def _counted(row: Mapping[Any, Any]) -> Count:
    """Read one row of lines: all of one key and state, as the state is judged once a line."""
    numbers = {name: int(row[name]) for name in ("strange", "after_closing", "unlisted")}
    verified = row["state"] == LineState.VERIFIED.value
    numbers |= {row["state"]: row["captured"], "captured": row["captured"]}
    return Count(**numbers, unlisted_verified=numbers["unlisted"] if verified else 0)


def _select_unclaimed(key: Any, period: Period) -> Select[Any]:
    statement = (
        select(key.label("key"), func.count().label("unclaimed"))
        .select_from(Photo)
        .join(Return, Return.id == Photo.return_id)
        .join(RunSheet, RunSheet.id == Return.run_sheet_id)
        .where(*is_unclaimed())
        .group_by(key)
    )
    found: Select[Any] = within(statement, period)
    return found


def is_unclaimed() -> Iterable[ColumnElement[bool]]:
    """Tell of photos in S3 that no phone ever said it captured; the index is made for this."""
    yield Photo.stored_at.is_not(None)
    yield Photo.captured_reported_at.is_(None)
    yield Photo.purpose != INSPECTION
    yield Photo.purpose != OWN
    yield ~select(ManifestLine.id).where(ManifestLine.photo_id == Photo.id).exists()


def _select_shifts(key: Any, period: Period) -> Select[Any]:
    closed = closings(period)
    statement = (
        select(
            key.label("key"),
            func.count().label("shifts"),
            func.count().filter(closed.c.closed_at.is_(None)).label("unclosed"),
            func.sum(closed.c.unreadable).label("unreadable"),
        )
        .select_from(RunSheet)
        .outerjoin(closed, closed.c.run_sheet_id == RunSheet.id)
        .where(was_worked())
        .group_by(key)
    )
    found: Select[Any] = within(statement, period)
    return found


def was_worked() -> ColumnElement[bool]:
    """Tell of run sheets of which a phone told anything, or on which anything was done."""
    told = select(ManifestLine.id).where(ManifestLine.run_sheet_id == RunSheet.id)
    done = select(Return.id).where(
        Return.run_sheet_id == RunSheet.id,
        or_(Return.checked_at.is_not(None), Return.photos_here > 0),
    )
    return or_(told.exists(), done.exists())
