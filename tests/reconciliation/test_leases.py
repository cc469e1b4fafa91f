"""One holder of a lease among all processes, and none when the holder died."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from qcportal import reconciliation
from qcportal.db import db
from tests.conftest import make_settings
from tests.databases import wait_until
from tests.world import World

HOLDER = """
import sys
from qcportal import create_app, tenancy, reconciliation
from tests.conftest import make_settings
app = create_app(make_settings(sys.argv[1]))
with app.app_context(), reconciliation.lease(sys.argv[2]) as mine:
    print(mine, flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(world: World, name: str) -> Iterator[Any]:
    url = world.app.extensions["qcportal.settings"].database_url
    assert make_settings(url)
    command = [sys.executable, "-c", HOLDER, url, name]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


def mine(world: World, name: str) -> bool:
    with world.app.app_context(), reconciliation.lease(name) as held:
        db.session.remove()
        return held


def test_the_second_process_leaves_it_to_the_first_until_that_one_dies(world: World) -> None:
    with another_process(world, "u/2026/11/23/") as process:
        assert process.stdout.readline() == "True\n"
        assert not mine(world, "u/2026/11/23/")
        assert mine(world, "u/2026/11/22/")
        process.kill()
        process.wait()
        # Postgres ends a session when it notices that nobody is there, not at once.
        assert wait_until(lambda: mine(world, "u/2026/11/23/"), seconds=30)


def test_a_lease_is_free_after_its_block(world: World) -> None:
    assert mine(world, "a date")
    with another_process(world, "a date") as process:
        assert process.stdout.readline() == "True\n"
