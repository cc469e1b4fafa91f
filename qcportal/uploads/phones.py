"""Phones with late or missing photos, each with what it last said about itself."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, literal, select, union_all
from sqlalchemy.orm import joinedload

from qcportal import clock
from qcportal.db import db
from qcportal.devices import Device
from qcportal.photos import Photo
from qcportal.uploads.standing import LOOKED_BACK, Patience, Wanted, select_photos, sources

STUCK = ("late", "missing")
MOST = 50
"""So many phones are listed."""


@dataclass(frozen=True)
class StuckPhone:
    """One phone, or None where nobody said which; `size` is what it announced, in bytes."""

    device: Device | None
    late: int
    missing: int
    oldest: datetime
    size: int


@dataclass(frozen=True)
class Stuck:
    """What `StuckPhone` says, of a phone that is not loaded."""

    device_id: uuid.UUID | None
    late: int
    missing: int
    oldest: datetime
    size: int


def find_stuck_phones(
    patience: Patience, *, executive_id: uuid.UUID | None = None, most: int = MOST
) -> list[StuckPhone]:
    """Find the phones with late or missing photos of the last 30 days, the worst first.

    In two statements: the photos summed up per phone, and these phones with their people.
    """
    return load_phones(sum_stuck(patience, executive_id=executive_id, most=most))


def sum_stuck(
    patience: Patience, *, executive_id: uuid.UUID | None = None, most: int = MOST
) -> list[Stuck]:
    """Sum up late and missing photos of the last 30 days per phone, the worst first."""
    wanted = Wanted(since=clock.now() - LOOKED_BACK, executive_id=executive_id)
    parts = [
        select_photos(
            source,
            wanted,
            literal(state).label("state"),
            source.device.label("device"),
            source.moment.label("moment"),
            func.coalesce(Photo.claimed_bytes, 0).label("size"),
        )
        for state, places in sources(patience).items()
        if state in STUCK
        for source in places
    ]
    found = union_all(*parts).subquery()
    per = [func.coalesce(func.sum(case((found.c.state == each, 1), else_=0)), 0) for each in STUCK]
    statement = (
        select(found.c.device, *per, func.min(found.c.moment), func.sum(found.c.size))
        .group_by(found.c.device)
        .order_by(per[1].desc(), func.min(found.c.moment))
        .limit(most)
    )
    rows = db.session.execute(statement)
    return [Stuck(row[0], int(row[1]), int(row[2]), row[3], int(row[4])) for row in rows]


def load_phones(found: Sequence[Stuck]) -> list[StuckPhone]:
    """Load these phones with their people, in one statement."""
    devices = find_devices([each.device_id for each in found if each.device_id])
    return [
        StuckPhone(
            devices.get(each.device_id) if each.device_id else None,
            each.late,
            each.missing,
            each.oldest,
            each.size,
        )
        for each in found
    ]


def find_devices(ids: Sequence[Any]) -> dict[uuid.UUID, Device]:
    """Find these phones with their people, in one statement."""
    statement = select(Device).where(Device.id.in_(ids)).options(joinedload(Device.executive))
    return {device.id: device for device in db.session.scalars(statement)}


def count_phones() -> int:
    """Count the phones in use."""
    statement = select(func.count()).select_from(Device).where(Device.revoked_at.is_(None))
    return db.session.scalar(statement) or 0
