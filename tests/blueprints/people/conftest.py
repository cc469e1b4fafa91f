"""People's pages with mail that stays in the outbox, where its links can be read."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from qcportal import mail
from qcportal.db import db
from qcportal.mail import Mail
from tests.mail.conftest import URL, desk
from tests.world import World


@pytest.fixture
def mailing(world: World) -> Iterator[World]:
    """The world of a portal that sends mail."""
    before = world.app.extensions["qcportal.settings"]
    changed = replace(before, mail_host="127.0.0.1", mail_from="a@b.example", public_url=URL)
    world.app.extensions["qcportal.settings"] = changed
    yield world
    world.app.extensions["qcportal.settings"] = before


def links(world: World) -> list[str]:
    """Give the path behind the button of every letter, oldest first."""
    with world.inside(commit=False):
        written = list(db.session.scalars(select(Mail).order_by(Mail.id)))
        texts = [str(mail.write_letter(each, desk(world))) for each in written]
    return [re.sub(r"=\n", "", text).split(URL)[1].split()[0].replace("=3D", "=") for text in texts]
