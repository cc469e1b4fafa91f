"""Writing what a settlement says onto photos: each fact once, with its history and its counts."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, update

from qcportal import clock, history, returns
from qcportal.db import db
from qcportal.history import Actor, Entry
from qcportal.photos.captures import count_for_returns
from qcportal.photos.settling import Settlement
from qcportal.photos.tables import Photo

FACTS = (
    "stored_at", "version_id", "sha256", "size", "verified_at", "refused_at", "refused_reason",
    "conflict_at", "width", "height", "thumbnails",
)  # fmt: skip
TOLD = {
    "verified_at": "photo_verified",
    "conflict_at": "photo_conflict",
    "refused_at": "photo_refused",
    "stored_at": "photo_stored",
}


def write(
    photos: Iterable[Any],
    settled: Mapping[uuid.UUID, Settlement],
    images: Mapping[tuple[str, str, str], Mapping[str, Any]],
    *,
    by: Actor,
) -> None:
    """Write the new facts of photos whose returns are locked, then the counts of the returns.

    `photos` are rows read under the lock; `images` gives what the relay found in a picture, by
    (bucket, key, version).
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
        table = cast(Table, Photo.__table__)
        columns = {name: bindparam(name, type_=table.c[name].type) for name in FACTS}
        statement = update(table).where(table.c.id == bindparam("photo"))
        db.session.execute(statement.values(columns), changes)
        refresh(touched)
        history.record(entries)


def refresh(return_ids: Iterable[uuid.UUID]) -> None:
    """Count the photos of locked returns anew."""
    returns.refresh_photo_counts(count_for_returns(sorted(return_ids)))


def _facts(
    photo: Any, settlement: Settlement, images: Mapping[Any, Any], at: datetime
) -> dict[str, Any]:
    """Give all facts after the settlement; what is set stays, but for a pin that was disputed.

    Two versions may be told in the wrong order: the one stored first is the evidence, and the
    conflict is on record either way.
    """
    facts = {name: getattr(photo, name) for name in FACTS}
    pinned = settlement.pinned
    if pinned and (facts["stored_at"] is None or pinned.version_id != facts["version_id"]):
        image = images.get((photo.bucket, photo.key, pinned.version_id)) or {}
        facts |= {
            "stored_at": pinned.stored_at,
            "version_id": pinned.version_id,
            "sha256": pinned.sha256,
            "size": pinned.size,
            "width": image.get("width") or photo.width,
            "height": image.get("height") or photo.height,
            "thumbnails": list(image.get("thumbnails") or []),
        }
    for name, holds in (
        ("verified_at", settlement.verified),
        ("conflict_at", settlement.conflict),
        ("refused_at", settlement.refused_reason is not None),
    ):
        facts[name] = facts[name] or (at if holds else None)
    facts["refused_reason"] = settlement.refused_reason or facts["refused_reason"]
    return facts


def _entries(
    photo: Any, before: Mapping[str, Any], after: Mapping[str, Any], by: Actor
) -> list[Entry]:
    """Tell every new fact of one photo, so that its row can be held against its history.

    What is verified is stored as well, and told once; a pin that moved is always told.
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
    return {"reason": after["refused_reason"]} if action == "photo_refused" else {}
