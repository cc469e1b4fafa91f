"""Where connections enter a host: TCP forwarders on one event loop, which can also cut them.

A door hands what comes to a server on this machine's loopback. With a `Way` it also is the network
in front of that server: delay, rate and a short queue, where there are no namespaces for that.
"""

import asyncio
import contextlib
import socket
import struct
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Self

from bench.article.pipe import Pipe

CHUNK, SEGMENT = 65_536, 1360
MOST_WAIT = 0.25
TOGETHER = 4096
RESET = struct.pack("ii", 1, 0)
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True)
class Way:
    """A stretch of network in user space; `delay` is one way, `count` is told of all bytes."""

    up: Pipe
    down: Pipe
    delay: float
    count: Callable[[int], None] = lambda _: None


@dataclass(frozen=True)
class Door:
    """A listener, the address behind it, and whose a connection is, by its peer's address.

    `leave` makes the socket towards the address, for a door that leads out of a namespace.
    """

    listener: socket.socket
    behind: tuple[str, int]
    owner: Callable[[str], int | None]
    way: Way | None = None
    leave: Callable[[], socket.socket] = lambda: socket.socket()


class Doors:
    """All doors of a run, on a thread of their own; a context manager."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="doors", daemon=True)
        self._servers: list[asyncio.Server] = []
        self._exchanges: defaultdict[int | None, set[asyncio.Task[None]]] = defaultdict(set)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def open(self, door: Door) -> None:
        """Open a door for as long as the doors are open."""
        door.listener.setblocking(False)
        door.listener.listen(TOGETHER)
        asyncio.run_coroutine_threadsafe(self._listen(door), self._loop).result(10)

    def cut(self, owner: int) -> None:
        """Reset every connection of one phone, as a network does that lost it."""
        self._loop.call_soon_threadsafe(self._cut, owner)

    def _cut(self, owner: int) -> None:
        for task in tuple(self._exchanges[owner]):
            task.cancel()

    async def _listen(self, door: Door) -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._serve(door, (reader, writer))

        self._servers.append(await asyncio.start_server(serve, sock=door.listener))

    async def _serve(self, door: Door, outer: Streams) -> None:
        owner = door.owner(outer[1].get_extra_info("peername")[0])
        task = asyncio.current_task()
        assert task is not None
        self._exchanges[owner].add(task)
        try:
            await _exchange(door, outer)
        except (OSError, asyncio.CancelledError):
            _reset(outer[1])
        finally:
            self._exchanges[owner].discard(task)

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


async def _exchange(door: Door, outer: Streams) -> None:
    """Forward both directions until both have ended; whatever happens, the inner side is closed."""
    way = door.way
    if way:
        await asyncio.sleep(2 * way.delay)  # the handshake that our loopback did without
    inner = await _connect(door)
    up = _pump(outer[0], inner[1], way, way.up if way else None)
    down = _pump(inner[0], outer[1], way, way.down if way else None)
    try:
        await _together(up, down)
    except (OSError, asyncio.CancelledError):
        _reset(inner[1])
        raise
    finally:
        inner[1].close()
        outer[1].close()


async def _together(*works: Coroutine[Any, Any, None]) -> None:
    """Do all; the first that fails or a cancellation ends the others, and is raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _connect(door: Door) -> Streams:
    sock = door.leave()
    sock.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(sock, door.behind)
    except BaseException:
        sock.close()
        raise
    return await asyncio.open_connection(sock=sock)


async def _pump(
    source: asyncio.StreamReader, sink: asyncio.StreamWriter, way: Way | None, pipe: Pipe | None
) -> None:
    if way is None or pipe is None:
        while data := await source.read(CHUNK):
            sink.write(data)
            await sink.drain()
    else:
        await _pump_slowly(source, sink, way, pipe)
    if sink.can_write_eof() and not sink.is_closing():
        sink.write_eof()


async def _pump_slowly(
    source: asyncio.StreamReader, sink: asyncio.StreamWriter, way: Way, pipe: Pipe
) -> None:
    """Let segments leave at the pipe's rate and arrive after the delay; reads no further ahead."""
    flying: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def arrive() -> None:
        while True:
            due, data = await flying.get()
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if not data:
                return
            sink.write(data)
            await sink.drain()

    async def leave() -> None:
        while data := await source.read(SEGMENT):
            left = pipe.admit(len(data), time.monotonic()) or 0.0
            way.count(len(data))
            flying.put_nowait((left + way.delay, data))
            await asyncio.sleep(max(0.0, pipe.wait(time.monotonic()) - MOST_WAIT))
        now = time.monotonic()
        flying.put_nowait((now + pipe.wait(now) + way.delay, b""))

    await _together(leave(), arrive())


def _reset(writer: asyncio.StreamWriter) -> None:
    """Reset instead of closing, so that nothing more of what waits gets through."""
    connection = writer.get_extra_info("socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    writer.transport.abort()
