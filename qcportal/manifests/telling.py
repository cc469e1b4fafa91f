"""What a phone tells becomes lines: in any order, any number of times, and nothing is dropped."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from qcportal import clock, history, returns
from qcportal.db import db, new_id
from qcportal.devices import Phone, RunSheet
from qcportal.history import Entry
from qcportal.manifests import merging
from qcportal.manifests.tables import ManifestLine
from qcportal.photos import Capture, Photo
from qcportal.returns import Return


class Way(StrEnum):
    """By which way a phone told of a line."""

    CAPTURE = "capture"
    INSPECTION = "inspection"
    MANIFEST = "manifest"


@dataclass(frozen=True)
class Said:
    """What a phone says of one capture: its bytes, and why they are not sent or will not be.

    `discarded` is why the executive threw these bytes away, mostly because another photo was
    taken instead.
    """

    photo_id: uuid.UUID
    sha256: str
    size: int
    captured_at: datetime | None = None
    tries: int = 0
    waiting_reason: str | None = None
    discarded: str | None = None


@dataclass(frozen=True)
class Manifest:
    """One message of a phone about a shift; `said_at` is the phone's clock, `final` its end.

    Captures whose announcement was refused are told in the same way, with `way` CAPTURE.

    `unreadable` counts the lines that nobody could read.
    """

    sheet: RunSheet
    device: Phone
    lines: Sequence[Said]
    said_at: datetime | None
    final: bool = False
    unreadable: int = 0
    way: Way = Way.MANIFEST


@dataclass(frozen=True)
class _Teller:
    executive_id: uuid.UUID
    device_id: uuid.UUID | None
    way: Way
    at: datetime
    said_at: datetime | None = None


def note(
    rvp: Return, captures: Sequence[Capture], way: Way, *, by: uuid.UUID, device: Phone | None
) -> None:
    """Keep lines of what was announced of a locked return by the executive that has it."""
    if not captures or rvp.run_sheet_id is None:
        return
    teller = _Teller(by, device.id if device else None, way, clock.now())
    rows = [
        _row(
            Said(each.photo_id, each.sha256, each.size, each.captured_at),
            teller,
            {"run_sheet_id": rvp.run_sheet_id, "merchant_id": rvp.merchant_id, "on_sheet": True},
        )
        for each in captures
    ]
    merging.add_lines(rows)
    if device is not None:
        merging.add_report(_report(rvp.run_sheet_id, device.id, teller.at))


def tell(manifest: Manifest) -> None:
    """Keep the lines of a manifest, and that the shift is closed if it is the final one.

    Locks the returns of its photos first, as everything does that touches their photos or lines.
    A line for a photo that is not on the executive's sheets is kept like any other.
    """
    device, at = manifest.device, clock.now()
    teller = _Teller(device.executive_id, device.id, manifest.way, at, manifest.said_at)
    known = _lock_photos({each.photo_id for each in manifest.lines})
    nowhere = {"run_sheet_id": manifest.sheet.id, "merchant_id": None, "on_sheet": False}
    rows = []
    for each in manifest.lines:
        photo = known.get(each.photo_id)
        place = _place(photo, teller.executive_id, nowhere) if photo else nowhere
        rows.append(_row(each, teller, place))
    _record_discards(manifest)
    merging.add_lines(rows)
    report = _report(manifest.sheet.id, device.id, at)
    report |= {"unreadable": manifest.unreadable, "closed_at": at if manifest.final else None}
    if merging.add_report(report):
        data = {"device": device.label, "lines": len(manifest.lines)}
        history.record([Entry(manifest.sheet.id, None, "shift_closed", device.actor, data)])


def _lock_photos(photo_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """Find the photos that we know, with their sheet, after locking their returns."""
    where = Photo.id.in_(photo_ids)
    returns.lock(set(db.session.scalars(select(Photo.return_id).where(where))))
    statement = (
        select(Photo.id, Photo.merchant_id, Return.run_sheet_id, RunSheet.executive_id)
        .join(Return, Return.id == Photo.return_id)
        .outerjoin(RunSheet, RunSheet.id == Return.run_sheet_id)
        .where(where)
    )
    return {row.id: row for row in db.session.execute(statement)}


def _place(photo: Any, executive_id: uuid.UUID, nowhere: dict[str, Any]) -> dict[str, Any]:
    """Give the shift of a photo: that of its return where it is theirs, else the one told."""
    if photo.executive_id != executive_id:
        return nowhere | {"merchant_id": photo.merchant_id}
    own = {"run_sheet_id": photo.run_sheet_id, "on_sheet": True}
    return own | {"merchant_id": photo.merchant_id}


def _row(said: Said, teller: _Teller, place: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": new_id(),
        **place,
        "executive_id": teller.executive_id,
        "device_id": teller.device_id,
        "photo_id": said.photo_id,
        "sha256": said.sha256,
        "size": said.size,
        "told_at": teller.at,
        **{f"{way}_at": teller.at if way is teller.way else None for way in Way},
        "captured_at": said.captured_at,
        "said_at": teller.said_at,
        "tries": said.tries,
        "waiting_reason": said.waiting_reason,
        "discarded_at": teller.at if said.discarded else None,
        "discard_reason": said.discarded,
    }


def _report(sheet_id: uuid.UUID, device_id: uuid.UUID, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "run_sheet_id": sheet_id,
        "device_id": device_id,
        "first_at": at,
        "last_at": at,
        "closed_at": None,
        "unreadable": 0,
    }


def _record_discards(manifest: Manifest) -> None:
    """Tell the history what the executive threw away: it is counted as loss no longer."""
    thrown = {(each.photo_id, each.sha256): each for each in manifest.lines if each.discarded}
    if not thrown:
        return
    statement = select(ManifestLine.photo_id, ManifestLine.sha256).where(
        ManifestLine.executive_id == manifest.device.executive_id,
        ManifestLine.photo_id.in_({photo_id for photo_id, _ in thrown}),
        ManifestLine.discarded_at.is_not(None),
    )
    known = {(photo_id, sha256) for photo_id, sha256 in db.session.execute(statement)}
    entries = [
        Entry(
            manifest.sheet.id,
            None,
            "capture_discarded",
            manifest.device.actor,
            {"photo": str(said.photo_id), "sha256": said.sha256, "reason": said.discarded},
        )
        for key, said in sorted(thrown.items())
        if key not in known
    ]
    history.record(entries)
