"""gunicorn's settings for the plain servers (`-c python:bench.article.serving`): as the portal's.

One process group listens as both of them, on two ports. A slow phone holds a thread of theirs for
as long as it sends, hence the many threads.
"""

import ctypes
import os
import signal

PARENT_DIED = 1  # PR_SET_PDEATHSIG of prctl(2)

bind = [f"127.0.0.1:{port}" for port in os.environ.get("ARTICLE_PORTS", "0").split(",")]
worker_class = "gthread"
workers, threads = 2, 64
keepalive = 30
timeout = 120
graceful_timeout = 2
loglevel = "warning"


def when_ready(_server: object) -> None:
    """End with the bench, however it ends."""
    ctypes.CDLL(None).prctl(PARENT_DIED, signal.SIGTERM)
