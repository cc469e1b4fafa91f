"""gunicorn's settings for the demo's portal (`-c python:qcportal.demo.portal_server`).

Two processes for two cores; threads, because a phone on a slow network must not hold a process.
"""

import os
import signal
import threading
import time
from typing import Any

bind = f"127.0.0.1:{os.environ.get('QCPORTAL_DEMO_PORT', '0')}"
worker_class = "gthread"
workers, threads = 2, 8
keepalive = 30
graceful_timeout = 5
timeout = 60
loglevel = "warning"


def when_ready(_server: Any) -> None:
    """Follow the demo into its end, however it ends."""
    parent = int(os.environ["QCPORTAL_DEMO_PARENT"])
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(graceful_timeout + 5)
    os.killpg(0, signal.SIGKILL)
