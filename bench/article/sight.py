"""When a merchant could see a photo: what the pages' own databases say, asked again and again.

The same for every architecture: two connections of our own that only read, every 20 ms, so that
each time is up to 20 ms too long and never too short. The portal shows a photo when its row is
verified, and its preview as soon as the row has one; the conventional servers when the report is
committed.
"""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

EVERY_SECONDS = 0.02
CHUNK = 500
AT_PORTAL = "SELECT id, thumbhash IS NOT NULL, verified_at IS NOT NULL, sha256 FROM photos"
ELSEWHERE = "SELECT id FROM seen"


@dataclass
class Seen:
    """When a photo and its preview were seen first (monotonic), and the photo's digest."""

    photo: float | None = None
    preview: float | None = None
    sha256: str = ""


class Sight(threading.Thread):
    """Watches both databases for the photos asked for, until stopped."""

    def __init__(self, portal: Path, conventional: Path) -> None:
        super().__init__(name="sight", daemon=True)
        self._portal, self._conventional = portal, conventional
        self._seen: dict[UUID, Seen] = {}
        self._waiting: set[UUID] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def expect(self, photo_id: UUID) -> None:
        """Look out for a photo from now on."""
        with self._lock:
            self._seen[photo_id] = Seen()
            self._waiting.add(photo_id)

    def of(self, photo_id: UUID) -> Seen:
        """Give what was seen of a photo so far, and look out for it no longer."""
        with self._lock:
            self._waiting.discard(photo_id)
            return self._seen.pop(photo_id)

    def await_all(self, photo_ids: Iterable[UUID], seconds: float) -> bool:
        """Wait until all are seen, at most so long; tells whether they are."""
        wanted, until = set(photo_ids), time.monotonic() + seconds
        while time.monotonic() < until:
            with self._lock:
                if not wanted & self._waiting:
                    return True
            time.sleep(EVERY_SECONDS)
        return False

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self.join()

    def run(self) -> None:
        """Look again and again; see the class."""
        with (
            contextlib.closing(_reader(self._portal)) as portal,
            contextlib.closing(_reader(self._conventional)) as conventional,
        ):
            while not self._stopping.wait(EVERY_SECONDS):
                with self._lock:
                    waiting = [*self._waiting]
                for start in range(0, len(waiting), CHUNK):
                    some = waiting[start : start + CHUNK]
                    self._look(portal, conventional, some)

    def _look(
        self, portal: sqlite3.Connection, conventional: sqlite3.Connection, some: list[UUID]
    ) -> None:
        marks = f" WHERE id IN ({','.join('?' * len(some))})"
        shown = portal.execute(AT_PORTAL + marks, [each.hex for each in some]).fetchall()
        told = conventional.execute(ELSEWHERE + marks, [str(each) for each in some]).fetchall()
        now = time.monotonic()
        with self._lock:
            for name, preview, verified, sha256 in shown:
                self._note(UUID(name), now, preview=preview, photo=verified, sha256=sha256)
            for (name,) in told:
                self._note(UUID(name), now, photo=True)

    def _note(
        self,
        photo_id: UUID,
        now: float,
        *,
        photo: bool,
        preview: bool = False,
        sha256: str | None = None,
    ) -> None:
        seen = self._seen.get(photo_id)
        if seen is None:
            return
        if preview and seen.preview is None:
            seen.preview = now
        if photo and seen.photo is None:
            seen.photo, seen.sha256 = now, sha256 or ""
            self._waiting.discard(photo_id)


def _reader(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=10)
