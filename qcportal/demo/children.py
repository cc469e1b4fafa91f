"""Child processes of the demo: whether one answers, and ending one with all that it started."""

import contextlib
import os
import signal
import subprocess
import urllib.error
import urllib.request


def answers(url: str) -> bool:
    """Tell whether a GET of the address is answered with 200 within two seconds."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def end(process: "subprocess.Popen[bytes]", *, seconds: float) -> None:
    """Ask the child to end and wait so long; then end whatever is left of its process group."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
