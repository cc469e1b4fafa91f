"""How long a merchant waits: from a photo's last byte leaving the phone until it can be seen.

What can be seen is asked of the database that the pages read, on a connection of our own that
only reads: a photo counts when a committed row says it is verified, which is the very fact that
makes the return page show it (and its thumbnails are written by the same statement). One indexed
statement for all outstanding photos every 20 ms is cheap enough not to disturb what it measures,
and makes every wait up to 20 ms too long, never too short; asking the partner API for each return
as often would itself be the load. The start is the last byte handed to the network, before S3
answered, so S3's own time counts too. The simulated phone's status calls play no part.
"""

import contextlib
import sqlite3
import threading
import time
from pathlib import Path
from uuid import UUID

from qcportal.demo.report import Waits

EVERY_SECONDS = 0.02
CHUNK = 500


class Watch(threading.Thread):
    """Watches the portal's SQLite file for photos that were sent; `waits` are in seconds."""

    def __init__(self, database: Path) -> None:
        super().__init__(name="watch", daemon=True)
        self.waits = Waits()
        self._database = database
        self._sent: dict[str, float] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def sent(self, photo_id: str, sent_at: float) -> None:
        """Start to watch for a photo; `sent_at` is monotonic."""
        with self._lock:
            self._sent[UUID(photo_id).hex] = sent_at

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self.join()

    def run(self) -> None:
        """Look again and again; see the module."""
        place = f"{self._database.resolve().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(place, uri=True, timeout=10)) as reader:
            while not self._stopping.wait(EVERY_SECONDS):
                self._look(reader)
            self._look(reader)

    def _look(self, reader: sqlite3.Connection) -> None:
        with self._lock:
            outstanding = [*self._sent]
        for start in range(0, len(outstanding), CHUNK):
            asked = outstanding[start : start + CHUNK]
            marks = ",".join("?" * len(asked))
            statement = f"SELECT id FROM photos WHERE id IN ({marks}) AND verified_at IS NOT NULL"  # noqa: S608
            seen = [row[0] for row in reader.execute(statement, asked)]
            now = time.monotonic()
            with self._lock:
                for photo_id in seen:
                    self.waits.add(max(0.0, now - self._sent.pop(photo_id)))
