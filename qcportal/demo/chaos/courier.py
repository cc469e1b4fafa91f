"""Between S3 and the relay's queue: events that come twice, late, out of order, or never.

S3 tells a queue of the courier's own; what is sent on from there is what the relay gets to see.
"""

import heapq
import itertools
import json
import threading
import time
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import unquote_plus

from qcportal.demo.chaos.kinds import Kind, Tally

BATCH = 10
SOON, LATER = 1.5, 12.0
"""Seconds within which the first copy of an event is sent, and the others."""


@dataclass(order=True)
class _Due:
    at: float
    number: int
    body: str = field(compare=False)
    sequencer: str = field(compare=False)
    copy: int = field(compare=False)


class Courier(threading.Thread):
    """Takes events from one queue to another (`way`); `error` says what went wrong."""

    def __init__(
        self, sqs: Any, way: tuple[str, str], tally: Tally, *, seed: int, copies: int
    ) -> None:
        super().__init__(name="courier", daemon=True)
        self.error: Exception | None = None
        self.losing = threading.Event()
        self.hurried = threading.Event()
        self.tally = tally
        self._sqs = sqs
        self._source, self._target = way
        self._dice, self._copies = Random(f"{seed}/courier"), copies
        self._held: dict[str, list[str]] = {}
        self._dropped: set[str] = set()
        self._lost: set[str] = set()
        self._pool: list[_Due] = []
        self._numbers = itertools.count()
        self._latest = ""
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def hold(self, key: str) -> None:
        """Keep the events of a key back until it is released."""
        with self._lock:
            self._held.setdefault(key, [])

    def release(self, key: str, *, without: str = "") -> None:
        """Send the events of a key after all, but lose those of a version `without`, if given."""
        with self._lock:
            self._lost.add(without)
            for body in self._held.pop(key, ()):
                self._take(body)

    def drop(self, key: str) -> None:
        """Lose every event of a key."""
        with self._lock:
            self._dropped.add(key)

    @property
    def waiting(self) -> int:
        """Give how many events are still to be sent on."""
        with self._lock:
            return len(self._pool)

    def stop(self) -> None:
        """Stop, whatever still waits: those events are lost then."""
        self._stopping.set()

    def run(self) -> None:
        """Work until told to stop."""
        try:
            while not self._stopping.is_set():
                taken = self._receive()
                sent = self._send()
                if not taken and not sent:
                    self._stopping.wait(0.05)
        except Exception as error:  # noqa: BLE001 - shown by the run
            self.error = error

    def _receive(self) -> int:
        answer = self._sqs.receive_message(QueueUrl=self._source, MaxNumberOfMessages=BATCH)
        messages = answer.get("Messages", [])
        with self._lock:
            for message in messages:
                self._take(message["Body"])
        if messages:
            entries = [
                {"Id": str(place), "ReceiptHandle": each["ReceiptHandle"]}
                for place, each in enumerate(messages)
            ]
            self._sqs.delete_message_batch(QueueUrl=self._source, Entries=entries)
        return len(messages)

    def _take(self, body: str) -> None:
        thing = _object_of(body)
        if thing is None:
            return
        key = unquote_plus(thing["key"])
        if key in self._held:
            self._held[key].append(body)
        elif self.losing.is_set() or key in self._dropped or thing["versionId"] in self._lost:
            self.tally.add(Kind.EVENTS_LOST)
        else:
            self._plan(body)

    def _plan(self, body: str) -> None:
        sequencer = str((_object_of(body) or {}).get("sequencer", ""))
        now = time.monotonic()
        for copy in range(self._copies):
            wait = self._dice.uniform(0, LATER if copy else SOON)
            due = _Due(now + wait, next(self._numbers), body, sequencer, copy)
            heapq.heappush(self._pool, due)

    def _send(self) -> int:
        batch = self._due()
        if batch:
            entries = [
                {"Id": str(place), "MessageBody": each.body} for place, each in enumerate(batch)
            ]
            self._sqs.send_message_batch(QueueUrl=self._target, Entries=entries)
        return len(batch)

    def _due(self) -> list[_Due]:
        batch: list[_Due] = []
        with self._lock:
            until = time.monotonic() + (LATER if self.hurried.is_set() else 0)
            while self._pool and len(batch) < BATCH and self._pool[0].at <= until:
                each = heapq.heappop(self._pool)
                batch.append(each)
                if each.copy:
                    self.tally.add(Kind.DUPLICATE_EVENTS)
                elif each.sequencer < self._latest:
                    self.tally.add(Kind.REORDERED_EVENTS)
                self._latest = max(self._latest, each.sequencer)
        return batch


def _object_of(body: str) -> dict[str, Any] | None:
    """Give what an event says of its object; None for S3's own test."""
    records = json.loads(body).get("Records")
    return dict(records[0]["s3"]["object"]) if records else None
