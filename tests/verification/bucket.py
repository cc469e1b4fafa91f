"""A bucket in memory, as far as a verification asks of one: versions by key, oldest first."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from qcportal import clock
from qcportal.stored_objects import StoredVersion


@dataclass(frozen=True)
class Place:
    bucket: str = "photos"
    prefix: str = "u/"


@dataclass
class MemoryBucket:
    """What S3 took; `put` gives the version's id."""

    settings: Place = field(default_factory=Place)
    files: dict[str, dict[str, tuple[bytes, datetime]]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def put(self, key: str, data: bytes, *, at: datetime | None = None) -> str:
        version = f"v{len(self.files[key]) + 1}"
        self.files[key][version] = (data, at or clock.now())
        return version

    def list_versions(self, prefix: str) -> Iterator[StoredVersion]:
        for key in sorted(self.files):
            if key.startswith(prefix):
                for version, (data, at) in reversed(self.files[key].items()):
                    etag = hashlib.md5(data, usedforsecurity=False).hexdigest()
                    yield StoredVersion(key, version, len(data), etag, at, is_latest=False)

    def read_in_parts(self, key: str, version_id: str, etag: str) -> Iterator[bytes]:
        data, _ = self.files[key][version_id]
        assert hashlib.md5(data, usedforsecurity=False).hexdigest() == etag
        yield from (data[:1000], data[1000:])

    def arrival(self, form: dict[str, Any], data: bytes, **changes: Any) -> dict[str, Any]:
        """Store data under a form's key and give what the relay would say of it."""
        from tests.world import an_arrival

        version = self.put(form["key"], data)
        at = self.files[form["key"]][version][1].isoformat()
        return an_arrival(form, data, version_id=version, stored_at=at) | changes
