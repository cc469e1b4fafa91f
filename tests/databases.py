"""Real databases for tests: an SQLite file and a Postgres, made fresh from a migrated template."""

import contextlib
import os
import time
from collections.abc import Iterator

import psycopg
from sqlalchemy.engine import make_url

from qcportal.demo.postgres import QUICK, free_port, running

__all__ = ["PostgresDatabases", "free_port", "postgres", "wait_until"]


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Give the URL of a superuser on a running Postgres: a given one, or one of our own."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with running(*QUICK) as url:
        yield url


class PostgresDatabases:
    """Databases on one server, owned by a role that row level security holds."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._number = 0
        self._run("DROP ROLE IF EXISTS app; CREATE ROLE app LOGIN NOSUPERUSER NOBYPASSRLS")

    def create(self, name: str, *, template: str = "template1") -> str:
        """Make a database afresh and give its URL for the app's role."""
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} OWNER app")
        url = self._url.set(database=name, username="app", password=None)
        return url.render_as_string(hide_password=False)

    def owners_url(self, name: str = "") -> str:
        """Give psycopg's address of a database for the server's owner."""
        url = self._url.set(drivername="postgresql", database=name or self._url.database)
        return url.render_as_string(hide_password=False)

    def _run(self, sql: str) -> None:
        with psycopg.connect(self.owners_url(), autocommit=True) as connection:
            for part in sql.split(";"):
                connection.execute(part)


def wait_until(check: object, *, seconds: float = 10) -> bool:
    """Ask again and again until it is so; gives False when the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False
