"""Rounds: in each all phones send a photo in the same way, one architecture after the other.

Architectures take turns, so that whatever else this machine does hits all alike, and never share a
round, so that what goes over the ocean is known to be theirs.
"""

import contextlib
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from bench.article import camera
from bench.article.arms import ARMS, AT_PORTAL, Work
from bench.article.ground import Ground, Visit
from bench.article.network import Network
from bench.article.phone import CLIENT_TIMEOUT, Phone, Trying
from qcportal.demo import pictures
from qcportal.demo.wire import NoAnswer, Refused

SPREAD = 3.0
GRACE, PATIENCE = 4.0, 600.0
UNLIMITED = 900.0


@dataclass(frozen=True)
class Round:
    """What is done in a round: `cuts` disconnects a second, `queue` whether clients try again."""

    arm: str
    size: int
    number: int = 0
    cuts: float = 0.0
    queue: bool = True

    @property
    def timeout(self) -> float:
        """Give the client's time-out; without disconnects it waits for as long as it takes."""
        return CLIENT_TIMEOUT if self.cuts else UNLIMITED


@dataclass(frozen=True)
class Sample:
    """One photo: seconds from capture until the executive may go, the merchant sees it (or its
    preview). None where that never happened; `lost` where the photo or its bytes never came.
    """

    arm: str
    size: int
    cuts: float
    queue: bool
    sent_bytes: int
    moved_on: float | None
    seen: float | None
    preview: float | None
    failed: bool
    calls: int
    failures: int
    lost: bool


@dataclass(frozen=True)
class Done:
    """What a round came to; `ocean_bytes` are per photo."""

    samples: list[Sample]
    ocean_bytes: float


class _Worker(threading.Thread):
    """One phone in one round."""

    def __init__(
        self, ground: Ground, wanted: Round, number: int, seed: int, spread: float
    ) -> None:
        super().__init__(daemon=True)
        self._network, self._wanted, self._number = ground.network, wanted, number
        self._dice = Random(f"{seed}/{wanted}/{number}")
        self._start = self._dice.uniform(0, spread)
        phone = Phone(number, ground.network, ground.tokens[number], wanted.timeout)
        visit = _visit(ground, wanted, number, self._dice)
        taken = pictures.named(camera.photo(wanted.size), str(visit.photo_id))
        trying = Trying(queue=wanted.queue, until=time.monotonic() + PATIENCE, dice=self._dice)
        self.work = Work(phone, visit, taken, trying)
        self.moved_on: float | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        """Send one photo from the phone's own network."""
        self._network.enter(self._number)
        time.sleep(self._start)
        with _weather(self._network, self._number, self._wanted.cuts, self._dice):
            try:
                self.moved_on = ARMS[self._wanted.arm](self.work)
            except (NoAnswer, Refused) as error:
                self.error = error


def run_round(ground: Ground, wanted: Round, seed: int, *, spread: float = SPREAD) -> Done:
    """Let every phone send one photo within the `spread`, in seconds, and wait for the merchant."""
    before = ground.network.ocean_bytes()
    workers = [_Worker(ground, wanted, n, seed, spread) for n in range(len(ground.tokens))]
    names = [worker.work.visit.photo_id for worker in workers]
    for name in names:
        ground.sight.expect(name)
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    _check(wanted, workers)
    ground.sight.await_all(names, PATIENCE / 10 if wanted.queue else GRACE)
    ocean = ground.network.ocean_bytes() - before
    samples = [_sample(ground, wanted, worker) for worker in workers]
    return Done(samples, ocean / len(samples))


def _check(wanted: Round, workers: list[_Worker]) -> None:
    """Raise what went wrong where nothing may: a refusal is a fault of this program."""
    for worker in workers:
        if worker.error and (isinstance(worker.error, Refused) or not wanted.cuts):
            raise RuntimeError(f"{wanted}: {worker.error}") from worker.error


def _visit(ground: Ground, wanted: Round, number: int, dice: Random) -> Visit:
    """Take the phone's next visit; one that never comes to the portal is made up."""
    if wanted.arm in AT_PORTAL:
        return ground.visits[number].popleft()
    made_up = [str(uuid.UUID(int=dice.getrandbits(128), version=4)) for _ in range(3)]
    return Visit(made_up[0], made_up[1], uuid.UUID(made_up[2]), "q-box", "", {})


@contextlib.contextmanager
def _weather(network: Network, number: int, cuts: float, dice: Random) -> Iterator[None]:
    """Cut a phone's connections at random moments inside the block, so often a second."""
    ended = threading.Event()

    def blow() -> None:
        while not ended.wait(dice.expovariate(cuts)):
            network.cut(number)

    thread = threading.Thread(target=blow, daemon=True)
    if cuts:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        if cuts:
            thread.join()


def _sample(ground: Ground, wanted: Round, worker: _Worker) -> Sample:
    work = worker.work
    seen = ground.sight.of(work.visit.photo_id)
    right = seen.photo is not None and seen.sha256 == work.sha256
    return Sample(
        arm=wanted.arm,
        size=wanted.size,
        cuts=wanted.cuts,
        queue=wanted.queue,
        sent_bytes=len(work.taken),
        moved_on=_since(work, worker.moved_on),
        seen=_since(work, seen.photo),
        preview=_since(work, seen.preview),
        failed=worker.error is not None,
        calls=work.trying.calls,
        failures=work.trying.failures,
        lost=not right,
    )


def _since(work: Work, moment: float | None) -> float | None:
    return None if moment is None else round(moment - work.begun, 3)
