"""What a person sees while the demo works: on standard error, so that the JSON stays alone."""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.progress import track as rich_track

from qcportal.demo.diary import Diary
from qcportal.demo.visibility import Watch

Thing = TypeVar("Thing")
PLAIN_EVERY, LIVE_EVERY = 10.0, 0.25

console = Console(stderr=True, highlight=False)


def track(things: Sequence[Thing]) -> Iterable[Thing]:
    """Give the things one by one, with a bar where there is a terminal."""
    return rich_track(things, "  ", console=console, disable=not console.is_terminal)


def step(text: str) -> None:
    """Say what is being done."""
    console.print(f"[dim]·[/dim] {text}")


class ShiftProgress:
    """A bar over the returns of a shift, with what happens to their photos beside it."""

    def __init__(self, total: int, diary: Diary, watch: Watch) -> None:
        self._total, self._diary, self._watch = total, diary, watch
        self._stopping = threading.Event()
        self._bar = Progress(
            TextColumn("Returns inspected"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[photos]}"),
            TimeRemainingColumn(compact=True),
            console=console,
            disable=not console.is_terminal,
        )

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show it inside the block: live in a terminal, else as a line every ten seconds."""
        thread = threading.Thread(target=self._follow, name="progress", daemon=True)
        with self._bar:
            task = self._bar.add_task("", total=self._total, photos="")
            thread.start()
            try:
                yield
            finally:
                self._stopping.set()
                thread.join()
                self._bar.update(task, completed=self._diary.returns, photos=self.photos())

    def photos(self) -> str:
        """Say how the photos are doing."""
        diary, waits = self._diary, self._watch.waits
        return (
            f"photos: {diary.captured} taken, {diary.stored} at S3, {diary.deleted} verified · "
            f"seen after p50 {waits.percentile(0.5):.2f} s, p99 {waits.percentile(0.99):.2f} s"
        )

    def _follow(self) -> None:
        every, told = LIVE_EVERY if console.is_terminal else 1.0, time.monotonic()
        while not self._stopping.wait(every):
            for task in self._bar.tasks:
                self._bar.update(task.id, completed=self._diary.returns, photos=self.photos())
            if not console.is_terminal and time.monotonic() - told > PLAIN_EVERY:
                told = time.monotonic()
                console.print(f"  {self._diary.returns} of {self._total} returns · {self.photos()}")
