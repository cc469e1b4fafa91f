"""States of a test database: kept once, put back before each test that starts from one."""

import shutil
from pathlib import Path
from typing import Protocol

import psycopg
from flask import Flask

from qcportal.db import db
from tests.databases import PostgresDatabases

EMPTY = "empty"


class States(Protocol):
    """What an app's database can be put back to; a state is all rows of all tables."""

    app: Flask

    def keep(self, name: str) -> None:
        """Remember what is in the database as `name`; the first, EMPTY, is kept already."""

    def keeps(self, name: str) -> bool:
        """Tell whether `name` is (still) kept."""

    def put_back(self, name: str) -> None:
        """Make the database what was kept as `name`."""


class SqliteStates:
    """A state is a copy of the file, so a test may even change the schema."""

    def __init__(self, app: Flask, current: Path) -> None:
        self.app = app
        self._current = current
        self.keep(EMPTY)

    def keep(self, name: str) -> None:
        _close(self.app)
        shutil.copy(self._current, self._kept(name))

    def keeps(self, name: str) -> bool:
        return self._kept(name).exists()

    def put_back(self, name: str) -> None:
        _close(self.app)
        for tail in ("", "-wal", "-shm"):
            Path(f"{self._current}{tail}").unlink(missing_ok=True)
        shutil.copy(self._kept(name), self._current)

    def _kept(self, name: str) -> Path:
        return self._current.with_name(f"{name}.db")


# Notes each change of the schema itself: after one, rows alone do not make a state.
NOTE_CHANGES = """
CREATE SCHEMA kept;
CREATE TABLE kept.change (command text);
CREATE FUNCTION kept.note_change() RETURNS event_trigger SECURITY DEFINER LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO kept.change VALUES (tg_tag); END $$;
CREATE EVENT TRIGGER note_change ON ddl_command_end EXECUTE FUNCTION kept.note_change();
CREATE EVENT TRIGGER note_drop ON sql_drop EXECUTE FUNCTION kept.note_change();
"""
# A transaction that a test left open holds locks; idle connections of the app may stay.
END_TRANSACTIONS = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
    AND (state <> 'idle' OR (SELECT count(*) FROM pg_stat_activity) > 40)
"""


class PostgresStates:
    """A state is a schema with a copy of each table, which the app's role cannot see.

    To replace the rows is a small part of the work of making the database anew, and the app keeps
    its connections. Made anew it is only after a test that changed the schema.
    """

    def __init__(self, app: Flask, server: PostgresDatabases, name: str) -> None:
        self.app = app
        self._server, self._name, self._template = server, name, f"template_{name}"
        self._owner = self._connect()
        self._owner.execute(NOTE_CHANGES)
        self.keep(EMPTY)
        self._copy(self._name, self._template)

    def keep(self, name: str) -> None:
        self._owner.execute(f"DROP SCHEMA IF EXISTS kept_{name} CASCADE")
        self._owner.execute(f"CREATE SCHEMA kept_{name}")
        for table in self._tables("public"):
            self._owner.execute(f"CREATE TABLE kept_{name}.{table} AS TABLE public.{table}")
        self._owner.execute("DELETE FROM kept.change")

    def keeps(self, name: str) -> bool:
        self._renew_schema()
        return bool(self._tables(f"kept_{name}"))

    def put_back(self, name: str) -> None:
        self._owner.execute(END_TRANSACTIONS)
        self._renew_schema()
        tables = self._tables(f"kept_{name}")
        parts = [f"DELETE FROM public.{table}" for table in tables]
        parts += [f"INSERT INTO public.{table} TABLE kept_{name}.{table}" for table in tables]
        # A replica's session fires neither foreign keys nor the triggers that seal the history.
        self._owner.execute(
            f"BEGIN; SET LOCAL session_replication_role = replica; {'; '.join(parts)}; COMMIT"
        )

    def close(self) -> None:
        """Leave the server."""
        self._owner.close()
        _close(self.app)

    def _renew_schema(self) -> None:
        if self._owner.execute("SELECT command FROM kept.change").fetchone():
            self._copy(self._template, self._name)

    def _copy(self, source: str, target: str) -> None:
        self.close()
        self._server.create(target, template=source)
        self._owner = self._connect()

    def _tables(self, schema: str) -> list[str]:
        found = "SELECT tablename FROM pg_tables WHERE schemaname = %s"
        return [name for (name,) in self._owner.execute(found, (schema,))]

    def _connect(self) -> psycopg.Connection[tuple[str]]:
        return psycopg.connect(self._server.owners_url(self._name), autocommit=True)


def _close(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
