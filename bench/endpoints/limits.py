"""What the database itself does of the portal's transactions: its very statements, without it.

The statements of each transaction are recorded while the portal's code runs and is rolled back;
then processes with plain psycopg (or sqlite3) run and commit them over 8 connections. They write
the same rows, and nothing is left of Python but the driver.
"""

import multiprocessing
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import make_url

from bench.endpoints.asks import Ask
from bench.endpoints.ground import Ground
from qcportal.db import db

PROCESSES, THREADS = 2, 4
SQLITE_SET_UP = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=60000")
SCOPE = ("SELECT set_config('app.tenant', '*', true)", {}, False)


@dataclass(frozen=True)
class Replayed:
    """What replaying came to: transactions a second, the share of each, and their statements."""

    transactions: int
    elapsed: float
    took: list[float]
    statements: int


Statement = tuple[str, Any, bool]
Transaction = list[Statement]


def record(ground: Ground, asks: Iterable[Ask]) -> list[Transaction]:
    """Give the statements of each request, which must change what no other one does.

    What they write is rolled back.
    """
    found, client = [], ground.app.test_client(use_cookies=False)
    with mock.patch.object(db.session, "commit", db.session.flush):
        for ask in asks:
            with _listening(ground) as heard:
                status = ask.call(client)
            if status != ask.expected:
                raise RuntimeError(f"{ask.path} answered {status} while it was recorded")
            found.append(heard)
    return found


def replay(ground: Ground, transactions: Sequence[Transaction]) -> Replayed:
    """Run and commit recorded transactions, each once."""
    run = _on_sqlite if ground.kind == "sqlite" else _on_postgres
    address = make_url(ground.url)
    where = (
        str(address.database)
        if ground.kind == "sqlite"
        else address.set(drivername="postgresql").render_as_string(hide_password=False)
    )
    fork = multiprocessing.get_context("fork")  # parameters hold what cannot be pickled
    results = fork.SimpleQueue()
    ready = fork.Barrier(PROCESSES + 1)
    children = [
        fork.Process(
            target=_child, args=(run, where, transactions[part::PROCESSES], ready, results)
        )
        for part in range(PROCESSES)
    ]
    for each in children:
        each.start()
    ready.wait()
    begun = time.perf_counter()
    took = [seconds for _ in children for seconds in results.get()]
    elapsed = time.perf_counter() - begun
    for each in children:
        each.join()
    if len(took) != len(transactions):
        raise RuntimeError(f"{len(transactions) - len(took)} transactions could not be replayed")
    return Replayed(len(took), elapsed, took, len(transactions[0]))


def _child(run: Any, where: str, mine: Sequence[Transaction], ready: Any, results: Any) -> None:
    took: list[float] = []
    inner = threading.Barrier(THREADS + 1)
    threads = [
        threading.Thread(target=run, args=(where, mine[part::THREADS], inner, ready, took))
        for part in range(THREADS)
    ]
    for each in threads:
        each.start()
    inner.wait()  # all are connected
    ready.wait()
    inner.wait()
    for each in threads:
        each.join()
    results.put(took)


def _on_postgres(
    where: str, mine: Sequence[Transaction], inner: Any, _ready: Any, took: list[float]
) -> None:
    with psycopg.connect(where) as connection:
        inner.wait()
        inner.wait()
        for transaction in mine:
            begun = time.perf_counter()
            for sql, parameters, many in (SCOPE, *transaction):
                cursor = connection.cursor()
                if many:
                    cursor.executemany(sql, parameters)
                else:
                    cursor.execute(sql, parameters)
                if cursor.description:
                    cursor.fetchall()
            connection.commit()
            took.append(time.perf_counter() - begun)


def _on_sqlite(
    where: str, mine: Sequence[Transaction], inner: Any, _ready: Any, took: list[float]
) -> None:
    connection = sqlite3.connect(where, isolation_level=None)
    for pragma in SQLITE_SET_UP:
        connection.execute(f"PRAGMA {pragma}")
    inner.wait()
    inner.wait()
    for transaction in mine:
        begun = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        for sql, parameters, many in transaction:
            cursor = connection.cursor()
            if many:
                cursor.executemany(sql, parameters)
            else:
                cursor.execute(sql, parameters).fetchall()
        connection.execute("COMMIT")
        took.append(time.perf_counter() - begun)
    connection.close()


@contextmanager
def _listening(ground: Ground) -> Iterator[Transaction]:
    heard: Transaction = []
    with ground.app.app_context():
        engine = db.engine

    def hear(
        _connection: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        if not sql.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            heard.append((sql, parameters, many))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hear)
