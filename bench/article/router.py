"""The networks between the hosts: takes each packet from one TUN device and gives it to another.

On its way a packet waits for the sender's access link, crosses the distance with some jitter but
never overtaking, and waits for the receiver's link; a full queue or bad luck drops it. What TCP
makes of that is the kernel's own doing.
"""

import contextlib
import heapq
import os
import select
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random

from bench.article.pipe import Pipe
from bench.article.profiles import US

LARGEST_PACKET = 2048
LONGEST_SLEEP = 0.2
DESTINATION = slice(16, 20)


@dataclass(frozen=True)
class Access:
    """A host on the network: where it is, its TUN device, and its two directions of access link."""

    where: str
    address: str
    tun: int
    up: Pipe
    down: Pipe
    loss: float = 0.0
    jitter: float = 0.0


@dataclass(frozen=True, order=True)
class _Leg:
    """A packet on its way, due at a moment; `arrived` when only the last link is behind it."""

    due: float
    number: int
    sender: Access = field(compare=False)
    receiver: Access = field(compare=False)
    packet: bytes = field(compare=False)
    arrived: bool = field(compare=False, default=False)


class Router(threading.Thread):
    """Routes until stopped. `ocean_bytes` counts whole packets to and from the US."""

    def __init__(
        self, hosts: Iterable[Access], delay: Callable[[str, str], float], seed: int = 1
    ) -> None:
        super().__init__(name="router", daemon=True)
        self.ocean_bytes = 0
        self._delay, self._dice = delay, Random(seed)
        self._by_tun = {host.tun: host for host in hosts}
        self._by_address = {socket.inet_aton(h.address): h for h in self._by_tun.values()}
        self._legs: list[_Leg] = []
        self._number = 0
        self._latest: dict[tuple[int, int], float] = {}
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self.join()

    def run(self) -> None:
        """Route; see the class."""
        with contextlib.closing(select.epoll()) as poll:
            for tun in self._by_tun:
                poll.register(tun, select.EPOLLIN)
            while not self._stopping.is_set():
                self._move(time.monotonic())
                for tun, _ in poll.poll(self._sleep()):
                    self._take_all(self._by_tun[tun])

    def _sleep(self) -> float:
        if not self._legs:
            return LONGEST_SLEEP
        return max(0.0, min(LONGEST_SLEEP, self._legs[0].due - time.monotonic()))

    def _take_all(self, sender: Access) -> None:
        while True:
            try:
                packet = os.read(sender.tun, LARGEST_PACKET)
            except OSError:  # nothing left to read
                return
            receiver = self._by_address.get(packet[DESTINATION])
            if packet[0] >> 4 == 4 and receiver is not None:
                self._send(sender, receiver, packet)

    def _send(self, sender: Access, receiver: Access, packet: bytes) -> None:
        if US in {sender.where, receiver.where}:
            self.ocean_bytes += len(packet)
        left = self._pass(sender.up, sender.loss, packet, time.monotonic())
        if left is None:
            return
        jitter = self._dice.uniform(0, max(sender.jitter, receiver.jitter))
        due = left + self._delay(sender.where, receiver.where) + jitter
        pair = (sender.tun, receiver.tun)
        due = self._latest[pair] = max(due, self._latest.get(pair, 0.0))
        self._push(_Leg(due, self._next(), sender, receiver, packet))

    def _move(self, now: float) -> None:
        while self._legs and self._legs[0].due <= now:
            leg = heapq.heappop(self._legs)
            if leg.arrived:
                with contextlib.suppress(OSError):  # its queue is full: a drop like any other
                    os.write(leg.receiver.tun, leg.packet)
                continue
            here = self._pass(leg.receiver.down, leg.receiver.loss, leg.packet, leg.due)
            if here is not None:
                self._push(_Leg(here, self._next(), leg.sender, leg.receiver, leg.packet, True))

    def _pass(self, link: Pipe, loss: float, packet: bytes, now: float) -> float | None:
        if loss and self._dice.random() < loss:
            return None
        return link.admit(len(packet), now)

    def _push(self, leg: _Leg) -> None:
        heapq.heappush(self._legs, leg)

    def _next(self) -> int:
        self._number += 1
        return self._number
