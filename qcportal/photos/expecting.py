"""Expecting photos: the rows are there before any form exists, so that a loss can be seen."""

import hashlib
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from qcportal import clock, errors
from qcportal.capture_kinds import CaptureKind
from qcportal.db import EVERY_COLUMN, db, new_id
from qcportal.photos.tables import Photo
from qcportal.returns import Return, ReturnItem
from qcportal.rules.checklist import Checklist

SPARE, INSPECTION, SLOT = "spare", "inspection", "slot"
LONGEST = 40  # characters of a slot's column


@dataclass(frozen=True)
class Place:
    """Where photos go and what kinds there are."""

    bucket: str
    kinds: Mapping[str, CaptureKind]
    spare_slots: int


@dataclass(frozen=True)
class _Slot:
    key: str
    title: str
    kind: str
    purpose: str
    required: bool = False
    item_id: uuid.UUID | None = None
    check_key: str | None = None


def expect(
    checked: Mapping[uuid.UUID, Sequence[tuple[ReturnItem, Checklist]]],
    rvps: Mapping[uuid.UUID, Return],
    place: Place,
    *,
    merchant_slug: str,
) -> dict[uuid.UUID, list[str]]:
    """Write one photo per slot of each return's checklists, with spares, in one statement.

    Gives the ids of each return's photos.
    """
    rows = [
        _row(rvps[return_id], slot, position, place, merchant_slug)
        for return_id, items in checked.items()
        for position, slot in enumerate(_slots(items, place.spare_slots))
    ]
    if rows:
        db.session.execute(insert(Photo), rows, execution_options=EVERY_COLUMN)
    written: dict[uuid.UUID, list[str]] = {return_id: [] for return_id in checked}
    for row in rows:
        written[row["return_id"]].append(str(row["id"]))
    return written


def choose_content_type(photo: Photo, content_type: str, kinds: Mapping[str, CaptureKind]) -> None:
    """Let the app send another of the kind's types than the first; before the first form only.

    Raises Invalid for a type the kind does not have, Conflict when a form was given for another.
    """
    kind = kinds[photo.kind]
    if content_type == photo.content_type:
        return
    if content_type not in kind.content_types:
        listed = ", ".join(kind.content_types)
        fault = errors.Fault("/content_type", "wrong_type", f"A {kind.title} is {listed}.")
        raise errors.Invalid(faults=[fault])
    if photo.form_issued_at is not None:
        raise errors.Conflict(f"A form for {photo.content_type} was given already.")
    photo.content_type = content_type
    photo.key = f"{photo.key.rpartition('.')[0]}.{kind.content_types[content_type]}"
    db.session.flush()


def slot_name(key: str, item: ReturnItem, *, several: bool) -> str:
    """Give the name of a checklist's slot on the return: told apart where items are several.

    A name that its column cannot hold ends in a mark of the whole key, so that two stay two.
    """
    suffix = f"-i{item.position + 1}" if several else ""
    if len(key) + len(suffix) <= LONGEST:
        return key + suffix
    mark = hashlib.sha256(key.encode()).hexdigest()[:8]
    return f"{key[: LONGEST - len(suffix) - 9]}-{mark}{suffix}"


def _slots(items: Sequence[tuple[ReturnItem, Checklist]], spare: int) -> Iterator[_Slot]:
    several = len(items) > 1
    for item, checklist in items:
        for slot in checklist.slots:
            key = slot_name(slot.key, item, several=several)
            yield _Slot(key, slot.title, slot.kind, SLOT, slot.required, item.id, slot.check_key)
    for number in range(1, spare + 1):
        yield _Slot(f"spare-{number}", f"Extra photo {number}", "photo", SPARE)
    yield _Slot("inspection", "Inspection", "inspection", INSPECTION)


def _row(
    rvp: Return, slot: _Slot, position: int, place: Place, merchant_slug: str
) -> dict[str, Any]:
    kind, photo_id, at = place.kinds[slot.kind], new_id(), clock.now()
    extension = kind.content_types[kind.default_content_type]
    folder = f"u/{at:%Y/%m/%d}/{plain(merchant_slug)}/{plain(rvp.awb)}"
    return {
        "id": photo_id,
        "merchant_id": rvp.merchant_id,
        "return_id": rvp.id,
        "item_id": slot.item_id,
        "check_key": slot.check_key,
        "slot": slot.key,
        "title": slot.title,
        "position": position,
        "purpose": slot.purpose,
        "required": slot.required,
        "kind": slot.kind,
        "content_type": kind.default_content_type,
        "min_bytes": kind.min_bytes,
        "max_bytes": kind.max_bytes,
        "bucket": place.bucket,
        "key": f"{folder}/{plain(slot.key)}-{photo_id}.{extension}",
        "expected_at": at,
    }


def plain(text: str) -> str:
    """Keep what a key may hold: S3's safe characters, so that no encoding can part two keys."""
    return re.sub(r"[^A-Za-z0-9_.-]", "-", text)
