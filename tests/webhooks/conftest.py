"""A merchant's own endpoint: real https on this machine, which answers as it is told to."""

import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from qcportal import accounts, webhooks
from qcportal.db import db
from qcportal.history import Actor
from qcportal.outgoing import Gate
from qcportal.webhooks import EndpointFields, Post, WebhookEndpoint
from tests.certificates import make_certificate
from tests.https_server import Handler, Server, resolving, served
from tests.world import Store, World

NAME = "erp.example"
OWNER = Actor("user", "1", "Owner")


@dataclass
class Inbox:
    """What came, and what is answered: the next of `answers`, else 200."""

    port: int = 0
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    always: int = 200

    @property
    def url(self) -> str:
        return f"https://{NAME}:{self.port}/hooks?shop=1"


class Endpoint(Handler):
    def do_POST(self) -> None:
        inbox: Inbox = self.server.inbox
        body = self.rfile.read(int(self.headers["Content-Length"]))
        inbox.got.append(({name.lower(): text for name, text in self.headers.items()}, body))
        status, headers, text = inbox.answers.pop(0) if inbox.answers else (inbox.always, {}, b"ok")
        self.answer(text, status, **headers)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"), NAME)


@pytest.fixture(scope="module")
def server(certificate: Path) -> Iterator[Server]:
    with served(certificate, Endpoint) as server:
        yield server


@pytest.fixture
def inbox(server: Server) -> Inbox:
    server.inbox = Inbox(server.server_port)
    return server.inbox


@pytest.fixture
def gate(certificate: Path) -> Gate:
    context = ssl.create_default_context(cafile=str(certificate))
    return Gate(10.0, loopback=True, context=context, resolve=resolving("127.0.0.1"))


@dataclass
class Hooks:
    """What a test does with the webhooks of a merchant."""

    world: World
    gate: Gate
    inbox: Inbox

    def endpoint(self, *event_types: str, store: Store | None = None) -> WebhookEndpoint:
        """Add an endpoint that leads to the inbox; its port is one that only tests may call."""
        with self.world.inside():
            merchant = accounts.get_merchant((store or self.world.a).id)
            fields = EndpointFields(f"https://{NAME}/hooks", event_types)
            made = webhooks.create(merchant, fields, by=OWNER)
            made.url = self.inbox.url
        return made

    def deliver(self) -> int:
        """Send all that is due now."""
        with self.world.inside():
            return webhooks.deliver_due(Post(db.session.commit, threading.Event(), self.gate))


@pytest.fixture
def hooks(world: World, gate: Gate, inbox: Inbox) -> Hooks:
    return Hooks(world, gate, inbox)
