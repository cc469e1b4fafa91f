"""The doors of a fault run: S3 as phones, relay and portal reach it, and the callbacks' own."""

import json
import threading
from collections import Counter, deque
from dataclasses import dataclass
from random import Random

from qcportal.demo.chaos.kinds import Kind, Tally
from qcportal.demo.chaos.proxy import Ill, Manner, Request

KEPT = 60
EVERY = {Ill.REFUSED: 61, Ill.SLOW: 83, Ill.CUT: 71, Ill.ANSWER_LOST: 67}
"""One in so many exchanges with S3."""
KINDS = {
    Ill.REFUSED: Kind.S3_5XX,
    Ill.SLOW: Kind.S3_SLOW,
    Ill.CUT: Kind.S3_RESET,
    Ill.ANSWER_LOST: Kind.S3_ANSWERS_LOST,
}
CALLBACK_ANSWER_LOST_EVERY = 37


class S3Trouble:
    """Which exchange with S3 goes wrong how: by its number, from a start that the seed gives."""

    def __init__(self, seed: int, who: str, tally: Tally) -> None:
        dice = Random(f"{seed}/s3/{who}")
        self._start = {ill: dice.randrange(every // 2) for ill, every in EVERY.items()}
        self._dice, self._tally, self._number = dice, tally, 0
        self.calm = False

    def manner(self) -> Manner:
        """Give it as the manner of a door."""
        return Manner(self._ail, lambda: self._dice.uniform(0.2, 2.5), self._saw)

    def _ail(self, _request: Request) -> Ill:
        self._number += 1
        if self.calm:
            return Ill.NONE
        for ill, every in EVERY.items():
            if self._number % every == self._start[ill]:
                return ill
        return Ill.NONE

    def _saw(self, _request: Request, _status: int, _answer: bytes, ill: Ill) -> None:
        if ill in KINDS:
            self._tally.add(KINDS[ill])


@dataclass(frozen=True)
class Recorded:
    """A callback as it came over the wire, with its true signature."""

    headers: dict[str, str]
    body: bytes


class CallbackDoor:
    """Counts what the relay really told the portal, keeps some of it, and loses some answers."""

    def __init__(self, tally: Tally) -> None:
        self.deliveries = 0
        self.recorded: deque[Recorded] = deque(maxlen=KEPT)
        self.calm = False
        self._tally, self._number = tally, 0
        self._told: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def manner(self) -> Manner:
        """Give it as the manner of a door."""
        return Manner(self._ail, saw=self._saw)

    def was_told(self, key: str) -> bool:
        """Tell whether the portal took a callback about a key."""
        with self._lock:
            return any(told == key for told, _ in self._told)

    def keys(self) -> set[str]:
        """Give every key of which the portal took a callback."""
        with self._lock:
            return {key for key, _ in self._told}

    def _ail(self, _request: Request) -> Ill:
        self._number += 1
        lost = self._number % CALLBACK_ANSWER_LOST_EVERY == 9 and not self.calm
        return Ill.ANSWER_LOST if lost else Ill.NONE

    def _saw(self, request: Request, status: int, _answer: bytes, ill: Ill) -> None:
        if not 200 <= status < 300:
            return
        arrivals = json.loads(request.body)["arrivals"]
        with self._lock:
            self.deliveries += len(arrivals)
            self._told.update((each["key"], each["version_id"]) for each in arrivals)
            names = ("content-type", "webhook-id", "webhook-timestamp", "webhook-signature")
            headers = {name: request.header(name) for name in names}
            self.recorded.append(Recorded(headers, request.body))
        if ill is Ill.ANSWER_LOST:
            self._tally.add(Kind.CALLBACK_ANSWERS_LOST)
