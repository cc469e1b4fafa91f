"""The door that does what networks do, in front of a real server on 127.0.0.1."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from qcportal.demo.chaos.doors import EVERY, KINDS, S3Trouble
from qcportal.demo.chaos.kinds import Tally
from qcportal.demo.chaos.proxy import Door, Ill, Manner, Request
from qcportal.demo.wire import NoAnswer, Wire


class Server:
    """Keeps what it was sent, and answers with as many bytes."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.port = 0


@contextmanager
def serving() -> Iterator[Server]:
    """Serve inside the block."""
    kept = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(201)
            self.send_header("x-host", self.headers["Host"])
            self.end_headers()
            self.wfile.write(kept.bodies[-1])

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def behind(*ills: Ill) -> Iterator[tuple[Server, Wire, list[tuple[int, Ill]]]]:
    """Give a server behind a door whose next exchanges have these ills."""
    left, seen = list(ills), list[tuple[int, Ill]]()

    def saw(_request: Request, status: int, _answer: bytes, ill: Ill) -> None:
        seen.append((status, ill))

    manner = Manner(lambda _: left.pop(0) if left else Ill.NONE, lambda: 0.01, saw)
    with serving() as server, Door(server.port, manner) as door:
        yield server, Wire(door.url), seen


def test_what_is_well_goes_through_unchanged() -> None:
    with behind() as (server, wire, seen):
        reply = wire.send("POST", "/bucket", {"X-Signed": "as it is"}, b"photo" * 1000)
        assert (reply.status, reply.body) == (201, b"photo" * 1000)
        assert server.bodies == [b"photo" * 1000]
        assert reply.headers["x-host"].startswith("127.0.0.1:")
        assert seen == [(201, Ill.NONE)]


def test_a_refusal_never_reaches_the_server() -> None:
    with behind(Ill.REFUSED) as (server, wire, _):
        assert wire.send("POST", "/", {}, b"photo").status == 503
        assert wire.send("POST", "/", {}, b"photo").status == 201
        assert server.bodies == [b"photo"]


def test_a_cut_stores_nothing_and_a_lost_answer_does() -> None:
    with behind(Ill.CUT, Ill.ANSWER_LOST, Ill.SLOW) as (server, wire, seen):
        for _ in range(2):
            with pytest.raises(NoAnswer):
                wire.send("POST", "/", {}, b"photo")
        assert wire.send("POST", "/", {}, b"photo").status == 201
        assert len(server.bodies) == 2
        assert seen == [(0, Ill.CUT), (201, Ill.ANSWER_LOST), (201, Ill.SLOW)]


def test_a_server_that_is_away_is_a_cut() -> None:
    with serving() as server:
        port = server.port
    with Door(port, Manner(lambda _: Ill.NONE)) as door, pytest.raises(NoAnswer):
        Wire(door.url).send("POST", "/", {}, b"photo")


def test_the_troubles_of_s3_come_by_number_and_end_when_it_is_calm() -> None:
    request, tally = Request(b"GET / HTTP/1.1\r\n\r\n", b""), Tally()
    first, again = (S3Trouble(7, "phones", tally).manner() for _ in range(2))
    ills = [first.ail(request) for _ in range(200)]
    assert ills == [again.ail(request) for _ in range(200)]
    assert {*EVERY, Ill.NONE} == set(ills)
    for ill in ills:
        first.saw(request, 200, b"", ill)
    assert all(tally[kind] for kind in KINDS.values())
    calm = S3Trouble(7, "phones", tally)
    calm.calm = True
    assert {calm.manner().ail(request) for _ in range(200)} == {Ill.NONE}
