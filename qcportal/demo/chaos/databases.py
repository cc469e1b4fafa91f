"""The databases of a fault run, each with the worst that can happen to it in mid-writing."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import psycopg

from qcportal.demo.chaos.portal import Portal
from qcportal.demo.postgres import PostgresServer

WRITER = [sys.executable, "-m", "qcportal.demo.chaos.writer_child"]
NAME = "chaos"


class Database(Protocol):
    """One database: its address, its sudden end, and plain rows for the count."""

    url: str

    def kill(self, portal: Portal) -> None:
        """Kill it in the middle of writing, and bring it back."""
        ...

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Read rows with plain SQL, past the portal's code."""
        ...


class Postgres:
    """A server of our own, killed and recovered with `pg_ctl -m immediate restart`."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self.url = server.create_database(NAME)

    def kill(self, portal: Portal) -> None:
        """Kill every server process without a checkpoint; the portal's connections break."""
        self._server.restart_at_once()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Read as the superuser, whom row level security does not hold."""
        plain = self._server.url_of(NAME, "portal").replace("+psycopg", "", 1)
        with psycopg.connect(plain) as connection:
            return connection.execute(sql.encode()).fetchall()


class Sqlite:
    """A file. Its equivalent of a restart: every process that has it open is killed at once.

    One of them is in the middle of a transaction that changes every photo and has spilled into
    the write-ahead log, so that whoever opens the file next has to recover from that.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self.url = f"sqlite:///{file}"

    def kill(self, portal: Portal) -> None:
        """Kill a writer in its transaction and the whole portal with it; then start the portal."""
        writer = subprocess.Popen(  # noqa: S603 - our own module
            [*WRITER, str(self._file)], stdout=subprocess.PIPE
        )
        assert writer.stdout is not None
        inside = writer.stdout.readline()
        portal.kill()
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        if inside.strip() != b"inside":
            raise RuntimeError("the writer did not get into its transaction")
        portal.start()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Read with a connection of its own."""
        with contextlib.closing(sqlite3.connect(self._file, timeout=30)) as connection:
            return connection.execute(sql).fetchall()


@contextlib.contextmanager
def opened(kind: str, folder: Path) -> Iterator[Database]:
    """Give an empty database of a kind (postgres or sqlite)."""
    if kind == "sqlite":
        yield Sqlite(folder / "portal.db")
        return
    with PostgresServer() as server:
        yield Postgres(server)
