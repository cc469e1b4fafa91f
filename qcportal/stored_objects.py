"""What S3 says about stored objects, as values; pure."""

from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from itertools import groupby
from operator import attrgetter
from typing import Any


@dataclass(frozen=True)
class StoredObject:
    """What S3 says about one object version; `sha256` is hex and S3's own, where it has one."""

    key: str
    version_id: str
    size: int
    content_type: str
    metadata: Mapping[str, str]
    etag: str
    sha256: str | None
    stored_at: datetime


@dataclass(frozen=True)
class StoredVersion:
    """One row of a listing; `version_id` is "" where the bucket has no versions.

    `place` is how many versions of its key came before it in the same second, where a whole listing
    was looked at (`in_order`).
    """

    key: str
    version_id: str
    size: int
    etag: str
    stored_at: datetime
    is_latest: bool
    place: int | None = None


def read_head(key: str, answer: Mapping[str, Any]) -> StoredObject:
    """Read what S3 answers to a HEAD."""
    checksum, metadata = answer.get("ChecksumSHA256", "-"), answer.get("Metadata", {})
    return StoredObject(
        key=key,
        version_id=_version_id(answer.get("VersionId")),
        size=answer["ContentLength"],
        content_type=answer.get("ContentType", ""),
        metadata={name.lower(): _decoded(text) for name, text in metadata.items()},
        etag=answer["ETag"].strip('"'),
        sha256=b64decode(checksum).hex() if "-" not in checksum else None,
        stored_at=answer["LastModified"].astimezone(UTC),
    )


def read_version(row: Mapping[str, Any]) -> StoredVersion:
    """Read one row of what S3 answers to a listing of versions."""
    return StoredVersion(
        key=row["Key"],
        version_id=_version_id(row.get("VersionId")),
        size=row["Size"],
        etag=row["ETag"].strip('"'),
        stored_at=row["LastModified"].astimezone(UTC),
        is_latest=row["IsLatest"],
    )


def in_order(listed: Iterable[StoredVersion]) -> Iterator[StoredVersion]:
    """Give a listing key by key, oldest version first, each with its place within its second.

    S3 tells moments in whole seconds, but lists a key's versions latest first (ListObjectVersions):
    the only thing that parts two of the same second where no event told of them.
    """
    for _, latest_first in groupby(listed, key=attrgetter("key")):
        places: Counter[datetime] = Counter()
        for version in reversed(list(latest_first)):
            second = version.stored_at.replace(microsecond=0)
            yield replace(version, place=places[second])
            places[second] += 1


def _decoded(text: str) -> str:
    """Undo RFC 2047, in which S3 gives back user metadata that is not ASCII.

    What was encoded may hold a NUL, which no database keeps.
    """
    if "=?" not in text:
        return text
    try:
        return str(make_header(decode_header(text))).replace("\0", "")
    except (HeaderParseError, LookupError, ValueError):
        return text


def _version_id(shown: str | None) -> str:
    # S3 writes "null" for an object that was stored while versioning was off.
    return "" if shown in (None, "null") else str(shown)
