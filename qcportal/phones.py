"""Phones in their calls: which one a token is, and what it says about itself."""

import uuid
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Table, bindparam, select, update

from qcportal import clock, tokens
from qcportal.db import connection, db
from qcportal.devices import KIND, Device, FieldExecutive, Phone

# Every call of every phone asks this, so it is put together once and gives a plain row.
_PHONES = cast(Table, Device.__table__)
_HOLDERS = cast(Table, FieldExecutive.__table__)
BY_PREFIX = (
    select(
        _PHONES.c.id, _PHONES.c.label, _PHONES.c.executive_id, _HOLDERS.c.name,
        _PHONES.c.secret_hash,
    )
    .join(_HOLDERS, _HOLDERS.c.id == _PHONES.c.executive_id)
    .where(_PHONES.c.prefix == bindparam("prefix"))
    .where(_PHONES.c.revoked_at.is_(None), _HOLDERS.c.deactivated_at.is_(None))
)  # fmt: skip


def find_phone(text: str) -> Phone | None:
    """Find the enrolled, unrevoked phone that this token is, with its active executive."""
    prefix = tokens.prefix_of(text, kind=KIND)
    if prefix is None:
        return None
    row = connection().execute(BY_PREFIX, {"prefix": prefix}).one_or_none()
    if row is None or not tokens.same(text, row.secret_hash):
        return None
    return Phone(row.id, row.label, row.executive_id, row.name)


@dataclass(frozen=True)
class Heartbeat:
    """What a phone says about itself; `clock_offset_ms` is its clock minus ours."""

    app_version: str | None
    battery_percent: int | None
    storage_free_mb: int | None
    photos_waiting: int | None
    waiting_reason: str | None
    clock_offset_ms: int | None


def record_heartbeat(device_id: uuid.UUID, heartbeat: Heartbeat) -> None:
    """Keep what the phone says about itself; a part it leaves out stays as it was."""
    said = {name: value for name, value in vars(heartbeat).items() if value is not None}
    statement = update(Device).where(Device.id == device_id)
    db.session.execute(statement.values(seen_at=clock.now(), **said))
