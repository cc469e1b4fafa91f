"""The job that packs every return of a filtered list, into archives of a bounded size.

Archives are written into the bucket as they are made, so memory stays flat whatever they hold. What
is finished stays: a job that was broken off goes on with the archive it was at.
"""

import csv
import io
import uuid
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qcportal import clock, exports, jobs, language, returns
from qcportal.db import db, writing
from qcportal.exports import PREFIX
from qcportal.history import Actor
from qcportal.jobs import Job, JsonObject, Progress
from qcportal.packs import archive, evidence, names
from qcportal.packs.archive import Entry
from qcportal.packs.contents import Contents, gather
from qcportal.packs.originals import keep
from qcportal.returns import Return
from qcportal.storage import PhotoStore

KIND = "packs"
TYPE = "application/zip"
MOST_RETURNS, MOST_BYTES = 250, 1_073_741_824
"""What an archive holds at most; one return is never parted."""
HEADS = ("folder", "awb", "order", "verdict", "files", "files left out")


def start(merchant_id: uuid.UUID, filters: Mapping[str, Any], words: str, *, by: Actor) -> Job:
    """Ask for the packs of all returns that a list shows; `filters` as exports keep them."""
    params = {
        "filters": dict(filters),
        "words": words[:500],
        "language": language.current(),
    }
    return jobs.start(merchant_id, KIND, params, by=by)


def run(store: PhotoStore, job: Job, progress: Progress) -> JsonObject:
    """Write the archives and tell of each how large it is and how many returns it holds."""
    with language.speaking(job.params.get("language", language.ENGLISH)):
        return _Run(store, job, progress).run()


@dataclass
class _Part:
    """One archive under way."""

    number: int
    returns: int = 0
    bytes: int = 0
    left_out: int = 0
    rows: list[Sequence[object]] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Tell whether the next return goes into another archive."""
        return self.returns >= MOST_RETURNS or self.bytes >= MOST_BYTES


class _Run:
    def __init__(self, store: PhotoStore, job: Job, progress: Progress) -> None:
        self._store, self._job, self._progress = store, job, progress
        self._parts: list[JsonObject] = list(job.result.get("parts", ()))
        self._last: str = job.result.get("last", "")
        self._done = sum(part["returns"] for part in self._parts)
        self._total = 0

    def run(self) -> JsonObject:
        """Make one archive after the other until no return is left."""
        self._total = exports.RETURNS.count(self._job.owner_id, self._job.params["filters"])
        self._tell()
        ids = self._ids()
        wanted = next(ids, None)
        while wanted is not None:
            part = _Part(len(self._parts) + 1)
            left = _Left(wanted, ids)
            key = f"{PREFIX}{self._job.owner_id.hex}/{self._job.id.hex}-{part.number:03}.zip"
            source = _Reading(self._archive(part, left))
            self._store.put_derived_file(key, source, TYPE)  # type: ignore[arg-type]
            self._parts.append(self._said(part, key, source.size))
            wanted = left.next
            self._tell()
        return self._so_far()

    def _ids(self) -> Iterator[uuid.UUID]:
        """Give the returns that are in no archive yet, newest first."""
        filters = exports.read_filter(self._job.params["filters"], self._job.owner_id)
        statement = returns.select_columns(filters, Return.id)
        if self._last:
            statement = statement.where(Return.id < uuid.UUID(self._last))
        for rows in exports.slices(statement, Return.id):
            yield from (row.id for row in rows)

    def _archive(self, part: _Part, left: "_Left") -> Iterator[bytes]:
        at = clock.now().replace(microsecond=0)
        for piece in archive.pieces(self._entries(part, left), at):
            part.bytes += piece.size
            yield from piece.read(0)

    def _entries(self, part: _Part, left: "_Left") -> Iterator[Entry]:
        while not part.full and left.next is not None:
            return_id = left.take()
            files = self._packed(part, return_id)
            part.returns += 1
            self._done += 1
            self._last = str(return_id)
            # The result is told with whole archives only: a half one is made again.
            self._progress.at(self._done, max(self._total, self._done))
            yield from files
        text = _index(part.rows)
        yield Entry("index.csv", len(text), zlib.crc32(text), archive.in_memory(text))

    def _packed(self, part: _Part, return_id: uuid.UUID) -> list[Entry]:
        """Give the files of one return; no lock is held while the bucket is asked."""
        token = writing.set(False)
        try:
            contents, checked = evidence.look(self._store, gather(return_id))
            folder = f"{names.safe(contents.facts['return']['awb'])}-{str(return_id)[-6:]}"
            files = evidence.entries(self._store, contents, checked, folder=f"{folder}/")
        finally:
            db.session.expunge_all()
            db.session.rollback()
            writing.reset(token)
        keep(list(contents.originals.values()), checked)
        self._note(part, folder, contents)
        return files

    def _note(self, part: _Part, folder: str, contents: Contents) -> None:
        rvp = contents.facts["return"]
        out = sum(1 for each in contents.facts["photos"] if each.get("problem"))
        part.left_out += out
        verdict, order = rvp["verdict"] or "", rvp["client_order_number"]
        part.rows.append((folder, rvp["awb"], order, verdict, len(contents.originals), out))

    def _said(self, part: _Part, key: str, size: int) -> JsonObject:
        return {"key": key, "bytes": size, "returns": part.returns, "left_out": part.left_out}

    def _so_far(self) -> JsonObject:
        return {"parts": self._parts, "last": self._last, "rows": self._done}

    def _tell(self) -> None:
        self._progress.at(self._done, max(self._total, self._done), self._so_far())


class _Left:
    """The returns that are still to be packed, with a look at the next one."""

    def __init__(self, first: uuid.UUID, rest: Iterator[uuid.UUID]) -> None:
        self.next: uuid.UUID | None = first
        self._rest = rest

    def take(self) -> uuid.UUID:
        """Give the next one."""
        taken = self.next
        if taken is None:
            raise StopIteration
        self.next = next(self._rest, None)
        return taken


class _Reading:
    """Bytes that are made while they are read, as a file that can only be read forwards."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts, self._held = parts, b""
        self.size = 0

    def read(self, wanted: int = -1) -> bytes:
        """Give so many bytes, or fewer at the end."""
        parts, length = [self._held], len(self._held)
        while wanted < 0 or length < wanted:
            part = next(self._parts, None)
            if part is None:
                break
            parts.append(part)
            length += len(part)
        data = b"".join(parts)
        cut = len(data) if wanted < 0 else wanted
        self._held = data[cut:]
        self.size += len(data[:cut])
        return data[:cut]


def _index(rows: Sequence[Sequence[object]]) -> bytes:
    held = io.StringIO(newline="")
    writer = csv.writer(held, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(HEADS)
    for row in rows:
        writer.writerow([exports.defused(each) if isinstance(each, str) else each for each in row])
    return held.getvalue().encode("utf-8-sig")
