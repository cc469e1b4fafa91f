"""Fixtures that many tests share: the app on both databases, and whoever knocks at its doors."""

import copy
import functools
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import hypothesis
import pytest
from flask import Flask
from sqlalchemy.engine import make_url

from qcportal import create_app, migrating
from qcportal.config import Settings
from qcportal.db import db
from tests.databases import PostgresDatabases, postgres
from tests.states import EMPTY, PostgresStates, SqliteStates, States
from tests.world import SECRET, World

# The embedded AWS and boto3 must never find real credentials of whoever runs the tests.
os.environ.update(AWS_EC2_METADATA_DISABLED="true", AWS_CONFIG_FILE=os.devnull)
os.environ.update(AWS_SHARED_CREDENTIALS_FILE=os.devnull)
# Each of boto3's sessions reads the description of a service anew, for longer than most tests take.
botocore.session.create_loader = functools.cache(botocore.session.create_loader)


# Tests are not timed: a busy machine must not make one fail.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")


def make_settings(url: str, **changes: object) -> Settings:
    """Give complete settings for a test app."""
    values: dict[str, object] = {
        "environment": "test",
        "secret_key": "only-for-tests-" + "k3y" * 8,
        "database_url": url,
        "bucket": "photos",
        "s3_endpoint": "http://127.0.0.1:9",
        "signer_access_key_id": "AKIASIGNER",
        "signer_secret_access_key": "signer-secret",
        "portal_access_key_id": "AKIAPORTAL",
        "portal_secret_access_key": "portal-secret",
        "callback_secrets": (SECRET,),
        "form_checksums": False,
        "log_level": "ERROR",
    }
    return Settings(**(values | changes))  # type: ignore[arg-type]


def migrate(url: str) -> None:
    """Bring an empty database to the newest schema."""
    if url.startswith("sqlite"):
        Path(str(make_url(url).database)).write_bytes(migrated_file())
    else:
        upgrade_to_newest(url)


@functools.cache
def migrated_file() -> bytes:
    """Give the bytes of an SQLite file at the newest schema; the migrations run once."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "migrated.db"
        upgrade_to_newest(f"sqlite:///{file}")
        return file.read_bytes()


def upgrade_to_newest(url: str) -> None:
    """Bring a database to the newest schema, with what it holds."""
    migrating.bring_up(create_app(make_settings(url)))


class Fresh:
    """An app whose database is put back to what a test starts from: the empty state, or a world."""

    def __init__(self, states: States) -> None:
        self.app = states.app
        self._states = states
        self._made = 0.0

    def renew(self) -> Flask:
        """Give the app on a migrated, empty database."""
        self._states.put_back(EMPTY)
        return self.app

    def populate(self) -> World:
        """Give a world that was made within the last minute, with whatever tests did undone."""
        if time.monotonic() - self._made < 60 and self._states.keeps("world"):
            self._states.put_back("world")
        else:
            self._world, self._made = World(self.renew()), time.monotonic()
            self._states.keep("world")
        return copy.deepcopy(self._world, {id(self.app): self.app})


@pytest.fixture(scope="session")
def sqlite_app() -> Iterator[Fresh]:
    memory = Path("/dev/shm")  # where it is, a commit does not wait for a disk
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        current = Path(folder) / "current.db"
        url = f"sqlite:///{current}"
        migrate(url)
        yield Fresh(SqliteStates(create_app(make_settings(url)), current))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresDatabases]:
    with postgres() as url:
        yield PostgresDatabases(url)


@pytest.fixture(scope="session")
def postgres_app(postgres_server: PostgresDatabases) -> Iterator[Fresh]:
    url = postgres_server.create("portal_tests")
    assert make_url(url).username == "app"
    migrate(url)
    states = PostgresStates(create_app(make_settings(url)), postgres_server, "portal_tests")
    yield Fresh(states)
    states.close()


@pytest.fixture(
    params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], ids=["sqlite", "pg"]
)
def fresh(request: pytest.FixtureRequest) -> Iterator[Fresh]:
    """The app that can be put back; every test that uses it runs on SQLite and on Postgres."""
    fresh: Fresh = request.getfixturevalue(f"{request.param}_app")
    yield fresh
    _leave(fresh)


@pytest.fixture
def app(fresh: Fresh) -> Flask:
    """The app on an empty database."""
    return fresh.renew()


@pytest.fixture
def lite_app(sqlite_app: Fresh) -> Iterator[Flask]:
    """The app on SQLite alone, for what does not touch the database's own ways."""
    yield sqlite_app.renew()
    _leave(sqlite_app)


@pytest.fixture
def pg_world(postgres_app: Fresh) -> Iterator[World]:
    """A world on Postgres alone, for what only Postgres can do."""
    yield postgres_app.populate()
    _leave(postgres_app)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long tests: at the end, one process would work on them and the other wait."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> object:
    """Let a skipped test count as failed where CI is set: there everything has to run."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and in CI everything has to run"
    return report


def _leave(fresh: Fresh) -> None:
    with fresh.app.app_context():
        db.session.remove()


@pytest.fixture
def world(app: Flask, fresh: Fresh) -> World:
    """Two merchants, their people, an executive with a phone, and an admin."""
    return fresh.populate()
