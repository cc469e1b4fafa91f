"""The worker of the demo as a process of its own, which ends with the demo, however that ends."""

import os
import signal
import threading
import time

from qcportal import create_app, worker


def main() -> None:
    """Work until the demo is gone or says so."""
    parent = int(os.environ["QCPORTAL_DEMO_PARENT"])
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    worker.serve(create_app())


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(10)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
