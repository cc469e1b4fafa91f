"""Browser sessions: how they end, and the throttle of failed sign-ins."""

from datetime import timedelta

import pytest

from qcportal import accounts, clock, errors, sessions
from qcportal.accounts import User
from qcportal.db import db
from qcportal.sessions import Browser
from tests.world import World

PHONE = Browser("10.0.0.7", "Firefox on Linux")


def person(world: World, email: str) -> User:
    found = accounts.find_user_by_email(email)
    assert found is not None
    return found


def begun(world: World, email: str) -> str:
    """Start a session; gives the cookie's secret."""
    with world.inside():
        return sessions.start(person(world, email), PHONE)[1]


@pytest.mark.parametrize(("who", "idle"), [("owner", 12 * 60), ("admin", 30)])
def test_a_session_dies_of_idleness(world: World, who: str, idle: int) -> None:
    secret = begun(world, world.a.owner if who == "owner" else world.admin)
    with world.inside(commit=False):
        with clock.frozen(clock.now() + timedelta(minutes=idle - 1)):
            assert sessions.find_session(secret) is not None
        with clock.frozen(clock.now() + timedelta(minutes=idle)):
            assert sessions.find_session(secret) is None


def test_a_session_that_is_used_all_day_dies_after_a_day(world: World) -> None:
    secret, start = begun(world, world.a.owner), clock.now()
    for hour in range(1, 24):
        with clock.frozen(start + timedelta(hours=hour)), world.inside():
            session = sessions.find_session(secret)
            assert session is not None, hour
            sessions.touch(session.id)
    with clock.frozen(start + timedelta(hours=24, seconds=1)), world.inside():
        assert sessions.find_session(secret) is None


def test_a_closed_account_ends_what_is_signed_in(world: World) -> None:
    secret = begun(world, world.a.viewer)
    with world.inside():
        user = person(world, world.a.viewer)
        accounts.deactivate(user, by=user.actor)
    with world.inside(commit=False):
        assert sessions.find_session(secret) is None


def test_the_secret_is_not_kept(world: World) -> None:
    secret = begun(world, world.a.owner)
    with world.inside(commit=False):
        session = sessions.find_session(secret)
        assert session is not None
        kept = [str(value) for value in vars(session).values()]
        assert not any(secret in value for value in kept)


def test_nobody_ends_the_session_of_another(world: World) -> None:
    secret = begun(world, world.a.owner)
    with world.inside():
        session = sessions.find_session(secret)
        assert session is not None
        with pytest.raises(errors.NotFound):
            sessions.end(session.id, of=person(world, world.b.owner))
        sessions.end(session.id, of=person(world, world.a.owner))
        db.session.expunge_all()
        assert sessions.find_session(secret) is None


def test_ten_failures_close_the_account_for_a_while_from_everywhere(world: World) -> None:
    with world.inside():
        for number in range(10):
            sessions.check_throttle("owner@fern.example", Browser(f"10.0.1.{number}", ""))
            sessions.record_failure("Owner@Fern.example ", Browser(f"10.0.1.{number}", ""))
            db.session.flush()
        with pytest.raises(errors.TooMany) as refused:
            sessions.check_throttle("owner@fern.example", PHONE)
        assert 0 < refused.value.retry_after <= 900
        sessions.check_throttle("somebody.else@fern.example", PHONE)
        with clock.frozen(clock.now() + timedelta(minutes=16)):
            sessions.check_throttle("owner@fern.example", PHONE)


def test_fifty_failures_close_an_address(world: World) -> None:
    with world.inside():
        for number in range(50):
            sessions.record_failure(f"guess{number}@fern.example", PHONE)
            db.session.flush()
        with pytest.raises(errors.TooMany):
            sessions.check_throttle("fresh@fern.example", PHONE)
        sessions.check_throttle("fresh@fern.example", Browser("10.9.9.9", ""))
