"""Guarded fetching of addresses that strangers wrote: https and public places only, and bounded.

The name is resolved once and the connection goes to the very address that was looked at, so that
no second answer of a name server can lead it elsewhere; each redirect is looked at anew.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

HTTPS_PORT = 443
MOST_REDIRECTS = 3
SILENT_SECONDS = 5.0
_REDIRECTS = {301, 302, 303, 307, 308}
_PIECE = 65_536
# What hides an IPv4 address in an IPv6 one: NAT64 (RFC 6052, 8215), 6to4 (RFC 3056).
_TRANSLATED = tuple(
    ipaddress.IPv6Network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16")
)

Resolve = Callable[..., list[tuple[Any, ...]]]


class FetchRefused(Exception):
    """What an address gave, or did not give, is no use; the text is a sentence for people."""


@dataclass(frozen=True)
class Fetcher:
    """Fetches over https: at most `most_bytes` in at most `seconds`, redirects included.

    `loopback` also allows this machine, on any port, and is for tests alone.
    """

    most_bytes: int = 10_485_760
    seconds: float = 15.0
    loopback: bool = False
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    resolve: Resolve = socket.getaddrinfo

    def fetch(self, address: str) -> bytes:
        """Give the body that stands at an address, or raise FetchRefused with the reason."""
        call = _Call(self)
        timer = threading.Timer(self.seconds, call.end)
        timer.start()
        try:
            return call.follow(address)
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            raise FetchRefused(_said(error, call.ended)) from error
        finally:
            timer.cancel()
            call.close()


class _Call:
    """One fetch with the socket it holds, so that another thread can end it in time."""

    def __init__(self, fetcher: Fetcher) -> None:
        self.fetcher = fetcher
        self.ended = False
        self._socket: socket.socket | None = None

    def follow(self, address: str) -> bytes:
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._ask(address)
            if answer.status not in _REDIRECTS:
                return self._read(answer)
            address = urljoin(address, answer.headers.get("Location", ""))
            self.close()
        raise FetchRefused(f"The address leads on more than {MOST_REDIRECTS} times.")

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
        if self._socket is not None:
            self._socket.close()

    def _ask(self, address: str) -> http.client.HTTPResponse:
        place, port = _read_address(address, loopback=self.fetcher.loopback)
        self._socket = self._connect(str(place.hostname), port)
        if self.ended:
            raise TimeoutError
        target = (place.path or "/") + (f"?{place.query}" if place.query else "")
        lines = f"GET {target} HTTP/1.1\r\nHost: {place.netloc}\r\nAccept: image/*\r\n"
        lines += "Accept-Encoding: identity\r\nUser-Agent: qcportal\r\nConnection: close\r\n\r\n"
        self._socket.sendall(lines.encode("ascii"))
        answer = http.client.HTTPResponse(self._socket, method="GET")
        answer.begin()
        return answer

    def _connect(self, host: str, port: int) -> socket.socket:
        number = _public_address(self.fetcher, host, port)
        plain = socket.create_connection((number, port), timeout=SILENT_SECONDS)
        self._socket = plain
        return self.fetcher.context.wrap_socket(plain, server_hostname=host)

    def _read(self, answer: http.client.HTTPResponse) -> bytes:
        most = self.fetcher.most_bytes
        if answer.status != 200:
            raise FetchRefused(f"The address answered with status {answer.status}.")
        if (answer.length or 0) > most:
            raise FetchRefused(_too_large(most))
        data = bytearray()
        while piece := answer.read(_PIECE):
            data += piece
            if len(data) > most:
                raise FetchRefused(_too_large(most))
        if self.ended:
            raise TimeoutError
        return bytes(data)


def _read_address(address: str, *, loopback: bool) -> tuple[SplitResult, int]:
    try:
        place = urlsplit(address)
        port = place.port or HTTPS_PORT
    except ValueError:
        raise FetchRefused("This is not an address.") from None
    if place.scheme != "https":
        raise FetchRefused("Only https addresses are fetched.")
    if not place.hostname or place.username is not None:
        raise FetchRefused("This is not a plain https address.")
    if not all("!" <= letter <= "~" for letter in address):
        raise FetchRefused("This is not a plain https address.")
    if port != HTTPS_PORT and not loopback:
        raise FetchRefused("Only the usual port of https is fetched from.")
    return place, port


def _public_address(fetcher: Fetcher, host: str, port: int) -> str:
    """Resolve a name once; every address that it has must be a public one."""
    try:
        found = fetcher.resolve(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchRefused(f"No machine is named {host[:80]}.") from None
    numbers = [str(each[4][0]).partition("%")[0] for each in found]
    if not numbers or not all(is_public(number) or _is_ours(fetcher, number) for number in numbers):
        raise FetchRefused(f"{host[:80]} is not a public address.")
    return numbers[0]


def _is_ours(fetcher: Fetcher, number: str) -> bool:
    return fetcher.loopback and ipaddress.ip_address(number).is_loopback


def is_public(number: str) -> bool:
    """Tell whether an IP address is one of the open internet, however it is wrapped."""
    address = ipaddress.ip_address(number)
    if isinstance(address, ipaddress.IPv6Address):
        if any(address in net for net in _TRANSLATED) or address.teredo:
            return False
        address = address.ipv4_mapped or address
    return address.is_global and not address.is_multicast


def _too_large(most: int) -> str:
    return f"It is larger than {most // 1_048_576} MB."


def _said(error: Exception, ended: bool) -> str:
    if ended or isinstance(error, TimeoutError):
        return "It did not come in time."
    if isinstance(error, ssl.SSLError):
        return "Its certificate is not one that browsers trust."
    return "The connection broke off, or what came is not HTTP."
