"""What the phones did, written down as it happened: the audit compares it with what is there."""

import hashlib
import json
import threading
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Taken:
    """One photo as its phone took it, with two digests: the portal knows one, S3 the other."""

    photo_id: str
    sha256: str
    md5: str


def taken(photo_id: str, data: bytes) -> Taken:
    """Give the entry of a photo's bytes."""
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()  # S3's ETag of a plain upload
    return Taken(photo_id, hashlib.sha256(data).hexdigest(), md5)


class Diary:
    """Entries in a file, one JSON line each, that outlives a stop; and running counts."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._known = {entry.photo_id for entry in read(file)}
        self.captured = self.stored = self.deleted = self.returns = 0

    def captures(self, entry: Taken) -> None:
        """Write down a photo, before anything is done with it."""
        with self._lock:
            self.captured += 1
            if entry.photo_id in self._known:
                return
            self._known.add(entry.photo_id)
            with self._file.open("a") as sink:
                sink.write(json.dumps(vars(entry)) + "\n")

    def uploads(self) -> None:
        """Count a photo that S3 took."""
        with self._lock:
            self.stored += 1

    def deletes(self, count: int) -> None:
        """Count photos that were verified, so that the phone deleted them."""
        with self._lock:
            self.deleted += count

    def inspects(self) -> None:
        """Count a return that was inspected."""
        with self._lock:
            self.returns += 1


def read(file: Path) -> list[Taken]:
    """Give every entry of a diary; a line cut off by a kill is no entry."""
    if not file.exists():
        return []
    entries = []
    for line in file.read_text().splitlines():
        try:
            entries.append(Taken(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return entries
