"""The bucket and the rows of photos and arrivals, walked side by side by key."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any, Protocol

from sqlalchemy import Select, func, select

from qcportal import clock, errors
from qcportal.accounts import Merchant
from qcportal.capture_kinds import CaptureKind
from qcportal.db import db
from qcportal.photos import ArrivalRow, Outcome, Photo
from qcportal.returns import Return, ReturnItem
from qcportal.stored_objects import StoredVersion
from qcportal.verification.findings import Offence, Report
from qcportal.verification.judging import Key, is_on_the_way, judge
from qcportal.verification.streams import in_byte_order, side_by_side, stream

READERS = 8
PHOTO = (
    "id", "merchant_id", "return_id", "item_id", "key", "bucket", "kind", "content_type",
    "min_bytes", "max_bytes", "required", "claimed_sha256", "captured_reported_at", "stored_at",
    "verified_at", "refused_at", "conflict_at", "unreadable_at", "version_id", "sha256", "size",
)  # fmt: skip
TOLD = (
    "photo_id", "bucket", "key", "version_id", "sequencer", "place", "outcome", "size",
    "content_type", "sha256", "declared_sha256", "user_metadata", "image", "stored_at",
    "received_at",
)  # fmt: skip
Tell = Callable[[str, int], None]


class _Settings(Protocol):
    @property
    def bucket(self) -> str: ...
    @property
    def prefix(self) -> str: ...


class Bucket(Protocol):
    """What a verification asks of a bucket; `storage.PhotoStore` is one."""

    @property
    def settings(self) -> _Settings:
        """Give the bucket's name and the prefix of uploads."""
        ...

    def list_versions(self, prefix: str) -> Iterator[StoredVersion]:
        """List every version under a prefix, by key."""
        ...

    def read_in_parts(self, key: str, version_id: str, etag: str) -> Iterator[bytes]:
        """Read one version, whatever its size."""
        ...


@dataclass(frozen=True)
class Look:
    """What to look at; versions stored after `ripe_before` may still be on their way."""

    bucket: Bucket
    kinds: Mapping[str, CaptureKind]
    since: date | None
    ripe_before: datetime
    rehash: bool


def check(look: Look, report: Report, tell: Tell) -> None:
    """Judge every key that the bucket or the database knows."""
    prefixes = _prefixes(look)
    rows = [stream(_select_photos(look, prefixes)), stream(_select_told(look, prefixes))]
    by_key = attrgetter("key")
    under = tuple(prefixes)
    told = (row for row in rows[1] if row.key.startswith(under))
    with _reader(look) as reader:
        walk = side_by_side(_list(look, prefixes), rows[0], told, key=by_key)
        for number, (name, (versions, photos, arrivals)) in enumerate(walk, start=1):
            listed = {each.version_id: each for each in versions}
            key = Key(name, next(iter(photos), None), listed, arrivals, look.ripe_before)
            _count(key, report)
            for offence in judge(key, look.kinds):
                report.add(offence)
            for offence in reader.read(key):
                report.add(offence)
            if number % 1000 == 0:
                tell("files", number)
        for offence in reader.rest():
            report.add(offence)
    report.counts["elsewhere"] = _count_elsewhere(look)


def _count(key: Key, report: Report) -> None:
    counts, photo = report.counts, key.photo
    counts["versions"] += len(key.versions)
    counts["told"] += len(key.told)
    known = {each.version_id for each in key.told}
    counts["on_the_way"] += sum(
        is_on_the_way(key, each) for each in key.versions.values() if each.version_id not in known
    )
    for each in key.told:
        counts["parked"] += each.outcome == Outcome.PARKED
        counts["gone"] += each.outcome == Outcome.GONE
    if photo is None:
        return
    counts["photos"] += 1
    for fact in ("captured_reported", "stored", "verified", "refused", "conflict", "unreadable"):
        counts[fact] += getattr(photo, f"{fact}_at") is not None


def _prefixes(look: Look) -> list[str]:
    """Give the folders to list, in order: all uploads, or one per issue date."""
    prefix = look.bucket.settings.prefix
    if look.since is None:
        return [prefix]
    days = max(0, (clock.now().date() - look.since).days) + 1
    return [f"{prefix}{look.since + timedelta(days=each):%Y/%m/%d}/" for each in range(days)]


def _list(look: Look, prefixes: list[str]) -> Iterator[StoredVersion]:
    for prefix in prefixes:
        yield from look.bucket.list_versions(prefix)


def _select_photos(look: Look, prefixes: list[str]) -> Select[Any]:
    table = Photo.__table__
    return (
        select(
            *(table.c[name] for name in PHOTO),
            Return.awb,
            Return.merchant_id.label("return_merchant"),
            Merchant.slug,
            ReturnItem.return_id.label("item_return"),
        )
        .join(Return, Return.id == table.c.return_id)
        .join(Merchant, Merchant.id == table.c.merchant_id)
        .outerjoin(ReturnItem, ReturnItem.id == table.c.item_id)
        .where(table.c.bucket == look.bucket.settings.bucket)
        .where(*_between(table.c.key, prefixes))
        .order_by(in_byte_order(table.c.key))
    )


def _select_told(look: Look, prefixes: list[str]) -> Select[Any]:
    table = ArrivalRow.__table__
    return (
        select(*(table.c[name] for name in TOLD))
        .where(table.c.bucket == look.bucket.settings.bucket)
        .where(*_between(table.c.key, prefixes))
        .order_by(in_byte_order(table.c.key), table.c.id)
    )


def _between(key: Any, prefixes: list[str]) -> tuple[Any, Any]:
    last = prefixes[-1]
    end = last[:-1] + chr(ord(last[-1]) + 1)
    return in_byte_order(key) >= prefixes[0], in_byte_order(key) < end


def _count_elsewhere(look: Look) -> int:
    """Count the photos that lie in another bucket, which this look cannot see."""
    held = Photo.stored_at.is_not(None) & (Photo.bucket != look.bucket.settings.bucket)
    return db.session.scalar(select(func.count()).select_from(Photo).where(held)) or 0


class _Nobody:
    """Reads nothing."""

    def read(self, key: Key) -> Iterator[Offence]:
        return iter(())

    def rest(self) -> Iterator[Offence]:
        return iter(())


class _Reader:
    """Reads pinned files some at a time, beside the walk."""

    def __init__(self, bucket: Bucket, pool: ThreadPoolExecutor) -> None:
        self.bucket, self.pool = bucket, pool
        self.asked: deque[tuple[Key, Future[str]]] = deque()

    def read(self, key: Key) -> Iterator[Offence]:
        photo = key.photo
        if photo is not None and photo.version_id in key.versions:
            self.asked.append((key, self.pool.submit(self._digest, key)))
        while len(self.asked) > 2 * READERS:
            yield from self._next()

    def rest(self) -> Iterator[Offence]:
        while self.asked:
            yield from self._next()

    def _next(self) -> Iterator[Offence]:
        key, digest = self.asked.popleft()
        try:
            found = digest.result()
        except errors.NotFound:
            found = "nothing there"
        if found != key.photo.sha256:
            yield key.offence("bytes_differ", f"{found}", key.photo.version_id)

    def _digest(self, key: Key) -> str:
        version = key.versions[key.photo.version_id]
        digest = hashlib.sha256()
        for part in self.bucket.read_in_parts(key.key, version.version_id, version.etag):
            digest.update(part)
        return digest.hexdigest()


def _reader(look: Look) -> AbstractContextManager[_Reader | _Nobody]:
    return _Reading(look.bucket) if look.rehash else nullcontext(_Nobody())


class _Reading(AbstractContextManager[_Reader]):
    def __init__(self, bucket: Bucket) -> None:
        self.pool = ThreadPoolExecutor(READERS, thread_name_prefix="rehash")
        self.reader = _Reader(bucket, self.pool)

    def __enter__(self) -> _Reader:
        return self.reader

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown(cancel_futures=True)
