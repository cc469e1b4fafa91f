"""Addresses that strangers wrote lead to public places over https, or nowhere; in bounded time."""

import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qcportal.fetching import Fetcher
from qcportal.outgoing import CallRefused, Gate, is_public
from tests.certificates import make_certificate
from tests.https_server import Handler, resolving, served

NAME = "pictures.example"


class Pictures(Handler):
    def do_GET(self) -> None:
        kind, _, rest = self.path.lstrip("/").partition("/")
        if kind == "leads":
            self.send_response(302)
            self.send_header("Location", rest.replace("PORT", str(self.server.server_port)))
            self.end_headers()
        elif kind == "large":
            self.answer(b"x" * int(rest))
        elif kind == "endless":
            self.send_response(200)
            self.end_headers()
            for _ in range(100_000):
                self.wfile.write(b"x" * 65_536)
        elif kind == "drips":
            self.send_response(200)
            self.end_headers()
            for _ in range(100):
                self.wfile.write(b"x")
                time.sleep(0.05)
        elif kind == "status":
            self.send_response(int(rest))
            self.end_headers()
        else:
            self.answer(f"{self.path} {self.headers['Host']}".encode())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"), NAME)


@pytest.fixture(scope="module")
def port(certificate: Path) -> Iterator[int]:
    with served(certificate, Pictures) as server:
        yield server.server_port


@pytest.fixture
def fetcher(certificate: Path) -> Fetcher:
    context = ssl.create_default_context(cafile=str(certificate))
    gate = Gate(20.0, loopback=True, context=context, resolve=resolving("127.0.0.1"))
    return Fetcher(1000, gate)


def through(fetcher: Fetcher, **changes: object) -> Fetcher:
    return replace(fetcher, gate=replace(fetcher.gate, **changes))


def test_what_stands_at_an_address_is_given(fetcher: Fetcher, port: int) -> None:
    data = fetcher.fetch(f"https://{NAME}:{port}/a/b.jpg?size=2")
    assert data == f"/a/b.jpg?size=2 {NAME}:{port}".encode()
    assert fetcher.gate.resolve.asked == [NAME], "once"


def test_redirects_are_followed_each_looked_at_anew(fetcher: Fetcher, port: int) -> None:
    assert fetcher.fetch(f"https://{NAME}:{port}/leads//b.jpg").startswith(b"/b.jpg")
    chain = f"https://{NAME}:{port}/leads/" + f"https://{NAME}:PORT/leads/" * 4 + "end"
    with pytest.raises(CallRefused, match="more than 3 times"):
        fetcher.fetch(chain)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (f"http://{NAME}/b.jpg", "Only https"),
        ("file:///etc/passwd", "Only https"),
        ("https://169.254.169.254/latest/meta-data", "not a public"),
        ("https://[::ffff:10.0.0.1]/b.jpg", "not a public"),
        ("https://someone@pictures.example/b.jpg", "plain https"),
    ],
)
def test_a_redirect_leads_nowhere_that_an_address_may_not(
    fetcher: Fetcher, port: int, target: str, words: str
) -> None:
    def resolve(host: str, number: int, **options: object) -> list:
        if host == NAME:
            return resolving("127.0.0.1")(host, number)
        return socket.getaddrinfo(host, number, **options)

    with pytest.raises(CallRefused, match=words):
        through(fetcher, resolve=resolve).fetch(f"https://{NAME}:{port}/leads/{target}")


@pytest.mark.parametrize("path", ["large/1001", "endless/"])
def test_what_is_too_large_is_not_read_to_the_end(fetcher: Fetcher, port: int, path: str) -> None:
    with pytest.raises(CallRefused, match="larger than"):
        fetcher.fetch(f"https://{NAME}:{port}/{path}")


def test_the_largest_that_fits_is_taken(fetcher: Fetcher, port: int) -> None:
    assert len(fetcher.fetch(f"https://{NAME}:{port}/large/1000")) == 1000


def test_what_drips_is_broken_off(fetcher: Fetcher, port: int) -> None:
    with pytest.raises(CallRefused, match="in time"):
        through(fetcher, seconds=0.3).fetch(f"https://{NAME}:{port}/drips/")


@pytest.mark.parametrize("status", [404, 500, 204])
def test_other_answers_are_told(fetcher: Fetcher, port: int, status: int) -> None:
    with pytest.raises(CallRefused, match=str(status)):
        fetcher.fetch(f"https://{NAME}:{port}/status/{status}")


def test_a_certificate_that_nobody_trusts_is_refused(fetcher: Fetcher, port: int) -> None:
    with pytest.raises(CallRefused, match="certificate"):
        through(fetcher, context=ssl.create_default_context()).fetch(f"https://{NAME}:{port}/a")


def test_a_closed_door_is_told(fetcher: Fetcher) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        with pytest.raises(CallRefused, match="broke off"):
            fetcher.fetch(f"https://{NAME}:{held.getsockname()[1]}/a")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "pictures.example/a.jpg",
        f"http://{NAME}/a.jpg",
        "ftp://pictures.example/a.jpg",
        "https://",
        "https://pictures.example:99999/",
        "https://pictures.example:8443/a.jpg",
        "https://user:secret@pictures.example/a.jpg",
        "https://pictures.example/a b.jpg",
        "https://pictures.example/a\r\nHost: other",
        "https://bücher.example/a.jpg",
        "https://[::1/a.jpg",
    ],
)
def test_only_plain_https_addresses_are_tried(address: str) -> None:
    resolve = resolving("93.184.216.34")
    with pytest.raises(CallRefused):
        Fetcher(gate=Gate(resolve=resolve)).fetch(address)
    assert resolve.asked == []


@pytest.mark.parametrize(
    "numbers",
    [("127.0.0.1",), ("10.1.2.3",), ("169.254.169.254",), ("93.184.216.34", "192.168.0.1"), ()],
)
def test_a_name_with_any_address_of_our_own_is_refused(numbers: tuple[str, ...]) -> None:
    with pytest.raises(CallRefused, match="not a public"):
        Fetcher(gate=Gate(resolve=resolving(*numbers))).fetch(f"https://{NAME}/a.jpg")


def test_a_name_that_nobody_knows_is_told() -> None:
    def unknown(*_arguments: object, **_options: object) -> list:
        raise socket.gaierror("unknown")

    with pytest.raises(CallRefused, match="No machine"):
        Fetcher(gate=Gate(resolve=unknown)).fetch(f"https://{NAME}/a.jpg")


@pytest.mark.parametrize(
    ("number", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("::ffff:93.184.216.34", True),
        ("0.0.0.0", False),
        ("100.64.0.1", False),
        ("172.16.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("ff02::1", False),
    ],
)
def test_which_addresses_are_public(number: str, public: bool) -> None:
    assert is_public(number) is public
