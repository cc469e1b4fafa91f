"""The networks of the bench: links as arithmetic, packets through the router, bytes by doors."""

import contextlib
import itertools
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from bench.article.doors import Door, Doors, Way
from bench.article.pipe import Pipe
from bench.article.profiles import MUMBAI, PHONE, PROFILES, US
from bench.article.router import Access, Router

NAMES = [*PROFILES]


def test_a_link_takes_as_long_as_its_rate_says() -> None:
    assert Pipe(8000).admit(1000, 5.0) == 6.0


def test_what_comes_while_a_link_is_busy_leaves_behind_it() -> None:
    pipe = Pipe(8000)
    assert [pipe.admit(500, 0.0), pipe.admit(500, 0.1)] == [0.5, 1.0]
    assert pipe.wait(0.25) == 0.75


def test_an_idle_link_saves_nothing_up() -> None:
    pipe = Pipe(8000)
    pipe.admit(1000, 0.0)
    assert pipe.admit(1000, 60.0) == 61.0
    assert pipe.wait(90.0) == 0.0


def test_a_full_queue_drops_and_has_room_again_later() -> None:
    pipe = Pipe(8000, queue=1500)
    taken = [pipe.admit(1000, 0.0) is not None for _ in range(4)]
    assert taken == [True, True, False, False]
    assert pipe.admit(1000, 1.0) == 3.0


@pytest.mark.parametrize("name", NAMES)
def test_a_phone_is_nearer_to_mumbai_than_to_the_us(name: str) -> None:
    profile = PROFILES[name]
    near, far = profile.delay(PHONE, MUMBAI), profile.delay(US, PHONE)
    assert far - near == pytest.approx(0.115)
    assert 2 * near == pytest.approx(profile.rtt + 0.020)
    assert profile.delay(MUMBAI, US) == 0.110


def test_two_hundred_kilobytes_take_eight_seconds_on_edge() -> None:
    assert PROFILES["edge"].seconds_to_send(200_000) == 8.0


# --- the router, over sockets that carry whole packets as a TUN device does ---------------------


class Host:
    """A host on a router under test: `wire` is its own end of what stands for a TUN device."""

    def __init__(self, where: str, last: int, rate: float = 1e9) -> None:
        self.wire, self.far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.far.setblocking(False)
        self.wire.settimeout(3)
        self.address = f"10.77.0.{last}"
        self.access = Access(where, self.address, self.far.fileno(), Pipe(rate), Pipe(rate))

    def packet_to(self, other: "Host", size: int = 100) -> bytes:
        head = bytes([0x45]) + bytes(11) + socket.inet_aton(self.address)
        return (head + socket.inet_aton(other.address)).ljust(size, b"x")


@pytest.fixture
def route() -> Iterator[Callable[..., Router]]:
    with ExitStack() as stack:

        def start(*hosts: Host, delay: float = 0.05) -> Router:
            router = Router([host.access for host in hosts], lambda *_: delay)
            router.start()
            for host in hosts:
                stack.enter_context(host.wire)
                stack.enter_context(host.far)
            stack.callback(router.stop)
            return router

        yield start


def test_a_packet_crosses_the_distance_and_stays_as_it_is(route: Callable[..., Router]) -> None:
    phone, us = Host(PHONE, 2), Host(US, 3)
    router = route(phone, us, delay=0.2)
    begun, packet = time.monotonic(), phone.packet_to(us)
    phone.wire.send(packet)
    assert us.wire.recv(2048) == packet
    assert 0.2 <= time.monotonic() - begun < 2
    assert router.ocean_bytes == len(packet)


def test_what_stays_in_india_crosses_no_ocean(route: Callable[..., Router]) -> None:
    phone, mumbai = Host(PHONE, 2), Host(MUMBAI, 3)
    router = route(phone, mumbai)
    phone.wire.send(phone.packet_to(mumbai))
    mumbai.wire.recv(2048)
    assert router.ocean_bytes == 0


def test_packets_never_overtake_each_other(route: Callable[..., Router]) -> None:
    phone, us = Host(PHONE, 2), Host(US, 3)
    route(phone, us)
    sent = [phone.packet_to(us, 60 + number) for number in range(40)]
    for packet in sent:
        phone.wire.send(packet)
    assert [us.wire.recv(2048) for _ in sent] == sent


def test_packets_for_nobody_and_other_protocols_vanish(route: Callable[..., Router]) -> None:
    phone, us, hidden = Host(PHONE, 2), Host(US, 3), Host(US, 99)
    route(phone, us)
    with hidden.wire, hidden.far:
        phone.wire.send(phone.packet_to(hidden))
    phone.wire.send(b"\x60" + bytes(59))
    packet = phone.packet_to(us)
    phone.wire.send(packet)
    assert us.wire.recv(2048) == packet


# --- doors, over real loopback connections --------------------------------------------------------


@pytest.fixture
def sink() -> Iterator[tuple[str, int]]:
    """Give the address of a server that answers with how many bytes it got before the end."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):  # it is shut down
                while True:
                    connection, _ = server.accept()
                    threading.Thread(target=_count, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def _count(connection: socket.socket) -> None:
    with connection, contextlib.suppress(OSError):
        size = sum(map(len, iter(lambda: connection.recv(65536), b"")))
        connection.sendall(str(size).encode())


@pytest.fixture
def doors() -> Iterator[Doors]:
    with Doors() as opened:
        yield opened


def open_door(doors: Doors, behind: tuple[str, int], way: Way | None = None) -> tuple[str, int]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    doors.open(Door(listener, behind, lambda _: 7, way))
    return listener.getsockname()


def send(address: tuple[str, int], size: int) -> tuple[str, float]:
    begun = time.monotonic()
    with socket.create_connection(address, timeout=20) as phone:
        phone.sendall(os.urandom(size))
        phone.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: phone.recv(4096), b""))
    return answer.decode(), time.monotonic() - begun


def test_a_door_hands_everything_on(doors: Doors, sink: tuple[str, int]) -> None:
    answer, _ = send(open_door(doors, sink), 3_000_000)
    assert answer == "3000000"


def test_half_the_rate_takes_twice_as_long(doors: Doors, sink: tuple[str, int]) -> None:
    counted = [0]

    def count(size: int) -> None:
        counted[0] += size

    seconds = []
    for rate in (800e3, 400e3):
        way = Way(Pipe(rate), Pipe(rate), 0.01, count)
        answer, taken = send(open_door(doors, sink, way), 60_000)
        assert answer == "60000"
        seconds.append(taken)
    assert seconds[0] >= 0.6
    assert 1.5 < seconds[1] / seconds[0] < 2.5
    assert counted[0] == 2 * (60_000 + len("60000"))


def test_a_distance_costs_two_round_trips(doors: Doors, sink: tuple[str, int]) -> None:
    """One for the handshake, one for question and answer."""
    delay = 0.1
    _, near = send(open_door(doors, sink, Way(Pipe(1e9), Pipe(1e9), 0.0)), 10)
    _, far = send(open_door(doors, sink, Way(Pipe(1e9), Pipe(1e9), delay)), 10)
    assert far >= 4 * delay
    assert far > 4 * near


def test_two_doors_of_a_phone_share_its_access_link(doors: Doors, sink: tuple[str, int]) -> None:
    shared = Pipe(400e3)
    addresses = [open_door(doors, sink, Way(shared, Pipe(1e9), 0.0)) for _ in range(2)]
    begun = time.monotonic()
    threads = [threading.Thread(target=send, args=(each, 20_000)) for each in addresses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - begun >= 0.8 * 0.95


def test_a_cut_resets_the_phone_and_keeps_the_server_from_the_rest(
    doors: Doors, sink: tuple[str, int]
) -> None:
    address = open_door(doors, sink, Way(Pipe(80e3), Pipe(80e3), 0.0))
    with socket.create_connection(address, timeout=20) as phone:
        phone.sendall(bytes(20_000))
        time.sleep(0.2)
        doors.cut(8)
        time.sleep(0.1)
        phone.sendall(bytes(100))  # another phone's trouble is none of this one's
        doors.cut(7)
        with pytest.raises(ConnectionResetError):
            for _ in itertools.count():
                phone.sendall(bytes(100))
                time.sleep(0.01)
    assert send(address, 100)[0] == "100"
