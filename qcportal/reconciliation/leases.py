"""A lease on one part of the work among all machines: whoever comes second leaves it to the first.

On Postgres an advisory lock of a transaction that does nothing else; on SQLite, whose processes
share a machine, a lock on one byte of a file beside the database. Both end with their holder.
Correctness does not hang on it: facts are set once whoever tells them.
"""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select

from qcportal.db import db


@contextmanager
def lease(name: str) -> Iterator[bool]:
    """Hold `name` within the block; gives False, at once, when somebody else holds it."""
    number = int.from_bytes(hashlib.sha256(f"reconcile {name}".encode()).digest()[:7])
    url = db.engine.url
    if url.get_backend_name() == "postgresql":
        with _held_in_postgres(number) as mine:
            yield mine
    elif url.database in (None, "", ":memory:"):
        yield True
    else:
        with _held_in_file(Path(f"{url.database}-lease"), number) as mine:
            yield mine


@contextmanager
def _held_in_postgres(number: int) -> Iterator[bool]:
    # A connection of its own: the session commits many times while the lease is held.
    with db.engine.connect() as connection:
        yield bool(connection.scalar(select(func.pg_try_advisory_xact_lock(number))))


@contextmanager
def _held_in_file(path: Path, number: int) -> Iterator[bool]:
    with path.open("ab") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
        except OSError:
            yield False
            return
        yield True
