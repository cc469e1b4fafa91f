"""Counting what is really there: database, bucket listing and the phones' diaries, compared.

Three parties hashed each photo for themselves: the phone (SHA-256 and MD5, in its diary), S3 (the
ETag of a plain upload is its MD5) and the relay (the SHA-256 in the database). A photo is all
right when its row is verified and pinned to a version that the bucket lists under the row's own
key, and all three agree on its bytes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from qcportal import clock, manifests
from qcportal.config import Settings
from qcportal.db import db
from qcportal.demo.diary import Taken
from qcportal.manifests import ManifestLine, Period, Waits
from qcportal.photos import Photo, ShownState, shown_state
from qcportal.photos.expecting import INSPECTION
from qcportal.returns import Return
from qcportal.storage import PhotoStore, StoredVersion

IN_MANIFESTS = ("captured", "verified", "lost", "unlisted", "unclaimed", "shifts", "unclosed")


@dataclass(frozen=True)
class Count:
    """What the audit found, in photos; `manifest` is what the phones' own manifests come to."""

    captured: int
    stored: int
    verified: int
    lost: int
    duplicated: int
    late: int
    missing: int
    manifest: Mapping[str, int]


def list_uploads(store: PhotoStore) -> dict[str, list[StoredVersion]]:
    """List every version of every upload in the bucket, by key."""
    found: dict[str, list[StoredVersion]] = defaultdict(list)
    for version in store.list_versions(store.settings.prefix):
        found[version.key].append(version)
    return dict(found)


def count(
    diary: Iterable[Taken],
    bucket: Mapping[str, list[StoredVersion]],
    settings: Settings,
) -> Count:
    """Compare, once every phone is empty; needs an app context and the system's scope."""
    rows = {str(row.id): row for row in db.session.execute(_select_rows())}
    entries = {entry.photo_id: entry for entry in diary}
    announced = {photo_id for photo_id, row in rows.items() if row.claimed_sha256}
    stored = {key for key, entry in entries.items() if _is_stored(rows.get(key), entry, bucket)}
    right = {key for key in stored if _is_right(rows[key], entries[key], bucket)}
    states = Counter(_state(row, settings) for row in rows.values())
    return Count(
        captured=len(entries.keys() | announced),
        stored=len(stored),
        verified=len(right),
        lost=len(entries.keys() - right),
        duplicated=_shown_twice(rows.values()) + sum(len(each) - 1 for each in bucket.values()),
        late=states[ShownState.LATE],
        missing=states[ShownState.MISSING],
        manifest=_count_manifests(entries.values(), settings),
    )


def _count_manifests(entries: Iterable[Taken], settings: Settings) -> dict[str, int]:
    """Count the lines as an admin sees them, and what is in a diary and in no manifest."""
    waits = Waits(clock.now(), settings.late_after, settings.missing_after)
    found = manifests.count_all(Period(date.min, date.max), waits)
    statement = select(ManifestLine.photo_id, ManifestLine.sha256)
    named = {
        (str(photo_id), sha256)
        for photo_id, sha256 in db.session.execute(
            statement.where(ManifestLine.manifest_at.is_not(None))
        )
    }
    counts = {name: getattr(found, name) for name in IN_MANIFESTS}
    untold = sum((entry.photo_id, entry.sha256) not in named for entry in entries)
    return counts | {"untold": untold}


def _select_rows() -> Any:
    table = Photo.__table__
    joined = select(*table.c, Return.checked_at).join(Return, Return.id == table.c.return_id)
    return joined.where(table.c.purpose != INSPECTION)


def _is_stored(row: Any, entry: Taken, bucket: Mapping[str, list[StoredVersion]]) -> bool:
    """Tell whether the bucket lists the phone's very bytes under the photo's own key."""
    versions = bucket.get(row.key, []) if row else []
    return any(version.etag == entry.md5 for version in versions)


def _is_right(row: Any, entry: Taken, bucket: Mapping[str, list[StoredVersion]]) -> bool:
    """Tell whether the merchant sees exactly what the phone took."""
    undisputed = row.verified_at is not None and row.conflict_at is None
    pinned = (row.version_id, entry.md5)
    listed = {(version.version_id, version.etag) for version in bucket[row.key]}
    return undisputed and row.sha256 == entry.sha256 and pinned in listed


def _shown_twice(rows: Iterable[Any]) -> int:
    shown = Counter(row.sha256 for row in rows if row.verified_at)
    return sum(times - 1 for times in shown.values())


def _state(row: Any, settings: Settings) -> ShownState:
    waits = {"late_after": settings.late_after, "missing_after": settings.missing_after}
    return shown_state(row, at=clock.now(), inspected=row.checked_at is not None, **waits)
