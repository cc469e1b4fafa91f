"""A Postgres whose data stay in a folder, so that a fill need not be repeated."""

import contextlib
import shutil
import subprocess
from pathlib import Path

from qcportal.demo.postgres import ROLE, PostgresServer
from qcportal.errors import Unavailable

MEMORY = ("shared_buffers=2GB", "effective_cache_size=6GB", "max_wal_size=16GB")
LOADING = (
    "fsync=off", "synchronous_commit=off", "wal_level=minimal", "max_wal_senders=0",
    "autovacuum=off", "checkpoint_timeout=30min",
)  # fmt: skip
SMALL = ("shared_buffers=128MB", "fsync=off", "wal_level=minimal", "max_wal_senders=0")


class KeptServer(PostgresServer):
    """A server over one folder, made there once; it is shut down in order and loses nothing."""

    def __init__(self, folder: Path, *options: str) -> None:
        super().__init__(*options)
        self._kept = folder

    def __enter__(self) -> "KeptServer":
        self._folder = self._kept
        made = self._folder.exists()
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._owner:
            shutil.chown(self._folder, self._owner)
        try:
            if not made:
                words = ("-U", ROLE, "-A", "trust", "--locale=C.UTF-8", "-E", "UTF8", "-N")
                self._run("initdb", *words)
            self._control("-t", "600", "start")
        except subprocess.CalledProcessError as error:
            raise Unavailable(f"Postgres did not start: {error.stderr!r}") from error
        return self

    def _end(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self._control("-m", "fast", "-t", "600", "stop")
