"""The count: the phones' diary against the database's rows and the bucket's bytes.

It reads both past the portal's own code: plain SQL, S3's own listing, and every pinned file's
bytes, hashed anew.
"""

import hashlib
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from qcportal.demo.chaos.databases import Database
from qcportal.demo.chaos.diary import Claim, Event, Line
from qcportal.demo.chaos.ground import Bucket

READERS = 8
NAMED = 20
PHOTOS = """
SELECT p.id, p.key, p.slot, r.awb, m.slug, p.version_id, p.sha256, p.verified_at IS NOT NULL,
       p.conflict_at IS NOT NULL, p.refused_at IS NOT NULL, p.unreadable_at IS NOT NULL
FROM photos p JOIN returns r ON r.id = p.return_id JOIN merchants m ON m.id = p.merchant_id
"""
TOLD = "SELECT photo_id, key, version_id, sha256, outcome FROM arrivals"


@dataclass(frozen=True)
class Row:
    """One photo as the database has it, with the return and merchant that people see it under."""

    photo_id: str
    key: str
    slot: str
    awb: str
    merchant: str
    version: str | None
    sha256: str | None
    verified: bool
    conflict: bool
    refused: bool
    unreadable: bool


@dataclass
class Count:
    """What the count found, in photos; `why` names the first of what is wrong."""

    photos: int = 0
    acked: int = 0
    verified: int = 0
    refused: int = 0
    lost: int = 0
    duplicated: int = 0
    misattributed: int = 0
    why: list[str] = field(default_factory=list)

    def blame(self, text: str) -> None:
        """Keep one of the first things that are wrong."""
        if len(self.why) < NAMED:
            self.why.append(text)


@dataclass(frozen=True)
class Held:
    """Everything that is held: rows by photo, tellings, and the bucket's versions with MD5s."""

    rows: Mapping[str, Row]
    told: Mapping[tuple[str, str], tuple[str | None, str | None, str]]
    versions: Mapping[tuple[str, str], str]
    digests: Mapping[tuple[str, str], str]


def look(database: Database, bucket: Bucket) -> Held:
    """Read rows, listing and the bytes of every pinned version."""
    rows = {row.photo_id: row for row in map(_row, database.rows(PHOTOS))}
    told = {
        (key, version): (_id(photo_id), sha256, outcome)
        for photo_id, key, version, sha256, outcome in database.rows(TOLD)
    }
    versions = dict(_list(bucket))
    pinned = [(row.key, row.version) for row in rows.values() if row.version]
    here = [place for place in pinned if place in versions]
    with ThreadPoolExecutor(READERS) as pool:
        digests = dict(
            zip(here, pool.map(lambda place: _digest(bucket, *place), here), strict=True)
        )
    return Held(rows, told, versions, digests)


def count(lines: Iterable[Line], held: Held, bucket: Bucket) -> Count:
    """Compare every event of the diary with what is held."""
    found, by_photo = Count(), defaultdict(list)
    for line in lines:
        by_photo[line.photo_id].append(line)
    for photo_id, events in by_photo.items():
        _count_photo(photo_id, events, held, bucket, found)
    _count_shown(by_photo, held, found)
    return found


def _count_photo(
    photo_id: str, events: list[Line], held: Held, bucket: Bucket, found: Count
) -> None:
    right = [each for each in events if each.claim is Claim.RIGHT]
    at_s3 = [each for each in right if each.event is not Event.CAPTURED]
    row = held.rows.get(photo_id)
    found.photos += any(each.event is Event.CAPTURED for each in right)
    found.acked += bool(at_s3)
    if at_s3:
        fault = _fault_of(at_s3[0], row, held)
        found.verified += bool(row and row.verified and not row.unreadable and not fault)
        found.refused += bool(row and row.unreadable and not fault)
        if at_s3[0].hostile and row and not row.unreadable:
            found.blame(f"{at_s3[0].awb} {photo_id}: a harmful file is not shown as refused")
        if fault:
            found.lost += 1
            found.blame(f"{at_s3[0].awb} {at_s3[0].slot} {photo_id}: {fault}")
    for each in events:
        aside = each.claim is not Claim.RIGHT and each.event is Event.ACKED and each.version
        fault = _fault_aside(each, row, held, bucket) if aside else ""
        if fault:
            found.lost += 1
            found.blame(f"{each.awb} {each.slot} {photo_id} ({each.claim}): {fault}")


def _fault_of(line: Line, row: Row | None, held: Held) -> str:
    """Say why a photo that S3 took is not held as exactly these bytes, or give nothing."""
    if row is None:
        return "there is no such photo"
    if line.hostile and row.unreadable and _is_kept(line, held):
        return ""
    if row.sha256 != line.sha256 or row.version is None:
        return f"holds {row.sha256 or 'nothing'}, not {line.sha256}"
    place = (row.key, row.version)
    if row.key != line.key or held.versions.get(place) != line.md5:
        return "its version is not in the bucket under its key"
    if held.digests.get(place) != line.sha256:
        return f"the bytes in the bucket are {held.digests.get(place)}"
    return "" if row.verified else "it is not verified"


def _is_kept(line: Line, held: Held) -> bool:
    """Tell whether a file that was refused is kept as it came, and told of."""
    return any(
        photo_id == line.photo_id and sha256 == line.sha256 and (key, version) in held.versions
        for (key, version), (photo_id, sha256, _) in held.told.items()
        if key == line.key
    )


def _fault_aside(line: Line, row: Row | None, held: Held, bucket: Bucket) -> str:
    """Say why bytes that may not be the evidence are not kept beside it, or give nothing."""
    place = (line.key, line.version)
    if held.versions.get(place) != line.md5:
        return "it is not in the bucket"
    photo_id, sha256, outcome = held.told.get(place, (None, None, "untold"))
    if photo_id != line.photo_id or sha256 != line.sha256:
        return f"it is not told as its photo's ({outcome})"
    shown = row is not None and (row.refused if line.claim is Claim.DAMAGED else row.conflict)
    return "" if shown else "people are not shown that it came"


def _count_shown(by_photo: Mapping[str, list[Line]], held: Held, found: Count) -> None:
    """Count what is shown twice, and what is shown where it does not belong."""
    owner = {line.sha256: line for events in by_photo.values() for line in events}
    shown = [row for row in held.rows.values() if row.version and row.sha256]
    times = Counter(row.sha256 for row in shown)
    for sha256, number in times.items():
        if number > 1:
            found.duplicated += number - 1
            found.blame(f"{sha256} is shown {number} times")
    for row in shown:
        line = owner.get(str(row.sha256))
        if line is None or not _is_its_own(row, line):
            found.misattributed += 1
            found.blame(f"{row.awb} {row.slot} {row.photo_id} shows bytes of {line or 'nobody'}")


def _is_its_own(row: Row, line: Line) -> bool:
    mine = (line.photo_id, line.awb, line.merchant, line.slot)
    named = f"/{line.awb}/" in row.key and line.photo_id in row.key
    return named and (row.photo_id, row.awb, row.merchant, row.slot) == mine


def _row(values: tuple[Any, ...]) -> Row:
    photo_id, *texts = values
    head, facts = texts[:6], [bool(fact) for fact in texts[6:]]
    return Row(str(uuid.UUID(str(photo_id))), *head, *facts)


def _id(value: object) -> str | None:
    return str(uuid.UUID(str(value))) if value else None


def _list(bucket: Bucket) -> Iterator[tuple[tuple[str, str], str]]:
    pages = bucket.s3.get_paginator("list_object_versions")
    for page in pages.paginate(Bucket=bucket.name, Prefix="u/"):
        for each in page.get("Versions", ()):
            yield (each["Key"], each["VersionId"]), each["ETag"].strip('"')


def _digest(bucket: Bucket, key: str, version: str) -> str:
    answer = bucket.s3.get_object(Bucket=bucket.name, Key=key, VersionId=version)
    return hashlib.sha256(answer["Body"].read()).hexdigest()
