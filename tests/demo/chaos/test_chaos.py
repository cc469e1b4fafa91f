"""The fault run as anybody starts it, at the size that every test run can afford."""

import json
import subprocess
import sys

import pytest

from qcportal.demo.chaos.kinds import Kind
from qcportal.demo.lambda_bundle import ROOT

PHOTOS = 150


@pytest.mark.aws
@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_every_fault_at_once_loses_doubles_and_misattributes_nothing(database: str) -> None:
    asked = ["--photos", str(PHOTOS), "--seed", "7", "--database", database]
    ended = subprocess.run(
        [sys.executable, "-m", "qcportal.demo.chaos", *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert ended.returncode == 0, ended.stderr + ended.stdout
    (line,) = ended.stdout.splitlines()
    told = json.loads(line)
    assert (told["seed"], told["database"]) == (7, database)
    assert told["photos"] == told["acked"] == told["verified"] == PHOTOS
    assert [told[name] for name in ("lost", "duplicated", "misattributed")] == [0, 0, 0]
    assert set(told["faults"]) == {kind.value for kind in Kind}
    assert all(count > 0 for count in told["faults"].values())
    assert told["deliveries"] > 2 * PHOTOS
