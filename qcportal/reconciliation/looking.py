"""Looking at one stored version: what the relay would have told of it, in the same words.

Pictures are looked at later (`pictures.py`), as the relay does: what is known comes first.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from qcportal import errors
from qcportal.storage import PhotoStore, StoredObject, StoredVersion

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
    """Describe a listed version as the relay does: HEAD, and SHA-256 of its bytes.

    Gives `gone` when it was deleted meanwhile. Raises Unavailable when S3 is away or forbids it.
    """
    bucket = eye.store.settings.bucket
    place = {"bucket": bucket, "key": version.key, "version_id": version.version_id}
    try:
        found = eye.store.head(version.key, version.version_id or None)
        if found is not None:
            told = _described(eye, found) | {"place": version.place}
            return {**place, **told, "stored_at": found.stored_at.isoformat()}
    except errors.NotFound:
        pass  # it went between the HEAD and the GET
    return {**place, "gone": True, "stored_at": version.stored_at.isoformat()}


def _described(eye: Eye, found: StoredObject) -> JsonObject:
    kind = found.content_type.partition(";")[0].strip().lower()
    inspection = kind == "application/json" and found.metadata.get("kind") == "inspection"
    limit = CONTENT_LIMIT if inspection else -1
    sha256, data = found.sha256, None
    if sha256 is None or found.size <= limit:
        computed, data = _read(eye.store, found, keep=found.size <= limit)
    told: JsonObject = {
        "size": found.size,
        "etag": found.etag,
        "content_type": found.content_type,
        "sha256": sha256 or computed,
        "sha256_source": "s3" if sha256 else "relay",
        "metadata": dict(found.metadata),
    }
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
