"""One keep-alive HTTP connection, as a phone or a merchant's back-end holds it; not for browsers.

The standard library's client, because it can tell when the last byte of a request had left.
"""

import gzip
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 20
SECONDS_BETWEEN_TRIES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)


class NoAnswer(Exception):
    """No answer came: refused, cut or timed out. What was sent may have been taken or not."""


class Refused(Exception):
    """The other side answered, and said no; the text is its body."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text[:500]}")
        self.status = status


@dataclass(frozen=True)
class Reply:
    """An answer; `sent_at` is when the last byte of the request had left (monotonic seconds)."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    sent_at: float

    def json(self) -> Any:
        """Read the body as JSON, gzipped or not."""
        packed = self.headers.get("content-encoding") == "gzip"
        return json.loads(gzip.decompress(self.body) if packed else self.body)


class Wire:
    """A connection to one origin; for one thread, and opened again after any failure.

    With `resend` a kept connection that turns out to be closed is opened again and the request
    sent again, as browsers do; an upload must not be, since it may have been stored.
    """

    def __init__(
        self, origin: str, *, resend: bool = False, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self._place = urlsplit(origin).netloc
        self._resend = resend
        self._timeout = timeout
        self._open: HTTPConnection | None = None

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Send one request; raises NoAnswer."""
        final = self._open is None or not self._resend
        try:
            return self._send(method, path, headers, body)
        except (ConnectionError, HTTPException) as error:
            self.close()
            if final:
                raise NoAnswer(repr(error)) from error
        except OSError as error:
            self.close()
            raise NoAnswer(repr(error)) from error
        return self.send(method, path, headers, body)

    def open(self) -> None:
        """Open the connection before there is anything to send; raises NoAnswer."""
        connection = self._connection()
        if connection.sock is not None:
            return
        try:
            connection.connect()
        except OSError as error:
            self.close()
            raise NoAnswer(repr(error)) from error

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        connection = self._connection()
        connection.request(method, path, body or None, dict(headers))
        sent_at = time.monotonic()
        answer = connection.getresponse()
        content = answer.read()
        named = {name.lower(): value for name, value in answer.getheaders()}
        if named.get("connection", "").lower() == "close":
            self.close()
        return Reply(answer.status, named, content, sent_at)

    def _connection(self) -> HTTPConnection:
        if self._open is None:
            self._open = HTTPConnection(self._place, timeout=self._timeout)
        return self._open


class Api:
    """The portal's JSON doors with one bearer token; every call may be made again safely."""

    def __init__(self, origin: str, token: str = "", *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._wire = Wire(origin, resend=True, timeout=timeout)
        self._headers = {"Accept-Encoding": "gzip"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, body: Any = None, *, patient: bool = True) -> Any:
        """Call and give the answer's JSON.

        Tries again while the portal is away or says 5xx or 429, unless not `patient`; raises
        NoAnswer after the last try, Refused for any other status than 2xx.
        """
        data, headers = _encoded(body)
        return self.send(method, path, data, headers, patient=patient).json()

    def send(
        self, method: str, path: str, data: bytes, headers: Mapping[str, str], *, patient: bool
    ) -> Reply:
        """Call with raw bytes; see `call`."""
        waits = SECONDS_BETWEEN_TRIES if patient else ()
        for wait in (*waits, None):
            try:
                reply = self._wire.send(method, path, {**self._headers, **headers}, data)
                if reply.status < 300:
                    return reply
                trouble: Exception = Refused(reply.status, _text(reply))
                passing = reply.status >= 500 or reply.status == 429
            except NoAnswer as error:
                trouble, passing = error, True
            if wait is None or not passing:
                raise trouble
            time.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def open(self) -> None:
        """Open the connection before there is anything to say; raises NoAnswer."""
        self._wire.open()

    def close(self) -> None:
        """Close the connection."""
        self._wire.close()


def _encoded(body: Any) -> tuple[bytes, dict[str, str]]:
    if body is None:
        return b"", {}
    return json.dumps(body).encode(), {"Content-Type": "application/json"}


def _text(reply: Reply) -> str:
    try:
        return json.dumps(reply.json())
    except ValueError:
        return reply.body.decode(errors="replace")
