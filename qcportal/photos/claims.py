"""What a phone claims of a photo, and the digest of it that its return's history keeps."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from qcportal.db import compact_json

CLAIMS = (
    "captured_at", "claimed_sha256", "claimed_bytes", "thumbhash", "latitude", "longitude",
    "accuracy_m", "mock_location", "device_id",
)  # fmt: skip


def digest_of(claims: Mapping[str, Any]) -> str:
    """Give the SHA-256 of a photo's claims as hex: another one, and somebody changed them."""
    plain = {name: _plain(claims[name]) for name in CLAIMS}
    return hashlib.sha256(compact_json(plain).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, int | float) else str(value)
