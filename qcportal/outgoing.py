"""Guarded calls to addresses that strangers wrote: https and public places only, and bounded.

The name is resolved once and the connection goes to the very address that was looked at, so that
no second answer of a name server can lead it elsewhere.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from qcportal.language import gettext as _

HTTPS_PORT = 443
SILENT_SECONDS = 5.0
_PIECE = 65_536
# What hides an IPv4 address in an IPv6 one: NAT64 (RFC 6052, 8215), 6to4 (RFC 3056).
_TRANSLATED = tuple(
    ipaddress.IPv6Network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16")
)

Resolve = Callable[..., list[tuple[Any, ...]]]


class CallRefused(Exception):
    """An address may not be called, or gave no usable answer; the text is a sentence for people."""


@dataclass(frozen=True)
class Gate:
    """What leads out: `seconds` for a whole call, however many addresses it goes to.

    `loopback` also allows this machine, on any port, and is for tests alone.
    """

    seconds: float = 15.0
    loopback: bool = False
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    resolve: Resolve = socket.getaddrinfo


@dataclass(frozen=True)
class Question:
    """What is asked of an address."""

    method: str
    address: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Call:
    """One call with the socket it holds, so that another thread can end it in time."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.ended = False
        self._socket: socket.socket | None = None

    def ask(self, question: Question) -> http.client.HTTPResponse:
        """Ask, and give the answer with its body still to be read."""
        self.close()
        place, port = read_address(question.address, loopback=self.gate.loopback)
        self._socket = self._connect(str(place.hostname), port)
        if self.ended:
            raise TimeoutError
        self._socket.sendall(_head(question, place) + question.body)
        answer = http.client.HTTPResponse(self._socket, method=question.method)
        answer.begin()
        return answer

    def read(self, answer: http.client.HTTPResponse, most: int) -> bytes:
        """Read a body, no further than one byte past `most`."""
        data = bytearray()
        while len(data) <= most and (piece := answer.read(min(_PIECE, most + 1 - len(data)))):
            data += piece
        if self.ended:
            raise TimeoutError
        return bytes(data)

    def end(self) -> None:
        """Break off, from the timer's thread: whoever waits for the socket gets an error."""
        self.ended = True
        held = self._socket
        if held is not None:
            try:
                held.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self) -> None:
        """Let go of the connection."""
        if self._socket is not None:
            self._socket.close()

    def _connect(self, host: str, port: int) -> socket.socket:
        number = _public_address(self.gate, host, port)
        plain = socket.create_connection((number, port), timeout=SILENT_SECONDS)
        self._socket = plain
        wait = max(SILENT_SECONDS, self.gate.seconds)  # the timer ends it earlier
        plain.settimeout(wait)
        return self.gate.context.wrap_socket(plain, server_hostname=host)


@contextmanager
def calling(gate: Gate) -> Iterator[Call]:
    """Make calls through the gate, all of them within its seconds; raises CallRefused."""
    call = Call(gate)
    timer = threading.Timer(gate.seconds, call.end)
    timer.daemon = True
    timer.start()
    try:
        yield call
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise CallRefused(_said(error, call.ended)) from error
    finally:
        timer.cancel()
        call.close()


def read_address(address: str, *, loopback: bool = False) -> tuple[SplitResult, int]:
    """Take a plain https address apart, or raise CallRefused with what is wrong with it."""
    try:
        place = urlsplit(address)
        port = place.port or HTTPS_PORT
    except ValueError:
        raise CallRefused(_("This is not an address.")) from None
    if place.scheme != "https":
        raise CallRefused(_("Only https addresses are called."))
    if not place.hostname or place.username is not None:
        raise CallRefused(_("This is not a plain https address."))
    if not all("!" <= letter <= "~" for letter in address):
        raise CallRefused(_("This is not a plain https address."))
    if port != HTTPS_PORT and not loopback:
        raise CallRefused(_("Only the usual port of https is called."))
    return place, port


def is_public(number: str) -> bool:
    """Tell whether an IP address is one of the open internet, however it is wrapped."""
    address = ipaddress.ip_address(number)
    if isinstance(address, ipaddress.IPv6Address):
        if any(address in net for net in _TRANSLATED) or address.teredo:
            return False
        address = address.ipv4_mapped or address
    return address.is_global and not address.is_multicast


def _head(question: Question, place: SplitResult) -> bytes:
    target = (place.path or "/") + (f"?{place.query}" if place.query else "")
    fields = {"Host": place.netloc, "Accept-Encoding": "identity", "User-Agent": "qcportal"}
    if question.body or question.method == "POST":
        fields["Content-Length"] = str(len(question.body))
    lines = [f"{question.method} {target} HTTP/1.1"]
    every = {**fields, **question.headers, "Connection": "close"}
    lines += [f"{name}: {text}" for name, text in every.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _public_address(gate: Gate, host: str, port: int) -> str:
    """Resolve a name once; every address that it has must be a public one."""
    try:
        found = gate.resolve(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise CallRefused(_("No machine is named %(host)s.", host=host[:80])) from None
    numbers = [str(each[4][0]).partition("%")[0] for each in found]
    if not numbers or not all(is_public(number) or _is_ours(gate, number) for number in numbers):
        raise CallRefused(_("%(host)s is not a public address.", host=host[:80]))
    return numbers[0]


def _is_ours(gate: Gate, number: str) -> bool:
    return gate.loopback and ipaddress.ip_address(number).is_loopback


def _said(error: Exception, ended: bool) -> str:
    if ended or isinstance(error, TimeoutError):
        return _("It did not come in time.")
    if isinstance(error, ssl.SSLError):
        return _("Its certificate is not one that browsers trust.")
    return _("The connection broke off, or what came is not HTTP.")
