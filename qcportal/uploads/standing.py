"""How photos stand now, as SQL: the same states as `photos.shown_state` gives one by one.

Each state is found in one or two places, and each place is one range of one small index: photos
that are neither here nor refused are few, however many there are.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    distinct,
    false,
    func,
    literal,
    literal_column,
    select,
    union_all,
)

from qcportal import clock
from qcportal.db import db
from qcportal.devices import RunSheet
from qcportal.inspections import Inspection
from qcportal.language import COUNTED
from qcportal.photos import OWN, Photo
from qcportal.photos.expecting import INSPECTION
from qcportal.returns import Return
from qcportal.uploads import clockwork

LOOKED_BACK = timedelta(days=30)
NO_PHONES = (INSPECTION, OWN)
"""Purposes of files that are no photos of a phone."""
STATES = ("late", "missing", "on_the_way", "unvouched", "conflict", "refused")


@dataclass(frozen=True)
class Patience:
    """After how many seconds an announced photo is late, and after how many missing."""

    late_after: int = 1_800
    missing_after: int = 172_800


@dataclass(frozen=True)
class Source:
    """One place where photos of a state are found.

    `moment` is since when they are in question, and orders them. Photos that nobody announced are
    in question since their return was `inspected`.
    """

    moment: Any
    conditions: tuple[ColumnElement[bool], ...]
    inspected: bool = False

    @property
    def device(self) -> Any:
        """Give the phone concerned: that which announced the photo, or else inspected."""
        return Inspection.device_id if self.inspected else Photo.device_id

    def select(self, *columns: Any) -> Select[Any]:
        """Select columns of the photos found here."""
        statement = select(*columns).select_from(Photo)
        if self.inspected:
            statement = statement.join(Return, Return.id == Photo.return_id)
            mine = Inspection.return_id == Photo.return_id
            statement = statement.outerjoin(Inspection, mine)
        return statement.where(*self.conditions, Photo.purpose.not_in(NO_PHONES))


@dataclass(frozen=True)
class Wanted:
    """Which photos are asked for; `since` and `until` bound the moment."""

    since: datetime | None = None
    until: datetime | None = None
    merchant_id: uuid.UUID | None = None
    executive_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Count:
    """How many photos are in a state, of how many phones, and since when the oldest is."""

    photos: int = 0
    phones: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """The counts by state; a state without any has none of its own."""

    counts: Mapping[str, Count] = field(default_factory=dict)

    def of(self, state: str) -> Count:
        """Give the count of a state."""
        return self.counts.get(state, Count())


def sources(patience: Patience) -> Mapping[str, tuple[Source, ...]]:
    """Give where the photos of each state are found at this moment."""
    at = clock.now()
    late = at - timedelta(seconds=patience.late_after)
    lost = at - timedelta(seconds=patience.missing_after)
    reported, stored = Photo.captured_reported_at, Photo.stored_at
    undisputed = Photo.conflict_at.is_(None)
    open_ = (Photo.verified_at.is_(None), undisputed, Photo.unreadable_at.is_(None))
    announced = (reported.is_not(None), *open_)
    unsent = (*announced, stored.is_(None), Photo.refused_at.is_(None))
    silent = (stored.is_not(None), reported.is_(None), *open_)
    coming = stored.is_not(None) | Photo.refused_at.is_(None)
    refused = (Photo.refused_at.is_not(None), stored.is_(None), *open_)
    return MappingProxyType(
        {
            "on_the_way": (
                Source(reported, (*announced, coming, reported >= late)),
                Source(stored, (*silent, stored >= late)),
            ),
            "late": (Source(reported, (*unsent, reported < late, reported >= lost)),),
            "missing": (Source(reported, (*unsent, reported < lost)), _absent()),
            "unvouched": (
                Source(reported, (*announced, stored.is_not(None), reported < late)),
                Source(stored, (*silent, stored < late)),
            ),
            "refused": (
                Source(Photo.refused_at, refused),
                Source(Photo.unreadable_at, (Photo.unreadable_at.is_not(None), undisputed)),
            ),
            "conflict": (Source(Photo.conflict_at, (Photo.conflict_at.is_not(None),)),),
        }
    )


def count_standing(patience: Patience, wanted: Wanted) -> Standing:
    """Count the photos of every state in one statement, for the same cost however many there are.

    Of each place the oldest COUNTED and one are looked at.
    """
    parts = []
    for state, places in sources(patience).items():
        for source in places:
            columns = (source.moment.label("moment"), source.device.label("device"))
            oldest = _narrowed(source, wanted, *columns).order_by(source.moment).limit(COUNTED + 1)
            some = oldest.subquery()
            parts.append(select(literal(state).label("state"), some.c.moment, some.c.device))
    found = union_all(*parts).subquery()
    sums = (func.count(), func.count(distinct(found.c.device)), func.min(found.c.moment))
    rows = db.session.execute(select(found.c.state, *sums).group_by(found.c.state))
    return Standing({state: Count(*counts) for state, *counts in rows})


def count_by_hour(
    patience: Patience, since: datetime, until: datetime
) -> dict[datetime, dict[str, int]]:
    """Count what is not here by the hour in which it came into question, in one statement."""
    shift = clockwork.shift_of(since)
    wanted = Wanted(since, until)
    parts = [
        _narrowed(
            source,
            wanted,
            clockwork.hour_number(source.moment, shift).label("hour"),
            literal(state).label("state"),
        )
        for state, places in sources(patience).items()
        for source in places
    ]
    found = union_all(*parts).subquery()
    statement = select(found.c.hour, found.c.state, func.count())
    hours: dict[datetime, dict[str, int]] = {}
    for hour, state, count in db.session.execute(statement.group_by(found.c.hour, found.c.state)):
        hours.setdefault(clockwork.start_of(int(hour), shift), {})[state] = count
    return hours


def select_photos(source: Source, wanted: Wanted, *columns: Any) -> Select[Any]:
    """Select what is wanted of one place."""
    return _narrowed(source, wanted, *columns)


def _narrowed(source: Source, wanted: Wanted, *columns: Any) -> Select[Any]:
    statement = source.select(*columns)
    if wanted.since:
        statement = statement.where(source.moment >= wanted.since)
    if wanted.until:
        statement = statement.where(source.moment < wanted.until)
    if wanted.merchant_id:
        statement = statement.where(Photo.merchant_id == wanted.merchant_id)
    if wanted.executive_id:
        theirs = (
            select(Return.id)
            .join(RunSheet, RunSheet.id == Return.run_sheet_id)
            .where(RunSheet.executive_id == wanted.executive_id)
        )
        statement = statement.where(Photo.return_id.in_(theirs))
    return statement


def _absent() -> Source:
    """Give the required photos that nobody announced although the return was inspected."""
    facts: Sequence[Any] = (
        Photo.captured_reported_at, Photo.stored_at, Photo.refused_at, Photo.conflict_at,
        Photo.verified_at, Photo.unreadable_at,
    )  # fmt: skip
    # In a function: taken one by one for rare, they would make Postgres gather and sort all.
    nothing = func.coalesce(and_(*(fact.is_(None) for fact in facts)), false())
    # A number in the text of the statement: a bound one would hide the index from the planner.
    lacking = Return.photos_absent > literal_column("0")
    visited = (Return.checked_at.is_not(None), Return.verdict != "pending")
    conditions = (nothing, Photo.required.is_(True), lacking, *visited)
    return Source(Return.checked_at, conditions, inspected=True)
