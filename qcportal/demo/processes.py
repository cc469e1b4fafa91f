"""The portal and its worker as child processes, ports, and what makes the demo stop."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from qcportal.demo import children
from qcportal.demo.lambda_bundle import ROOT
from qcportal.errors import Unavailable

HOST = "127.0.0.1"
START_SECONDS, STOP_SECONDS = 120.0, 12.0


class Stopped(BaseException):
    """Somebody asked the demo to stop: Ctrl-C, SIGTERM or a closed terminal."""


@contextmanager
def stopping_on_signals() -> Iterator[None]:
    """Raise Stopped in the main thread on the first signal; later ones are not heard."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for each in heard:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    heard = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {each: signal.signal(each, stop) for each in heard}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def portal(port: int, settings: Mapping[str, str], log: Path) -> Iterator[str]:
    """Run the portal under gunicorn inside the block; gives its origin.

    Raises Unavailable when it does not answer in time, with the end of its log.
    """
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket"]
    command += ["-c", "python:qcportal.demo.portal_server", "wsgi:app"]
    environment = {**settings, "QCPORTAL_DEMO_PORT": str(port)}
    process = start(command, environment, log)
    try:
        origin = f"http://{HOST}:{port}"
        await_ready(process, origin, log)
        yield origin
    finally:
        children.end(process, seconds=STOP_SECONDS)


@contextmanager
def worker(settings: Mapping[str, str], log: Path, *, whole: bool = False) -> Iterator[None]:
    """Run the jobs of the portal in a process of its own inside the block.

    The `whole` worker also reconciles, measures and sends webhooks, as `qcportal work` does.
    """
    command = [sys.executable, "-m", "qcportal.demo.worker_child", *(["--whole"] if whole else [])]
    process = start(command, settings, log)
    try:
        yield
    finally:
        children.end(process, seconds=STOP_SECONDS)


def start(command: list[str], settings: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes]":
    """Start a child in a process group of its own, which follows this process into its end."""
    environment = {**os.environ, **settings, "QCPORTAL_DEMO_PARENT": str(os.getpid())}
    with log.open("ab") as sink:
        return subprocess.Popen(  # noqa: S603 - our own module
            command,
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def choose_port(port: int) -> int:
    """Give the port if it can be had, and a free one for 0; raises Unavailable otherwise."""
    if not port:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            return int(probe.getsockname()[1])
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            words = f"Port {port} on {HOST} cannot be had ({error.strerror}): stop its owner"
            raise Unavailable(f"{words} or give another with --port.") from error
    return port


def await_ready(process: "subprocess.Popen[bytes]", origin: str, log: Path) -> None:
    """Wait until the portal answers; raises Unavailable with the end of its log otherwise."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if children.answers(f"{origin}/readyz"):
            return
        time.sleep(0.1)
    tail = log.read_text(errors="replace")[-2000:]
    raise Unavailable(f"The portal did not start at {origin}:\n{tail}")
