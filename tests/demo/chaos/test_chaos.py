"""The fault run as anybody starts it, at the size that every test run can afford."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qcportal.demo.chaos.kinds import Kind
from qcportal.demo.lambda_bundle import ROOT

PHOTOS = 150


@pytest.mark.long
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
    assert told["photos"] == told["acked"] == told["verified"] + told["refused"] == PHOTOS
    assert [told[name] for name in ("lost", "duplicated", "misattributed")] == [0, 0, 0]
    assert set(told["faults"]) == {kind.value for kind in Kind}
    assert all(count > 0 for count in told["faults"].values())
    assert told["deliveries"] > 2 * PHOTOS


def _living(word: str) -> list[str]:
    """Give the commands of living processes in whose environment or command a word stands."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        except OSError:
            continue
        if word.encode() in told:
            found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


@pytest.mark.long
@pytest.mark.aws
def test_stopping_a_run_in_the_middle_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with subprocess.Popen(
        [sys.executable, "-m", "qcportal.demo.chaos", "--photos", "400", "--database", "sqlite"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if "killed" in line:
                break
        assert _living(str(tmp_path))
        running.send_signal(signal.SIGTERM)
        said, _ = running.communicate(timeout=300)
    assert (said, running.returncode) == ("", 130)
    deadline = time.monotonic() + 20
    while (left := _living(str(tmp_path))) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert left == []


@pytest.mark.parametrize("asked", [["--photos", "3"], ["--database", "oracle"], ["--photos", "x"]])
def test_what_cannot_be_run_is_said_and_not_begun(asked: list[str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "qcportal.demo.chaos", *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "error: argument" in ended.stderr
    assert "Traceback" not in ended.stderr
