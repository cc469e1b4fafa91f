"""Looking at one stored version: what the relay would have told of it, in the same words."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

import structlog

from qcportal import errors, imaging
from qcportal.storage import PhotoStore, StoredObject, StoredVersion

log = structlog.get_logger(__name__)

PICTURE_LIMIT = 32 * 1024 * 1024
CONTENT_LIMIT = 64 * 1024
PHOTO_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Eye:
    """How to look: through which bucket, and whether pictures are measured and get thumbnails."""

    store: PhotoStore
    pictures: bool = True


def look(eye: Eye, version: StoredVersion) -> JsonObject:
    """Describe a listed version as the relay does: HEAD, SHA-256 of its bytes, pictures measured.

    Gives `gone` when it was deleted meanwhile. Raises Unavailable when S3 is away or forbids it.
    """
    bucket = eye.store.settings.bucket
    place = {"bucket": bucket, "key": version.key, "version_id": version.version_id}
    try:
        found = eye.store.head(version.key, version.version_id or None)
        if found is not None:
            return {**place, **_described(eye, found)}
    except errors.NotFound:
        pass  # it went between the HEAD and the GET
    return {**place, "gone": True, "stored_at": version.stored_at.isoformat()}


def _described(eye: Eye, found: StoredObject) -> JsonObject:
    kind = found.content_type.partition(";")[0].strip().lower()
    picture = eye.pictures and kind.startswith("image/")
    inspection = kind == "application/json" and found.metadata.get("kind") == "inspection"
    limit = PICTURE_LIMIT if picture else CONTENT_LIMIT if inspection else -1
    sha256, data = found.sha256, None
    if sha256 is None or found.size <= limit:
        computed, data = _read(eye.store, found, keep=found.size <= limit)
    told: JsonObject = {
        "size": found.size,
        "etag": found.etag,
        "content_type": found.content_type,
        "stored_at": found.stored_at.isoformat(),
        "sha256": sha256 or computed,
        "sha256_source": "s3" if sha256 else "relay",
        "metadata": dict(found.metadata),
    }
    if picture:
        told["image"] = _measured(eye.store, found, told["sha256"], data)
    return told | (_content(data) if inspection else {})


def _read(store: PhotoStore, found: StoredObject, *, keep: bool) -> tuple[str, bytes | None]:
    digest, kept = hashlib.sha256(), bytearray()
    # The ETag of the HEAD: without a version id the bytes must still be the ones it spoke of.
    for part in store.read_in_parts(found.key, found.version_id, found.etag):
        digest.update(part)
        if keep:
            kept += part
    return digest.hexdigest(), bytes(kept) if keep else None


def _content(data: bytes | None) -> JsonObject:
    if data is None:
        return {"content_error": "too_large"}
    try:
        return {"content": json.loads(data)}
    except (ValueError, RecursionError) as error:
        return {"content_error": f"not JSON: {error}"[:200]}


def _measured(
    store: PhotoStore, found: StoredObject, sha256: str, data: bytes | None
) -> JsonObject | None:
    """Measure a picture and store its thumbnails; no trouble here may cost us the photo."""
    if data is None:
        return {"refused": "too_large"}
    try:
        seen = imaging.analyse_limited(data)
    except imaging.ImageRefused as refusal:
        return {"refused": refusal.reason}
    facts = ("width", "height", "format", "dhash", "blur", "brightness")
    made = _store_thumbnails(store, found.key, sha256, seen)
    return {**{name: getattr(seen, name) for name in facts}, "thumbnails": made}


def _store_thumbnails(
    store: PhotoStore, key: str, sha256: str, seen: imaging.Analysis
) -> list[int]:
    named, stored = PHOTO_ID.findall(key), list[int]()
    for size, webp in seen.thumbnails.items() if named else ():
        try:
            store.put_derived(f"d/{named[-1]}/{sha256[:16]}-{size}.webp", webp, "image/webp")
            stored.append(size)
        except errors.PortalError as error:
            log.warning("thumbnail_not_stored", key=key, reason=error.detail)
            break
    return sorted(stored)
