"""Photos with facts of one's choice, at a moment that stands still."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from qcportal import clock
from qcportal.db import db
from qcportal.inspections import Inspection
from qcportal.photos import Photo
from qcportal.photos.facts import refresh
from qcportal.returns import Return
from tests.world import World, an_inspection

AT = datetime(2026, 11, 22, 9, 0, 20, tzinfo=UTC)  # 14:30:20 in India
SLOTS = ("front", "damage", "imei")


def ago(**span: float) -> datetime:
    """Give a moment before the one that stands still."""
    return AT - timedelta(**span)


@dataclass
class Yard:
    """The world, and returns whose photos are given facts as if everything had gone its way."""

    world: World
    returns: list[dict[str, Any]] = field(default_factory=list)

    def inspected(self, *, at: datetime = AT, token: str | None = None) -> dict[str, Photo]:
        """Register, assign and inspect a return without a photo; gives its photos by slot."""
        world = self.world
        mine = token in (None, world.device_token)
        with clock.frozen(at):
            rvp = world.register()
            who = world.executive_id if mine else world.other_executive_id
            world.assign(rvp["return_id"], executive_id=who)
            answer = world.field("POST", "/inspections", an_inspection(rvp), token=token)
        assert answer.status_code == 201, answer.get_json()
        self.returns.append(rvp)
        photos = world.photo_rows(rvp["return_id"])
        return {slot: photos[slot] for slot in SLOTS}

    def set(self, photo: Photo, **facts: Any) -> None:
        """Give a photo facts, and let its return count anew."""
        with self.world.inside():
            db.session.execute(update(Photo).where(Photo.id == photo.id).values(**facts))
            db.session.flush()
            refresh([photo.return_id])

    def here(self, photo: Photo, *, captured: datetime, seconds: float, told: float = 0) -> None:
        """Let a photo be announced `told` seconds after its capture, and verified after all."""
        self.set(
            photo,
            expected_at=captured - timedelta(days=1),
            captured_at=captured,
            captured_reported_at=captured + timedelta(seconds=told),
            stored_at=captured + timedelta(seconds=seconds),
            verified_at=captured + timedelta(seconds=seconds),
            claimed_sha256="0" * 64,
        )

    def clock_was_off(self, photo: Photo, milliseconds: int) -> None:
        with self.world.inside():
            mine = update(Inspection).where(Inspection.return_id == photo.return_id)
            db.session.execute(mine.values(clock_offset_ms=milliseconds))

    def on_phone(self, photo: Photo, *, announced: datetime, size: int = 900_000) -> None:
        """Let a photo be announced and nothing more."""
        self.set(
            photo,
            device_id=self.device_of(photo),
            expected_at=announced - timedelta(days=1),
            captured_at=announced,
            captured_reported_at=announced,
            claimed_bytes=size,
            claimed_sha256=uuid.uuid4().hex * 2,
        )

    def device_of(self, photo: Photo) -> uuid.UUID | None:
        with self.world.inside(commit=False):
            found = db.session.query(Inspection).filter_by(return_id=photo.return_id).one()
            return found.device_id

    def cancel(self, photo: Photo) -> None:
        with self.world.inside():
            mine = update(Return).where(Return.id == photo.return_id)
            db.session.execute(mine.values(shipment_state="cancelled"))


@pytest.fixture
def yard(world: World) -> Iterator[Yard]:
    with clock.frozen(AT):
        yield Yard(world)
