"""A small HTTP client that sends rendered requests over kept connections and times each answer.

It runs in a process of its own, since what it costs must not be the server's: a pickled Drive comes
in on standard input, a pickled Driven goes out.
"""

import pickle
import resource
import select
import socket
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
CHUNK = 1 << 18


@dataclass(frozen=True)
class Drive:
    """What to send where: `ports` are taken in turn by the connections.

    Every request is sent once; with `again` from the start until the `seconds` are over. With a
    `rate` (requests a second) they are sent when they are due, else when a connection is free.
    """

    ports: tuple[int, ...]
    requests: Sequence[bytes]
    connections: int
    seconds: float
    again: bool = False
    rate: float = 0.0


@dataclass
class Driven:
    """What came of it: `took` are seconds per answer, `statuses` how often each came."""

    took: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    received: int = 0
    elapsed: float = 0.0
    processor: float = 0.0
    sample: bytes = b""


class _Line:
    """One kept connection and the answer that is coming in over it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.begun = 0.0
        self._got, self._need = bytearray(), 0
        self._open()

    def _open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes, due: float) -> None:
        """Send one request, over a new connection where the server closed the old one."""
        self.begun, self._need = due, 0
        self._got.clear()
        if select.select([self.socket], [], [], 0)[0]:
            self.socket.close()
            self._open()
        self.socket.sendall(request)

    def take(self) -> bytes | None:
        """Read what is there; gives the whole answer once it is here."""
        data = self.socket.recv(CHUNK)
        if not data:
            raise ConnectionError(f"closed within an answer: {bytes(self._got[:200])!r}")
        self._got += data
        if not self._need:
            self._need = _length(self._got)
        return bytes(self._got) if self._need and len(self._got) >= self._need else None


def run(drive: Drive) -> Driven:
    """Drive in a process of its own."""
    answer = subprocess.run(
        [sys.executable, "-c", "from bench.endpoints import client; client.serve()"],
        input=pickle.dumps(drive),
        stdout=subprocess.PIPE,
        check=True,
        cwd=ROOT,
    )
    found = pickle.loads(answer.stdout)
    assert isinstance(found, Driven)
    return found


def serve() -> None:
    """Do what `run` asks of the other process."""
    sys.stdout.buffer.write(pickle.dumps(drive(pickle.load(sys.stdin.buffer))))


def drive(wanted: Drive) -> Driven:
    """Send until all is sent or the time is over, and wait for what is on its way."""
    lines = [
        _Line(wanted.ports[number % len(wanted.ports)]) for number in range(wanted.connections)
    ]
    return _Loop(wanted, lines).run()


class _Loop:
    def __init__(self, wanted: Drive, lines: list[_Line]) -> None:
        self._done = Driven()
        self._idle = deque(lines)
        self._busy: dict[int, _Line] = {}
        self._poll = select.epoll()
        rounds = repeat(wanted.requests) if wanted.again else [wanted.requests]
        self._left: Iterator[bytes] = chain.from_iterable(rounds)
        self._gap = 1 / wanted.rate if wanted.rate else 0.0
        self._begun = self._due = time.perf_counter()
        self._until = self._begun + wanted.seconds
        self._over = False

    def run(self) -> Driven:
        """Work until nothing is left to send and nothing on its way."""
        spent = _processor()
        while True:
            wait = self._feed()
            if self._over and not self._busy:
                break
            for number, _ in self._poll.poll(wait):
                self._hear(self._busy[number])
        self._done.elapsed = time.perf_counter() - self._begun
        self._done.processor = _processor() - spent
        return self._done

    def _feed(self) -> float:
        """Send what may be sent now; gives how many seconds to wait for news at most."""
        while self._idle and not self._over:
            now = time.perf_counter()
            if now >= self._until:
                self._over = True
            elif self._gap and now < self._due:
                return self._due - now
            elif (request := next(self._left, None)) is None:
                self._over = True
            else:
                self._send(request, self._due if self._gap else now)
        return PATIENCE

    def _send(self, request: bytes, due: float) -> None:
        line = self._idle.popleft()
        line.send(request, due)
        self._poll.register(line.socket, select.EPOLLIN)
        self._busy[line.socket.fileno()] = line
        self._due += self._gap

    def _hear(self, line: _Line) -> None:
        answer = line.take()
        if answer is None:
            return
        done = self._done
        done.took.append(time.perf_counter() - line.begun)
        done.statuses[int(answer[9:12])] += 1
        done.received += len(answer)
        done.sample = answer
        self._poll.unregister(line.socket)
        self._idle.append(self._busy.pop(line.socket.fileno()))


def body_of(answer: bytes) -> bytes:
    """Give the body of an answer as it came over the wire."""
    return answer.partition(b"\r\n\r\n")[2]


def _length(got: bytearray) -> int:
    """Give how long the whole answer is, or 0 while its head is not complete."""
    end = got.find(b"\r\n\r\n")
    if end < 0:
        return 0
    for name, _, value in (each.partition(b":") for each in got[:end].split(b"\r\n")[1:]):
        if name.strip().lower() == b"content-length":
            return end + 4 + int(value)
    if got[9:12] in (b"204", b"304"):
        return end + 4
    raise ValueError(f"an answer without a length: {bytes(got[:end])!r}")


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
