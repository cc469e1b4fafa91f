"""The worker of the demo as a process of its own, which ends with the demo, however that ends."""

import os
import signal
import sys
import threading
import time
from functools import partial

from qcportal import create_app, worker
from qcportal.commands import mailing, measuring, reconciling, reporting, telling

GROUPS = [part.duties for part in (reconciling, measuring, reporting, telling, mailing)]


def main() -> None:
    """Work until the demo is gone or says so."""
    parent = int(os.environ["QCPORTAL_DEMO_PARENT"])
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    app = create_app()
    groups = GROUPS if "--whole" in sys.argv[1:] else ()
    worker.serve(app, long=[partial(each, app) for each in groups])


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(10)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
