"""An SQLite file to be filled, by one connection that waits for no disk."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from flask import Flask

from bench.at_size.speech import Speech, teach
from qcportal import create_app
from qcportal.db import db
from tests.conftest import make_settings, migrate, upgrade_to_newest


class SqliteStand:
    """One file."""

    speech = Speech(postgres=False)

    def __init__(self, file: Path) -> None:
        self._file = file
        self.made = file.exists()
        url = f"sqlite:///{file}"
        if self.made:
            upgrade_to_newest(url)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            migrate(url)
        self.app: Flask = create_app(make_settings(url))

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask something."""
        with contextlib.closing(self._open()) as connection:
            return connection.execute(sql, values).fetchall()

    def run(self, *statements: str, values: Sequence[Any] = ()) -> None:
        """Run statements, each for itself; no key is looked at."""
        with contextlib.closing(self._open()) as connection:
            for each in statements:
                connection.execute(each, values)
            connection.commit()

    def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write rows as they are."""
        places = ", ".join("?" * len(columns))
        with contextlib.closing(self._open()) as connection:
            plain = ([_plain(value) for value in row] for row in rows)
            into = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"
            connection.executemany(into, plain)
            connection.commit()

    def together(
        self, tasks: Iterable[tuple[str, Sequence[Any]]], done: Callable[[], None]
    ) -> None:
        """Run statements in turn; tells after each."""
        with contextlib.closing(self._open()) as connection:
            for sql, values in tasks:
                connection.execute(sql, values)
                connection.commit()
                done()

    @contextlib.contextmanager
    def stripped(self, tables: Sequence[str], say: Callable[[str], None]) -> Iterator[None]:
        """Have no index on the tables inside the block but those of keys; made again after it."""
        marks = ", ".join("?" * len(tables))
        asked = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        indexes = self.rows(f"{asked} AND tbl_name IN ({marks})", *tables)
        self.run(*(f"DROP INDEX {name}" for name, _ in indexes))
        yield
        number = iter(range(1, len(indexes) + 1))
        self.together(
            ((sql, ()) for _, sql in indexes),
            lambda: say(f"index {next(number)} of {len(indexes)}"),
        )
        self.run("ANALYZE")

    def sizes(self) -> int:
        """Give how many megabytes the file takes."""
        return self._file.stat().st_size >> 20

    def close(self) -> None:
        """Let go of the app's connections."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, timeout=60)
        for pragma in (
            "synchronous=OFF",
            "foreign_keys=OFF",
            "cache_size=-1500000",
            "temp_store=2",
        ):
            connection.execute(f"PRAGMA {pragma}")
        teach(connection)
        return connection


def _plain(value: Any) -> Any:
    return value.hex if hasattr(value, "hex") and hasattr(value, "int") else value
