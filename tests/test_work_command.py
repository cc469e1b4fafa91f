"""`qcportal work` as an operator runs it: once, and as a process that a SIGTERM ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from qcportal import create_app, jobs
from qcportal.cli import main
from qcportal.db import db
from qcportal.demo.lambda_bundle import ROOT
from qcportal.history import SYSTEM
from tests.conftest import make_settings, migrate
from tests.databases import wait_until
from tests.world import SECRET, World


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {
        "QCPORTAL_ENVIRONMENT": "test",
        "QCPORTAL_SECRET_KEY": "only-for-tests-" + "k3y" * 8,
        "QCPORTAL_DATABASE_URL": f"sqlite:///{tmp_path / 'portal.db'}",
        "QCPORTAL_BUCKET": "photos",
        "QCPORTAL_S3_ENDPOINT": "http://127.0.0.1:9",
        "QCPORTAL_PORTAL_ACCESS_KEY_ID": "AKIAPORTAL",
        "QCPORTAL_PORTAL_SECRET_ACCESS_KEY": "portal-secret",
        "QCPORTAL_CALLBACK_SECRETS": SECRET,
        "QCPORTAL_LOG_LEVEL": "ERROR",
    }


@pytest.fixture
def world(environ: dict[str, str]) -> World:
    migrate(environ["QCPORTAL_DATABASE_URL"])
    return World(create_app(make_settings(environ["QCPORTAL_DATABASE_URL"])))


def ask(world: World) -> str:
    """Ask for an import whose file cannot be fetched: the bucket is away."""
    with world.inside():
        params = {"key": "i/none", "file_name": "list.csv"}
        return str(jobs.start(world.a.id, "catalogue_import", params, by=SYSTEM).id)


def state(world: World) -> tuple[str, int]:
    with world.inside(commit=False):
        job = db.session.scalars(select(jobs.Job)).one()
        return job.state, job.attempts


def test_once_does_what_waits_and_ends(world: World, environ: dict[str, str]) -> None:
    before = signal.getsignal(signal.SIGTERM)
    ask(world)
    result = CliRunner().invoke(main, ["work", "--once"], env=environ)
    assert result.exit_code == 0, result.output
    assert state(world) == ("waiting", 1), "S3 is away, so it is tried again later"
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_worker_works_until_it_is_told_to_stop(world: World, environ: dict[str, str]) -> None:
    command = [sys.executable, "-c", "from qcportal.cli import main; main()", "work"]
    ask(world)
    worker = subprocess.Popen(command, env={**os.environ, **environ}, cwd=ROOT)
    try:
        assert wait_until(lambda: state(world)[1] == 1, seconds=30)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(15) == 0
    finally:
        worker.kill()
        worker.wait()


def test_without_settings_it_says_what_is_missing() -> None:
    result = CliRunner().invoke(main, ["work"], env={"QCPORTAL_BUCKET": ""})
    assert result.exit_code == 1
    assert "QCPORTAL_BUCKET" in result.output
