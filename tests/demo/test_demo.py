"""The whole demo as a stranger starts it: one command, one line of JSON, nothing left behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qcportal.demo import diary, state
from qcportal.demo.lambda_bundle import ROOT

pytestmark = pytest.mark.aws
COMMAND = [sys.executable, "-m", "qcportal.demo"]


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=180
    )


def left_behind(folder: Path) -> list[str]:
    """Give the commands of living processes that know the folder, after a moment to die in."""
    deadline = time.monotonic() + 15
    while (found := _processes_of(folder)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def _processes_of(folder: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes()
            command = (process / "cmdline").read_bytes()
        except (OSError, ProcessLookupError):
            continue
        if str(folder).encode() in environment + command and int(process.name) != os.getpid():
            found.append(command.replace(b"\0", b" ").decode())
    return found


@pytest.mark.long
def test_a_short_shift_loses_nothing_and_leaves_no_process(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    asked = ["--returns", "12", "--executives", "3", "--exit", "--pace", "1"]
    first = demo(*asked, "--state", str(folder))
    assert first.returncode == 0, first.stderr
    (line,) = first.stdout.splitlines()
    result = json.loads(line)
    assert result["captured"] == result["stored"] == result["verified"] >= 36
    assert [result[name] for name in ("lost", "duplicated", "late", "missing")] == [0, 0, 0, 0]
    told = result["manifest"]
    assert told["captured"] == told["verified"] == result["captured"]
    assert [told[name] for name in ("lost", "untold", "unlisted", "unclosed")] == [0, 0, 0, 0]
    assert 0 < result["p50"] <= result["p99"]
    assert left_behind(folder) == []

    again = demo(*asked, "--state", str(folder))
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["verified"] == result["verified"]

    other = demo(*asked, "--state", str(folder), "--seed", "2")
    assert other.returncode == 2
    assert "--fresh" in other.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_stopping_it_in_the_middle_leaves_no_process(
    tmp_path: Path, number: signal.Signals
) -> None:
    folder = tmp_path / "state"
    arguments = ["--returns", "30", "--executives", "2", "--exit", "--state", str(folder)]
    with subprocess.Popen(
        [*COMMAND, *arguments], cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if "Portal at" in line:
                break
        assert _processes_of(folder)
        running.send_signal(number)
        said, _ = running.communicate(timeout=60)
    assert said == ""
    assert running.returncode == (-9 if number == signal.SIGKILL else 130)
    assert left_behind(folder) == []


@pytest.mark.long
def test_a_shift_that_was_killed_goes_on_and_loses_nothing(tmp_path: Path) -> None:
    """What lay on the phones lies there again; what S3 has already may come a second time."""
    folder = tmp_path / "state"
    asked = ["--returns", "16", "--executives", "4", "--exit", "--pace", "2"]
    command = [*COMMAND, *asked, "--state", str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    ) as running:
        deadline = time.monotonic() + 90
        while len(diary.read(folder / "captures.jsonl")) < 20 and time.monotonic() < deadline:
            time.sleep(0.1)
        running.kill()
    assert left_behind(folder) == []
    result = json.loads(demo(*asked, "--state", str(folder)).stdout)
    assert result["captured"] == result["verified"] >= 48
    assert result["lost"] == 0


def test_a_taken_port_is_said_in_clear_words(tmp_path: Path) -> None:
    with socket.socket() as owner:
        owner.bind(("127.0.0.1", 0))
        owner.listen()
        port = str(owner.getsockname()[1])
        answer = demo("--exit", "--state", str(tmp_path), "--port", port)
    assert answer.returncode == 2
    assert f"Port {port}" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""


def test_two_demos_do_not_share_a_folder(tmp_path: Path) -> None:
    with state.locked(tmp_path):
        answer = demo("--exit", "--state", str(tmp_path))
    assert answer.returncode == 2
    assert "Another demo is running" in " ".join(answer.stderr.split())
