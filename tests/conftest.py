"""Fixtures that many tests share: the app on both databases, and whoever knocks at its doors."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.engine import make_url

from qcportal import config, create_app
from qcportal.config import Settings
from qcportal.db import db
from tests.databases import PostgresDatabases, postgres
from tests.world import SECRET, World

# The embedded AWS and boto3 must never find real credentials of whoever runs the tests.
os.environ.update(AWS_EC2_METADATA_DISABLED="true", AWS_CONFIG_FILE=os.devnull)
os.environ.update(AWS_SHARED_CREDENTIALS_FILE=os.devnull)


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
    """Bring a database to the newest schema."""
    app = create_app(make_settings(url))
    with app.app_context():
        upgrade(directory=str(config.MIGRATIONS))
        db.engine.dispose()


class Fresh:
    """An app whose database is put back to the migrated, empty state before each test."""

    def __init__(self, app: Flask, reset: object) -> None:
        self.app = app
        self._reset = reset

    def renew(self) -> Flask:
        """Give the app on an empty database."""
        with self.app.app_context():
            db.engine.dispose()
        self._reset()  # type: ignore[operator]
        return self.app


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    folder = tmp_path_factory.mktemp("sqlite")
    template, current = folder / "template.db", folder / "current.db"
    migrate(f"sqlite:///{template}")

    def reset() -> None:
        for tail in ("", "-wal", "-shm"):
            Path(f"{current}{tail}").unlink(missing_ok=True)
        shutil.copy(template, current)

    return Fresh(create_app(make_settings(f"sqlite:///{current}")), reset)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresDatabases]:
    with postgres() as url:
        yield PostgresDatabases(url)


@pytest.fixture(scope="session")
def postgres_app(postgres_server: PostgresDatabases) -> Iterator[Fresh]:
    migrate(postgres_server.create("template_portal"))
    url = postgres_server.create("portal_tests", template="template_portal")
    fresh = Fresh(
        create_app(make_settings(url)),
        lambda: postgres_server.create("portal_tests", template="template_portal"),
    )
    assert make_url(url).username == "app"
    yield fresh
    with fresh.app.app_context():
        db.engine.dispose()


@pytest.fixture(
    params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], ids=["sqlite", "pg"]
)
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The app on an empty database; every test that uses it runs on SQLite and on Postgres."""
    fresh: Fresh = request.getfixturevalue(f"{request.param}_app")
    yield from _running(fresh)


@pytest.fixture
def lite_app(sqlite_app: Fresh) -> Iterator[Flask]:
    """The app on SQLite alone, for what does not touch the database's own ways."""
    yield from _running(sqlite_app)


@pytest.fixture
def pg_world(postgres_app: Fresh) -> Iterator[World]:
    """A world on Postgres alone, for what only Postgres can do."""
    for running in _running(postgres_app):
        yield World(running)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> object:
    """Let a skipped test count as failed where CI is set: there everything has to run."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and in CI everything has to run"
    return report


def _running(fresh: Fresh) -> Iterator[Flask]:
    running = fresh.renew()
    yield running
    with running.app_context():
        db.session.remove()


@pytest.fixture
def world(app: Flask) -> World:
    """Two merchants, their people, an executive with a phone, and an admin."""
    return World(app)
