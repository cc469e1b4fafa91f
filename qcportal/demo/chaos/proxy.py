"""A door in front of an HTTP server that does what networks do: cuts, stalls, refuses.

One request per connection, read whole before anything happens, so that "stored but the answer was
lost" can be told from "never arrived".
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

HOST = "127.0.0.1"
LARGEST_HEAD = 64 * 1024
UNAVAILABLE = (
    b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>Please reduce your request rate."
    b"</Message></Error>"
)


class Ill(StrEnum):
    """What becomes of one exchange."""

    NONE = "none"
    REFUSED = "refused"
    SLOW = "slow"
    CUT = "cut"
    ANSWER_LOST = "answer_lost"


@dataclass(frozen=True)
class Request:
    """One request, whole."""

    head: bytes
    body: bytes

    @property
    def line(self) -> str:
        """Give method, target and version."""
        return self.head.partition(b"\r\n")[0].decode("latin-1")

    def header(self, name: str) -> str:
        """Give a header's value, or an empty text."""
        wanted = name.lower().encode()
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.strip().lower() == wanted:
                return value.strip().decode("latin-1")
        return ""

    def forwarded(self) -> bytes:
        """Give it as the server behind gets it: signed headers untouched, one exchange only."""
        lines = self.head.rstrip(b"\r\n").split(b"\r\n")
        own = (b"connection:", b"expect:")
        kept = [line for line in lines if not line.lower().startswith(own)]
        return b"\r\n".join([*kept, b"Connection: close", b"", b""]) + self.body


@dataclass(frozen=True)
class Manner:
    """How a door behaves: what ails a request, for how many seconds, and who is told of it all."""

    ail: Callable[[Request], Ill]
    seconds: Callable[[], float] = lambda: 0.5
    saw: Callable[[Request, int, bytes, Ill], None] = lambda *_: None


class Door:
    """A door on a free port, open inside the block."""

    def __init__(self, upstream_port: int, manner: Manner) -> None:
        self.upstream_port = upstream_port
        self.port = 0
        self._manner = manner
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="door", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def url(self) -> str:
        """Give the address."""
        return f"http://{HOST}:{self.port}"

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._serve, HOST, 0, limit=LARGEST_HEAD)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._exchange(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            _cut(writer)
        except asyncio.CancelledError:  # the door closes: asyncio would only complain of it
            _cut(writer)
        finally:
            with contextlib.suppress(OSError):
                writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _read(reader, writer)
        ill = self._manner.ail(request)
        if ill is Ill.CUT:
            self._manner.saw(request, 0, b"", ill)
            _cut(writer)
            return
        if ill is Ill.SLOW:
            await asyncio.sleep(self._manner.seconds())
        answer = _refusal() if ill is Ill.REFUSED else await self._ask(request)
        status = int(answer[9:12] or b"0")
        self._manner.saw(request, status, answer, ill)
        if ill is Ill.ANSWER_LOST:
            _cut(writer)
            return
        writer.write(answer)
        await writer.drain()

    async def _ask(self, request: Request) -> bytes:
        reader, writer = await asyncio.open_connection(HOST, self.upstream_port)
        try:
            writer.write(request.forwarded())
            await writer.drain()
            answer = await reader.read(-1)
        finally:
            writer.close()
        if len(answer) < 12:
            raise ConnectionResetError("the server behind closed without an answer")
        return answer


async def _read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request:
    head = await reader.readuntil(b"\r\n\r\n")
    request = Request(head, b"")
    if request.header("expect"):
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    length = int(request.header("content-length") or 0)
    return Request(head, await reader.readexactly(length))


def _refusal() -> bytes:
    lines = (
        "HTTP/1.1 503 Slow Down",
        f"Content-Length: {len(UNAVAILABLE)}",
        "Content-Type: application/xml",
        "Connection: close",
    )
    return "\r\n".join([*lines, "", ""]).encode() + UNAVAILABLE


def _cut(writer: asyncio.StreamWriter) -> None:
    """Reset the connection instead of closing it."""
    connection = writer.get_extra_info("socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
