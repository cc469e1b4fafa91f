"""A Postgres database to be filled: without indexes meanwhile, by two connections at a time."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy.engine import make_url

from bench.at_size.speech import Speech
from qcportal import create_app
from qcportal.db import db
from tests.conftest import make_settings, migrate, upgrade_to_newest
from tests.databases import PostgresDatabases

HANDS = 2
CATALOGUE = """
SELECT n.relname, c.conname, c.contype::text, pg_get_constraintdef(c.oid),
       CASE WHEN c.conindid <> 0 AND c.contype IN ('p', 'u') THEN pg_get_indexdef(c.conindid) END
FROM pg_constraint c JOIN pg_class n ON n.oid = c.conrelid
WHERE c.connamespace = 'public'::regnamespace AND c.contype IN ('f', 'p', 'u')
  AND (n.relname = ANY(%(tables)s) OR c.confrelid IN (
      SELECT oid FROM pg_class WHERE relname = ANY(%(tables)s)))
ORDER BY c.contype <> 'f'
"""
PLAIN = """
SELECT i.relname, pg_get_indexdef(x.indexrelid) FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
WHERE t.relname = ANY(%(tables)s)
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = x.indexrelid
                  AND c.contype IN ('p', 'u'))
"""


class PostgresStand:
    """One database on a server of ours."""

    speech = Speech(postgres=True)

    def __init__(self, server: str, name: str, *, memory: str) -> None:
        self._memory = memory
        known = make_url(server).set(drivername="postgresql")
        self.admin = known.set(database=name).render_as_string(hide_password=False)
        with psycopg.connect(known.render_as_string(hide_password=False)) as connection:
            asked = "SELECT 1 FROM pg_database WHERE datname = %s"
            self.made = connection.execute(asked, [name]).fetchone() is not None
        if self.made:
            url = make_url(server).set(database=name, username="app")
            settings = make_settings(url.render_as_string(hide_password=False))
            upgrade_to_newest(settings.database_url)
            # nothing else vacuums here, and a table that came since was counted by no one
            self.run("VACUUM (ANALYZE) carrier_days")
        else:
            settings = make_settings(_create(server, name))
            migrate(settings.database_url)
            self._unlog()
        self.app: Flask = create_app(settings)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask something."""
        with psycopg.connect(self.admin) as connection:
            return connection.execute(sql, values or None).fetchall()

    def run(self, *statements: str, values: Sequence[Any] = ()) -> None:
        """Run statements, each for itself; no trigger and no key is looked at."""
        with self._open() as connection:
            for each in statements:
                connection.execute(each, values or None)

    def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write rows as they are."""
        into = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        with self._open() as connection, connection.cursor().copy(into) as copy:
            for row in rows:
                copy.write_row(row)

    def together(
        self, tasks: Iterable[tuple[str, Sequence[Any]]], done: Callable[[], None]
    ) -> None:
        """Run statements two at a time; tells after each."""
        with ThreadPoolExecutor(HANDS) as pool:
            running = [pool.submit(self.run, sql, values=values) for sql, values in tasks]
            for each in as_completed(running):
                each.result()
                done()

    @contextlib.contextmanager
    def stripped(self, tables: Sequence[str], say: Callable[[str], None]) -> Iterator[None]:
        """Have no index and no key on the tables inside the block; made again after it."""
        asked = {"tables": list(tables)}
        with self._open() as connection:
            keys = connection.execute(CATALOGUE, asked).fetchall()
            plain = connection.execute(PLAIN, asked).fetchall()
            for table, name, *_ in keys:
                connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            for name, _ in plain:
                connection.execute(f"DROP INDEX {name}")
        yield
        say("vacuum")
        self.together(((f"VACUUM (ANALYZE) {table}", ()) for table in tables), lambda: None)
        indexes = [each[4] for each in keys if each[4]] + [each[1] for each in plain]
        number = iter(range(1, len(indexes) + 1))
        self.together(
            ((each, ()) for each in sorted(indexes, key=lambda each: " photos " not in each)),
            lambda: say(f"index {next(number)} of {len(indexes)}"),
        )
        for table, name, kind, said, index in sorted(keys, key=lambda each: each[2] == "f"):
            words = said if not index else "PRIMARY KEY" if kind == "p" else "UNIQUE"
            words += f" USING INDEX {name}" if index else " NOT VALID"
            self.run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {words}")
        self.run("ANALYZE")

    def sizes(self) -> int:
        """Give how many megabytes the database takes."""
        return int(self.rows("SELECT pg_database_size(current_database()) >> 20")[0][0])

    def close(self) -> None:
        """Let go of the app's connections."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def _open(self) -> psycopg.Connection[Any]:
        connection = psycopg.connect(self.admin, autocommit=True)
        connection.execute("SET session_replication_role = replica")
        connection.execute(f"SET maintenance_work_mem = '{self._memory}'")
        connection.execute("SET work_mem = '256MB'")
        return connection

    def _unlog(self) -> None:
        """Write no log of the tables: a crash would empty them, a shutdown in order does not."""
        tables = self.rows("SELECT relname FROM pg_class WHERE relkind = 'r' AND relpersistence = "
                           "'p' AND relnamespace = 'public'::regnamespace")  # fmt: skip
        names = [each[0] for each in tables]
        asked = {"tables": names}
        with self._open() as connection:
            keys = [each for each in connection.execute(CATALOGUE, asked) if each[2] == "f"]
            for table, name, *_ in keys:
                connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            for name in names:
                connection.execute(f"ALTER TABLE {name} SET UNLOGGED")
            for table, name, _, said, _ in keys:
                connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {said}")


def _create(server: str, name: str) -> str:
    known = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(known) as connection:
        role = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'app'").fetchone()
    if role is None:
        return PostgresDatabases(server).create(name)
    with psycopg.connect(known, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER app")
    url = make_url(server).set(database=name, username="app", password=None)
    return url.render_as_string(hide_password=False)
