"""Run ministack in this process and end with the process that wanted it.

Started by `embedded_aws` as a child in a process group of its own; not for people.
"""

import os
import runpy
import shutil
import signal
import threading
import time

GRACE_SECONDS = 5


def _follow(parent: int) -> None:
    """Wait until the parent is gone, however it died; then end politely, then with the group."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    """Serve until told to stop or orphaned."""
    parent = int(os.environ.pop("QCPORTAL_EMBEDDED_AWS_PARENT"))
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    try:
        runpy.run_module("ministack", run_name="__main__")
    finally:
        if os.getppid() != parent:
            shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)


if __name__ == "__main__":
    main()
