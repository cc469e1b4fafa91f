"""Photos that are at S3, and told of, before the transaction that expects them is committed.

The registration is carried through once, its forms are signed, and it is rolled back; the photos
are sent and their callbacks parked; then the very same registration, with the same ids, is kept.
"""

import hashlib
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest import mock

from sqlalchemy import func, select

from qcportal import accounts, clock, intake
from qcportal.blueprints.partner.payloads import ReturnBody
from qcportal.config import Settings
from qcportal.db import db
from qcportal.demo.chaos import files
from qcportal.demo.chaos.diary import Claim, Diary, Event, Line
from qcportal.demo.chaos.doors import CallbackDoor
from qcportal.demo.chaos.ground import Ground
from qcportal.demo.chaos.kinds import Kind
from qcportal.demo.chaos.sending import Sender
from qcportal.demo.plan import Door
from qcportal.demo.upload_queue import Parcel
from qcportal.history import SYSTEM
from qcportal.photos import ArrivalRow, Photo
from qcportal.photos.expecting import SLOT, Place
from qcportal.returns import Return
from qcportal.storage import FormWanted

PATIENCE = 120.0


class _RolledBack(Exception):
    """The registration is not kept this time."""


@dataclass(frozen=True)
class Early:
    """One photo of the rehearsed registration."""

    photo_id: str
    awb: str
    slot: str
    key: str


def send_before_commit(ground: Ground, doors: Sequence[Door], callbacks: CallbackDoor) -> None:
    """Send the slots' photos of these returns, wait until they are parked, and register then."""
    at = clock.now()
    expected = _rehearse(ground, doors, at)
    by_awb = {door.awb: door for door in doors}
    diary = Diary(ground.folder / "diaries" / "early.jsonl")
    sender = Sender(lambda _photo_id: None, lambda _sha256: False)
    for each in expected:
        _send(ground, each, by_awb[each.awb], diary, sender)
    sender.close()
    diary.close()
    keys = {each.key for each in expected}
    until = time.monotonic() + PATIENCE
    while not keys <= callbacks.keys() and time.monotonic() < until:
        time.sleep(0.2)
    ground.tally.add(Kind.CALLBACK_BEFORE_COMMIT, _count_parked(ground, keys))
    ground.office.do(lambda: _register(ground, doors, at))


def _rehearse(ground: Ground, doors: Sequence[Door], at: datetime) -> list[Early]:
    found: list[Early] = []

    def work() -> None:
        _register(ground, doors, at)
        wanted = (
            select(Photo.id, Return.awb, Photo.slot, Photo.key)
            .join(Return, Return.id == Photo.return_id)
            .where(Photo.purpose == SLOT, Return.awb.in_([door.awb for door in doors]))
        )
        rows = db.session.execute(wanted.order_by(Return.awb, Photo.position))
        found.extend(Early(str(row.id), row.awb, row.slot, row.key) for row in rows)
        db.session.rollback()
        raise _RolledBack

    try:
        ground.office.do(work)
    except _RolledBack:
        return found
    raise AssertionError("the rehearsal was kept")


def _register(ground: Ground, doors: Sequence[Door], at: datetime) -> None:
    settings: Settings = ground.office.carrier.app.extensions["qcportal.settings"]
    place = Place(settings.bucket, settings.capture_kinds, settings.spare_slots)
    with clock.frozen(at), _same_ids(ground.scale.seed):
        for slug in sorted({door.store.slug for door in doors}):
            merchant = accounts.find_merchant_by_slug(slug)
            assert merchant is not None
            bodies = [door.body for door in doors if door.store.slug == slug]
            wanted = [ReturnBody.model_validate(body).new_return() for body in bodies]
            intake.register(merchant, wanted, place, by=SYSTEM)


@contextmanager
def _same_ids(seed: int) -> Iterator[None]:
    """Let the rows made inside the block have the ids that they had the other time."""
    dice = Random(f"{seed}/ids")
    drawn = SimpleNamespace(uuid4=lambda: uuid.UUID(int=dice.getrandbits(128)), UUID=uuid.UUID)
    with mock.patch("qcportal.db.uuid", drawn):
        yield


def _send(ground: Ground, early: Early, door: Door, diary: Diary, sender: Sender) -> None:
    data = files.photo(f"{early.awb}/{early.slot}")
    wanted = FormWanted(
        key=early.key,
        content_type="image/jpeg",
        min_bytes=1,
        max_bytes=10**7,
        metadata={"executive-id": str(ground.office.team[door.executive]), "kind": "photo"},
        open_metadata=("sha256", "captured-at", "note"),
    )
    (form,) = ground.store.issue_forms([wanted], clock.now()).forms
    digest = hashlib.sha256(data).hexdigest()
    parcel = Parcel(early.photo_id, digest, data, form.url, form.fields, clock.now().isoformat())
    told: dict[str, Any] = {
        "photo_id": early.photo_id,
        "awb": early.awb,
        "merchant": door.store.slug,
        "slot": early.slot,
        "key": early.key,
        "sha256": digest,
        "md5": hashlib.md5(data, usedforsecurity=False).hexdigest(),
        "executive": f"E-{101 + door.executive}",
    }
    diary.write(Line(Event.CAPTURED, **told, claim=Claim.RIGHT))
    sent = sender.send(parcel, again=True)
    diary.write(Line(Event.ACKED, **told, claim=Claim.RIGHT, version=sent.version))
    ground.pace.add()


def _count_parked(ground: Ground, keys: set[str]) -> int:
    parked = select(func.count()).where(ArrivalRow.key.in_(keys), ArrivalRow.outcome == "parked")
    return ground.office.do(lambda: db.session.scalar(parked) or 0)
