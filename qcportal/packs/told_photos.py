"""Photos as the facts of a pack: what was announced, what is held, and how far to rely on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qcportal.packs import names
from qcportal.packs.originals import Original
from qcportal.packs.told_checks import moment
from qcportal.photos import Photo

FOLDER = "photos"


@dataclass(frozen=True)
class Shown:
    """One photo: its facts, its name in the archive, and where it lies, if it does.

    `thumbnails` are the sizes that were made of it.
    """

    facts: dict[str, Any]
    path: str
    original: Original | None
    thumbnails: tuple[int, ...]

    @property
    def id(self) -> str:
        """Give the id of the photo."""
        return str(self.facts["id"])


def tell(photos: Sequence[Photo], own: Sequence[Photo]) -> list[Shown]:
    """Tell the photos taken at the door, then the merchant's own files, each with a number."""
    return [
        _shown(number, photo, of_merchant=number > len(photos))
        for number, photo in enumerate([*photos, *own], 1)
    ]


def standing(photo: Photo) -> str:
    """Name how far a photo can be relied on, from its facts alone.

    matches: it is what the phone announced; sent: it is what was sent; differs, unvouched,
    unreadable, refused: do not rely on it; awaited: announced and not here; none: nothing came.
    """
    if photo.stored_at is None or photo.sha256 is None:
        if photo.refused_at:
            return "refused"
        return "awaited" if photo.captured_reported_at else "none"
    if photo.unreadable_at:
        return "unreadable"
    if photo.claimed_sha256 is None:
        return "sent" if photo.verified_at and not photo.conflict_at else "unvouched"
    return "matches" if photo.claimed_sha256 == photo.sha256 else "differs"


def _shown(number: int, photo: Photo, *, of_merchant: bool) -> Shown:
    original = _original(photo)
    name = names.original(number, photo.title, str(photo.id), photo.content_type)
    path = f"{FOLDER}/{name}" if original else ""
    moments = {
        name: moment(getattr(photo, name))
        for name in ("expected_at", "captured_at", "stored_at", "verified_at", "conflict_at")
    }
    facts = {
        "id": str(photo.id),
        "number": number,
        "title": photo.title,
        "slot": photo.slot,
        "kind": photo.kind,
        "of_merchant": of_merchant,
        "item": str(photo.item_id) if photo.item_id else None,
        "check": photo.check_key,
        "required": photo.required,
        "standing": standing(photo),
        "file": path or None,
        "content_type": photo.content_type,
        "size": photo.size,
        "width": photo.width,
        "height": photo.height,
        "sha256": photo.sha256,
        "announced_sha256": photo.claimed_sha256,
        "version": photo.version_id,
        "reason": photo.refused_reason or photo.unreadable_reason,
    }
    return Shown(facts | moments, path, original, tuple(photo.thumbnails or ()))


def _original(photo: Photo) -> Original | None:
    if photo.stored_at is None or photo.sha256 is None or photo.size is None:
        return None
    return Original(
        photo.id, photo.merchant_id, photo.key, photo.version_id or "", photo.size, photo.sha256
    )
