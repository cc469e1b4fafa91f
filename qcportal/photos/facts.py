"""Writing what a settlement says onto photos: each fact once, with its history and its counts."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, update

from qcportal import clock, history, returns
from qcportal.db import db
from qcportal.history import Actor, Entry
from qcportal.photos import measures
from qcportal.photos.captures import COUNTED
from qcportal.photos.measures import Found
from qcportal.photos.settling import Settlement
from qcportal.photos.tables import Photo
from qcportal.photos.told import Identity

FACTS = (
    "stored_at", "version_id", "sha256", "size", "verified_at", "refused_at", "refused_reason",
    "conflict_at", "unreadable_at", "unreadable_reason", "width", "height", "thumbnails",
    "picture", "pictured_at",
)  # fmt: skip
_photos = cast(Table, Photo.__table__)
WRITE = (
    update(_photos)
    .where(_photos.c.id == bindparam("photo"))
    .values({name: bindparam(name, type_=_photos.c[name].type) for name in FACTS})
)
TOLD = {
    "verified_at": "photo_verified",
    "conflict_at": "photo_conflict",
    "refused_at": "photo_refused",
    "unreadable_at": "photo_unreadable",
    "stored_at": "photo_stored",
}
REASONS = {"photo_refused": "refused_reason", "photo_unreadable": "unreadable_reason"}
MEASURES = (
    "format", "dhash", "blur", "sharpest", "brightness", "dark", "bright", "refused", "tries",
)  # fmt: skip


def write(
    photos: Iterable[Any],
    settled: Mapping[uuid.UUID, Settlement],
    images: Mapping[Identity, Found],
    *,
    by: Actor,
) -> None:
    """Write the new facts of photos whose returns are locked, then the counts of the returns.

    `photos` are rows read under the lock; `images` gives what was found in the pictures of their
    versions.
    """
    at = clock.now()
    changes, entries, touched = [], [], set()
    for photo in photos:
        after = _facts(photo, settled[photo.id], images, at)
        before = {name: getattr(photo, name) for name in FACTS}
        if after != before:
            changes.append({"photo": photo.id, **after})
            entries += _entries(photo, before, after, by)
            touched.add(photo.return_id)
    if changes:
        db.session.execute(WRITE, changes)
        refresh(touched)
        history.record(entries)


def refresh(return_ids: Iterable[uuid.UUID]) -> None:
    """Count the photos of locked returns anew."""
    returns.refresh_photo_counts(COUNTED, {"return_ids": sorted(return_ids)})


def _facts(
    photo: Any, settlement: Settlement, images: Mapping[Identity, Found], at: datetime
) -> dict[str, Any]:
    """Give all facts after the settlement; what is set stays, but for a pin that was disputed.

    Two versions may be told in the wrong order: the one stored first is the evidence, and the
    conflict is on record either way.
    """
    facts = {name: getattr(photo, name) for name in FACTS}
    pinned = settlement.pinned
    if pinned:
        moved = facts["stored_at"] is None or pinned.version_id != facts["version_id"]
        if moved:
            names = ("stored_at", "version_id", "sha256", "size")
            facts |= {name: getattr(pinned, name) for name in names}
        found = images.get((photo.bucket, photo.key, pinned.version_id), {})
        facts |= _picture(photo, found, None if moved else photo.pictured_at, at)
    for name, holds in (
        ("verified_at", settlement.verified),
        ("conflict_at", settlement.conflict),
        ("refused_at", settlement.refused_reason is not None),
        ("unreadable_at", settlement.unreadable is not None),
    ):
        facts[name] = facts[name] or (at if holds else None)
    facts["refused_reason"] = settlement.refused_reason or facts["refused_reason"]
    facts["unreadable_reason"] = settlement.unreadable or facts["unreadable_reason"]
    return facts


def _picture(
    photo: Any, found: Found, pictured_at: datetime | None, at: datetime
) -> dict[str, Any]:
    """Give what is known of the pinned version's picture, and since when all of it is."""
    return {
        "width": found.get("width") or photo.width,
        "height": found.get("height") or photo.height,
        "thumbnails": list(found.get("thumbnails") or []),
        "picture": {name: found[name] for name in MEASURES if found.get(name) is not None},
        "pictured_at": pictured_at or (at if measures.is_final(found) else None),
    }


def _entries(
    photo: Any, before: Mapping[str, Any], after: Mapping[str, Any], by: Actor
) -> list[Entry]:
    """Tell every new fact of one photo, so that its row can be held against its history.

    What is verified is stored as well, and told once; a pin that moved is always told. What a
    picture measures is no fact about the evidence, and not told.
    """
    new = [name for name in TOLD if after[name] and not before[name]]
    if "verified_at" in new and "stored_at" in new:
        new.remove("stored_at")
    actions = [TOLD[name] for name in new]
    if not actions and after["version_id"] != before["version_id"]:
        actions = ["photo_earlier_found"]
    data = {"photo": str(photo.id), "slot": photo.slot, "title": photo.title}
    data |= {"sha256": after["sha256"], "version": after["version_id"]}
    return [
        Entry(photo.return_id, photo.merchant_id, action, by, data | _why(action, after))
        for action in actions
    ]


def _why(action: str, after: Mapping[str, Any]) -> dict[str, Any]:
    return {"reason": after[REASONS[action]]} if action in REASONS else {}
