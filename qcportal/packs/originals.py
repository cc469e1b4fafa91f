"""Originals in the bucket: whether each is what its digest says, and reading it again.

A file is read whole before the first pack with it; its CRC-32 is kept then, so that a later pack
knows every byte in advance and only asks whether the file is still there.
"""

import hashlib
import uuid
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from qcportal import clock
from qcportal.db import db
from qcportal.errors import NotFound
from qcportal.packs.archive import Broken
from qcportal.packs.tables import FileChecksum

AT_ONCE = 4
GONE, DIFFERS = "gone", "differs"


class Bucket(Protocol):
    """What is needed of a PhotoStore."""

    def head(self, key: str, version_id: str | None = None) -> Any:
        """Ask for the facts of one version; None if there is none."""

    def read_in_parts(
        self, key: str, version_id: str, etag: str = "", *, start: int = 0
    ) -> Iterator[bytes]:
        """Read one version in parts, from a byte on."""


@dataclass(frozen=True)
class Original:
    """One file that is evidence: where it lies, and what it has to be."""

    photo_id: uuid.UUID
    merchant_id: uuid.UUID
    key: str
    version_id: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Checked:
    """What a look at a file gave: its CRC-32, or why it cannot be in a pack (`gone`, `differs`)."""

    crc32: int | None
    problem: str = ""
    is_new: bool = False


def check(bucket: Bucket, wanted: Sequence[Original]) -> dict[uuid.UUID, Checked]:
    """Look at every file, some at once; raises Unavailable when the bucket is away."""
    known = _known(wanted)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        looked = pool.map(lambda each: _look(bucket, each, known.get(each.photo_id)), wanted)
        return {each.photo_id: found for each, found in zip(wanted, looked, strict=True)}


def keep(wanted: Sequence[Original], checked: Mapping[uuid.UUID, Checked]) -> None:
    """Keep the checksums that were not known, in the caller's transaction."""
    now = clock.now()
    rows = [
        {
            "photo_id": each.photo_id,
            "merchant_id": each.merchant_id,
            "version_id": each.version_id,
            "crc32": found.crc32,
            "checked_at": now,
        }
        for each in wanted
        if (found := checked[each.photo_id]).is_new
    ]
    if not rows:
        return
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = insert(FileChecksum)
    newer = {name: statement.excluded[name] for name in ("version_id", "crc32", "checked_at")}
    db.session.execute(
        statement.on_conflict_do_update(index_elements=["photo_id"], set_=newer), rows
    )


def reader(bucket: Bucket, original: Original) -> Callable[[int], Iterator[bytes]]:
    """Give a reader of a file; read whole, it raises Broken unless its digest is right."""

    def read(start: int) -> Iterator[bytes]:
        digest = None if start else hashlib.sha256()
        for part in bucket.read_in_parts(original.key, original.version_id, start=start):
            if digest:
                digest.update(part)
            yield part
        if digest and digest.hexdigest() != original.sha256:
            raise Broken(original.key)

    return read


def _known(wanted: Sequence[Original]) -> dict[uuid.UUID, int]:
    ids = [each.photo_id for each in wanted]
    statement = select(FileChecksum).where(FileChecksum.photo_id.in_(ids))
    versions = {each.photo_id: each.version_id for each in wanted}
    return {
        row.photo_id: row.crc32
        for row in db.session.scalars(statement)
        if row.version_id == versions[row.photo_id]
    }


def _look(bucket: Bucket, original: Original, known: int | None) -> Checked:
    if known is not None:
        found = bucket.head(original.key, original.version_id or None)
        if found is None:
            return Checked(None, GONE)
        return Checked(known) if found.size == original.size else Checked(None, DIFFERS)
    try:
        return _read(bucket, original)
    except NotFound:
        return Checked(None, GONE)


def _read(bucket: Bucket, original: Original) -> Checked:
    digest, crc32, size = hashlib.sha256(), 0, 0
    for part in bucket.read_in_parts(original.key, original.version_id):
        digest.update(part)
        crc32 = zlib.crc32(part, crc32)
        size += len(part)
    if (size, digest.hexdigest()) != (original.size, original.sha256):
        return Checked(None, DIFFERS)
    return Checked(crc32, is_new=True)
