"""The digest of all that an inspection said, as its return's history keeps it."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from qcportal.db import compact_json

INSPECTION = (
    "id", "client_inspection_id", "digest", "executive_id", "device_id", "source", "started_at",
    "finished_at", "received_at", "verdict", "app_verdict", "remarks", "clock_offset_ms",
)  # fmt: skip
ANSWER = ("item_id", "check_key", "result", "app_result", "value", "remarks", "explanation")


def seal_of(inspection: Any, answers: Iterable[Mapping[str, Any]]) -> str:
    """Give the SHA-256 of an inspection with its answers as hex, whatever their order."""
    told = sorted(([_plain(each[name]) for name in ANSWER] for each in answers), key=compact_json)
    head = [_plain(getattr(inspection, name)) for name in INSPECTION]
    return hashlib.sha256(compact_json([head, told]).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value
