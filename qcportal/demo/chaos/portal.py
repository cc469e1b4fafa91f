"""The portal of a fault run: gunicorn whose workers are killed, a job worker, and commands.

The application is loaded before the workers fork, so that the next one is there at once: killed
every 0.4 seconds, a worker that first has to import everything would never answer.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any, Self

from qcportal.demo import children, processes
from qcportal.demo.lambda_bundle import ROOT

COMMAND_SECONDS = 900
GUNICORN = [
    *(sys.executable, "-m", "gunicorn", "--no-control-socket", "--preload"),
    *("-c", "python:qcportal.demo.portal_server", "wsgi:app"),
]
WORKER = [sys.executable, "-m", "qcportal.demo.worker_child"]
COMMAND = [sys.executable, "-c", "from qcportal.cli import main; main()"]


class Portal:
    """The portal's processes; a context manager. `settings` may be changed before a restart."""

    def __init__(self, port: int, settings: Mapping[str, str], folder: Path) -> None:
        self.origin = f"http://{processes.HOST}:{port}"
        self.settings = dict(settings)
        self._environment = {"QCPORTAL_DEMO_PORT": str(port)}
        self._folder = folder
        self._children: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start gunicorn and a job worker, and wait until the portal answers."""
        self._children = [self._start_server()]
        worker = processes.start(WORKER, self.settings, self._folder / "worker.log")
        self._children.append(worker)

    def restart_server(self) -> None:
        """End gunicorn in good order and start it with the settings of now."""
        children.end(self._children[0], seconds=processes.STOP_SECONDS)
        self._children[0] = self._start_server()

    def stop(self) -> None:
        """End everything in good order."""
        for child in reversed(self._children):
            children.end(child, seconds=processes.STOP_SECONDS)
        self._children = []

    def kill(self) -> None:
        """Kill every process of the portal at once, whatever it was doing."""
        for child in self._children:
            os.killpg(child.pid, signal.SIGKILL)
        for child in self._children:
            child.wait()
        self._children = []

    def kill_a_worker(self, dice: Random) -> bool:
        """Kill one of gunicorn's workers; tells whether there was one."""
        server = self._children[0].pid
        alive = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        if not alive:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(dice.choice(alive)), signal.SIGKILL)
            return True
        return False

    def _start_server(self) -> "subprocess.Popen[bytes]":
        environment, log = self.settings | self._environment, self._folder / "portal.log"
        server = processes.start(GUNICORN, environment, log)
        processes.await_ready(server, self.origin, log)
        return server

    def command(self, *words: str) -> subprocess.Popen[str]:
        """Start a `qcportal` command with the portal's settings."""
        environment = {**os.environ, **self.settings}
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(  # noqa: S603 - our own command
            [*COMMAND, *words], cwd=ROOT, env=environment, text=True, **pipes
        )

    def run(self, *words: str) -> tuple[int, Any]:
        """Run a command that prints one JSON document; gives its status and the document."""
        process = self.command(*words)
        said, wrong = process.communicate(timeout=COMMAND_SECONDS)
        try:
            return process.returncode, json.loads(said)
        except ValueError as error:
            raise RuntimeError(f"qcportal {' '.join(words)}: {wrong[-2000:]}") from error
