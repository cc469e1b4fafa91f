"""The network of a run: phones, Mumbai and the US, by namespaces where we may, else by shaping.

Each phone has an access link of its own. Servers listen on this machine's loopback; a door stands
for them on their host. Addresses are as a phone sees them, the one of the portal as Mumbai sees it.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from bench.article import namespaces
from bench.article.doors import Door, Doors, Way
from bench.article.namespaces import Namespace
from bench.article.pipe import Pipe
from bench.article.profiles import BACKBONE_RATE, MUMBAI, PHONE, US, Profile
from bench.article.router import Access, Router

HOST = "127.0.0.1"
MUMBAI_ADDRESS, US_ADDRESS = "10.77.0.2", "10.77.0.3"
FIRST_PORT = 8000
BACKBONE_QUEUE = 2_000_000


class Service(StrEnum):
    """What phones talk to."""

    S3 = "s3"
    FILES = "files"
    PORTAL = "portal"
    CONVENTIONAL = "conventional"

    @property
    def where(self) -> str:
        """Give the host that it is on."""
        return MUMBAI if self in {Service.S3, Service.FILES} else US


Ports = dict[Service, int]


@dataclass(frozen=True)
class Network:
    """What a run needs of its network.

    `enter(phone)` moves the calling thread to a phone, `cut(phone)` resets all its connections,
    `ocean_bytes()` counts what went to and from the US so far, and `origins[phone]` has an http
    origin per service.
    """

    kind: str
    origins: list[dict[Service, str]]
    portal_from_mumbai: str
    enter: Callable[[int], None]
    cut: Callable[[int], None]
    ocean_bytes: Callable[[], int]


@contextmanager
def opened(profile: Profile, ports: Ports, kind: str) -> Iterator[Network]:
    """Have a network inside the block; `kind` is namespaces, shaper or auto."""
    if kind == "auto":
        kind = "namespaces" if namespaces.possible() else "shaper"
    with ExitStack() as stack:
        doors = stack.enter_context(Doors())
        build = _by_namespaces if kind == "namespaces" else _by_shaping
        yield build(stack, doors, profile, ports)


def _by_namespaces(stack: ExitStack, doors: Doors, profile: Profile, ports: Ports) -> Network:
    """Give every host a namespace and let the kernel's own TCP cope with what is between them."""
    mumbai, us = _host(stack, MUMBAI_ADDRESS), _host(stack, US_ADDRESS)
    phones = [_host(stack, f"10.77.{1 + n // 200}.{1 + n % 200}") for n in range(profile.phones)]
    router = Router([*_servers(mumbai, us), *_phones(phones, profile)], profile.delay)
    router.start()
    stack.callback(router.stop)
    owners = {phone.address: number for number, phone in enumerate(phones)}
    origins = {}
    for port, (service, behind) in enumerate(ports.items(), FIRST_PORT):
        host = mumbai if service.where == MUMBAI else us
        listener = host.make(partial(_listener, host.address, port))
        doors.open(Door(listener, (HOST, behind), owners.get))
        origins[service] = f"http://{host.address}:{port}"
    port_of_portal = int(origins[Service.PORTAL].rpartition(":")[2])
    out = _listener(HOST, 0)
    leave = partial(mumbai.make, socket.socket)
    doors.open(Door(out, (us.address, port_of_portal), partial(_constant, None), leave=leave))
    return Network(
        kind="namespaces",
        origins=[origins] * profile.phones,
        portal_from_mumbai=_origin(out),
        enter=lambda phone: phones[phone].enter(),
        cut=doors.cut,
        ocean_bytes=lambda: router.ocean_bytes,
    )


def _host(stack: ExitStack, address: str) -> Namespace:
    host = Namespace(address)
    stack.callback(host.close)
    return host


def _servers(mumbai: Namespace, us: Namespace) -> Iterator[Access]:
    for where, host in ((MUMBAI, mumbai), (US, us)):
        up, down = (Pipe(BACKBONE_RATE, BACKBONE_QUEUE) for _ in range(2))
        yield Access(where, host.address, host.tun, up, down)


def _phones(phones: list[Namespace], profile: Profile) -> Iterator[Access]:
    for host in phones:
        up, down = Pipe(profile.up, profile.queue), Pipe(profile.down, profile.queue)
        loss, jitter = profile.loss, profile.jitter
        yield Access(PHONE, host.address, host.tun, up, down, loss, jitter)


def _by_shaping(stack: ExitStack, doors: Doors, profile: Profile, ports: Ports) -> Network:
    """Give every phone doors of its own, which share its two directions of access link."""
    ocean = [0]

    def count(size: int) -> None:
        ocean[0] += size

    origins: list[dict[Service, str]] = []
    for phone in range(profile.phones):
        up, down = Pipe(profile.up), Pipe(profile.down)
        own: dict[Service, str] = {}
        for service, behind in ports.items():
            delay = profile.delay(PHONE, service.where)
            way = Way(up, down, delay, count if service.where == US else _ignore)
            listener = _listener(HOST, 0)
            doors.open(Door(listener, (HOST, behind), partial(_constant, phone), way))
            own[service] = _origin(listener)
        origins.append(own)
    backbone = Way(Pipe(BACKBONE_RATE), Pipe(BACKBONE_RATE), profile.delay(MUMBAI, US), count)
    between = _listener(HOST, 0)
    doors.open(Door(between, (HOST, ports[Service.PORTAL]), partial(_constant, None), backbone))
    return Network(
        kind="shaper",
        origins=origins,
        portal_from_mumbai=_origin(between),
        enter=lambda _: None,
        cut=doors.cut,
        ocean_bytes=lambda: ocean[0],
    )


def _ignore(_size: int) -> None:
    """Count nothing."""


def _constant(owner: int | None, _peer: str) -> int | None:
    """Give whose connections are that come through a door of their own."""
    return owner


def _listener(host: str, port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener


def _origin(listener: socket.socket) -> str:
    host, port = listener.getsockname()
    return f"http://{host}:{port}"
