"""`qcportal reconcile` as an operator types it, and the duties of a worker."""

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws
from sqlalchemy import select

from qcportal import clock, create_app, reconciliation
from qcportal.cli import main
from qcportal.commands import nightly, reconciling
from qcportal.db import db
from qcportal.demo.lambda_bundle import ROOT
from qcportal.history import HistoryEvent
from qcportal.reconciliation import CYCLE, NIGHTLY, Tally
from qcportal.storage import PhotoStore, StoreSettings
from tests.conftest import make_settings, migrate
from tests.world import SECRET, World, an_arrival


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Give the settings of a portal whose bucket nobody answers for."""
    environ = {
        "QCPORTAL_ENVIRONMENT": "test",
        "QCPORTAL_SECRET_KEY": "only-for-tests-" + "k3y" * 8,
        "QCPORTAL_DATABASE_URL": f"sqlite:///{tmp_path / 'portal.db'}",
        "QCPORTAL_BUCKET": "photos",
        "QCPORTAL_S3_ENDPOINT": "http://127.0.0.1:9",
        "QCPORTAL_PORTAL_ACCESS_KEY_ID": "AKIAPORTAL",
        "QCPORTAL_PORTAL_SECRET_ACCESS_KEY": "portal-secret",
        "QCPORTAL_CALLBACK_SECRETS": SECRET,
        "QCPORTAL_LOG_LEVEL": "CRITICAL",
    }
    migrate(environ["QCPORTAL_DATABASE_URL"])
    return environ


def test_a_bucket_that_is_away_is_said_and_ends_with_status_1(environ: dict[str, str]) -> None:
    result = CliRunner().invoke(main, ["reconcile", "--days", "1"], env=environ)
    assert result.exit_code == 1
    assert "S3 did not answer" in result.output
    as_json = ["reconcile", "--days", "1", "--json"]
    found = json.loads(CliRunner().invoke(main, as_json, env=environ).stdout)
    assert (found["dates"], found["healed"], len(found["faults"])) == (2, 0, 2)


@pytest.mark.parametrize("every", ["15", "m", "0m", "1d"])
def test_a_time_that_is_none_is_refused(environ: dict[str, str], every: str) -> None:
    result = CliRunner().invoke(main, ["reconcile", "--every", every], env=environ)
    assert result.exit_code == 2
    assert "90s, 15m or 1h" in result.output


def test_every_goes_on_after_a_failed_cycle_until_sigterm(environ: dict[str, str]) -> None:
    command = [sys.executable, "-c", "from qcportal.cli import main; main()", "reconcile"]
    command += ["--days", "0", "--every", "1s", "--json"]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | environ, **pipes) as process:
        first, second = process.stdout.readline(), process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert json.loads(first)["dates"] == json.loads(second)["dates"] == 1


def test_every_goes_on_while_the_database_is_away(environ: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from qcportal.cli import main; main()", "reconcile"]
    command += ["--days", "0", "--every", "1s"]
    empty = {"QCPORTAL_DATABASE_URL": f"sqlite:///{tmp_path / 'empty.db'}"}
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | environ | empty, **pipes) as process:
        said = [process.stderr.readline(), process.stderr.readline()]
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert all(line.startswith("The cycle failed: no such table") for line in said), said
    assert process.returncode == 1


def duty(world: World, name: str) -> Any:
    duties = reconciling.duties(world.app, threading.Event())
    return next(each.do for each in duties if each.name == name)


def cycles(world: World) -> int:
    with world.inside(commit=False):
        found = db.session.scalars(select(HistoryEvent).where(HistoryEvent.action == CYCLE))
        return len(found.all())


def test_a_cycle_that_another_worker_ran_in_time_is_not_run_again(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(create_app(make_settings(environ["QCPORTAL_DATABASE_URL"], log_level="CRITICAL")))
    for _ in range(2):
        with world.inside():
            duty(world, "reconcile")()
    assert cycles(world) == 1
    later = clock.now() + timedelta(minutes=15)
    monkeypatch.setattr(clock, "now", lambda: later)
    with world.inside():
        duty(world, "reconcile")()
    assert cycles(world) == 2


def test_what_drifted_and_what_is_gone_is_kept_for_the_health_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    rvp = world.register()
    world.assign(rvp["return_id"])
    form = world.forms(rvp["return_id"])["front"]
    long_ago = (clock.now() - timedelta(hours=1)).isoformat()
    world.callback(an_arrival(form, stored_at=long_ago))
    with mock_aws():
        place = {"LocationConstraint": "ap-south-1"}
        s3 = boto3.client("s3", "ap-south-1")
        s3.create_bucket(Bucket="photos", CreateBucketConfiguration=place)
        store = PhotoStore(StoreSettings(bucket="photos", region="ap-south-1"))
        monkeypatch.setitem(world.app.extensions, "qcportal.store", store)
        tools = reconciling.tools_of(world.app, threading.Event(), pictures=False)
        with world.inside():
            nightly.look_both_ways(tools, Tally(), days=2)
    with world.inside(commit=False):
        last = reconciliation.find_last(NIGHTLY)
        assert last is not None
        assert not last.data["whole"]
        drifted = {each["check"] for each in last.data["drift"]}
        assert {"versioning", "notification", "cors"} <= drifted
        assert last.data["verified"]["invariants"]["I1"]["kinds"] == {"evidence_gone": 1}
