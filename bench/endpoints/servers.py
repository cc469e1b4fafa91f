"""Servers as child processes: gunicorn as it is shipped, and others beside it; what they cost."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from qcportal.demo import children, processes

SHIPPED = ("--no-control-socket", "-k", "gthread", "-w", "2", "--threads", "8")
"""How docs/operations.md says that the portal is served."""
SETTING = {"MALLOC_ARENA_MAX": "2"}
STOP_SECONDS = 5.0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """Something that listens on `ports`; `masters` are its processes, whose children count too."""

    ports: tuple[int, ...]
    masters: tuple[int, ...]

    def workers(self) -> list[int]:
        """Give the processes that answer: the children of each master, or it alone."""
        found = []
        for master in self.masters:
            listed = Path(f"/proc/{master}/task/{master}/children").read_text().split()
            found += [int(each) for each in listed] or [master]
        return found

    def processor(self) -> float:
        """Give the processor seconds that its workers took so far."""
        total = 0
        for pid in self.workers():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def largest_mb(self) -> float:
        """Give the resident megabytes of its largest worker."""
        return max(_resident_kb(pid) for pid in self.workers()) / 1024


@contextmanager
def gunicorn(
    app: str, environment: Mapping[str, str], log: Path, *, python: str = sys.executable
) -> Iterator[Server]:
    """Serve an application inside the block, by the shipped command."""
    port = processes.choose_port(0)
    command = [python, "-m", "gunicorn", *SHIPPED, "-b", f"127.0.0.1:{port}", app]
    with running([(command, port)], {**SETTING, **environment}, log) as server:
        yield server


@contextmanager
def running(
    commands: Sequence[tuple[list[str], int]], environment: Mapping[str, str], log: Path
) -> Iterator[Server]:
    """Have commands up inside the block, each listening on its port."""
    started = [processes.start(command, environment, log) for command, _ in commands]
    try:
        for process, (_, port) in zip(started, commands, strict=True):
            processes.await_ready(process, f"http://127.0.0.1:{port}", log)
        yield Server(tuple(port for _, port in commands), tuple(each.pid for each in started))
    finally:
        for process in started:
            children.end(process, seconds=STOP_SECONDS)


def _resident_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0
