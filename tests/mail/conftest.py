"""A mail server, and a post that sends through it."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from qcportal import accounts, mail
from qcportal.accounts import User
from qcportal.db import db
from qcportal.mail import Desk, Mail, NewMail, Post, Server
from tests.conftest import make_settings
from tests.smtp_server import Postman, mail_server
from tests.world import World

SENDER = "Doorstep <portal@carrier.example>"
URL = "https://portal.example"


@pytest.fixture
def postman() -> Iterator[Postman]:
    with mail_server() as server:
        yield server


@pytest.fixture
def post(world: World, postman: Postman) -> Post:
    return post_to(world, Server("127.0.0.1", postman.port, "none", seconds=5))


def post_to(world: World, server: Server) -> Post:
    return Post(desk(world), partial(mail.connect, server), db.session.commit, threading.Event())


def desk(world: World) -> Desk:
    def render(name: str, values: Mapping[str, Any]) -> str:
        return world.app.jinja_env.get_template(name).render(values)

    return Desk(SENDER, URL, make_settings("sqlite://").secret_key, render)


def person(email: str) -> User:
    found = accounts.find_user_by_email(email)
    assert found is not None
    return found


def a_mail(address: str = "chitra@fern.example", **changes: Any) -> Mail:
    """Write a letter of one notice."""
    line = {
        "event": "dispute.opened", "merchant_id": "m", "merchant": "", "subject": "d1",
        "at": "2026-11-27T04:00:00+00:00", "data": {"number": "D-1001"},
    }  # fmt: skip
    data = {"name": "Chitra", "tz": "Asia/Kolkata", "admin": False, "lines": [line]}
    new = NewMail("notices", address, "en", data)
    return mail.write(replace(new, **changes))
