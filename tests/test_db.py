"""Connections of the pool that die, as when Postgres is restarted."""

import sys

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from qcportal.db import db, read_json
from tests.world import World

MODULE = sys.modules["qcportal.db"]  # the package's own `db` is the handle


def backend() -> int:
    """Give the server process behind the session's connection, and let the connection go."""
    pid = db.session.scalar(text("SELECT pg_backend_pid()"))
    db.session.rollback()
    return int(pid)


def end(world: World, pid: int) -> None:
    url = make_url(world.app.config["SQLALCHEMY_DATABASE_URI"])
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))


@pytest.mark.postgres
def test_a_connection_that_died_while_it_rested_is_replaced(
    pg_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MODULE, "RESTED_SECONDS", 0.0)
    with pg_world.inside():
        db.engine.dispose()  # a pool of several, as another test may leave it, takes turns
        first = backend()
        assert backend() == first
        end(pg_world, first)
        assert backend() != first


@pytest.mark.postgres
def test_one_that_was_used_a_moment_ago_is_not_asked_and_replaced_after_one_failure(
    pg_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MODULE, "RESTED_SECONDS", 3600.0)
    with pg_world.inside():
        db.engine.dispose()  # a pool of several, as another test may leave it, takes turns
        first = backend()
        end(pg_world, first)
        with pytest.raises(OperationalError):
            backend()
        db.session.rollback()
        assert backend() != first


def test_json_is_read_as_it_was_written_and_nobody_shares_an_empty_value() -> None:
    assert read_json('{"city": "Pune"}') == read_json(b'{"city": "Pune"}') == {"city": "Pune"}
    assert read_json('["\u0928"]'.encode()) == ["\u0928"]
    first = read_json(b"[]")
    first.append(1)
    assert read_json(b"[]") == [] and read_json("{}") == {}
