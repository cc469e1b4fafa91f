"""Claims that cannot be right are found with room for bad clocks and positions, and only those."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from qcportal import clock, likeness
from qcportal.db import db
from qcportal.likeness.claims import (
    Claim,
    Limits,
    Spot,
    judge_place,
    judge_time,
    judge_way,
    metres,
)
from qcportal.photos import Photo
from tests.likeness.cases import a_hash, arrive, claim, findings, work
from tests.world import World

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PUNE, MUMBAI = (18.5204, 73.8567), (19.0760, 72.8777)
LIMITS = Limits(150, 5000)
RIGHT = Claim(
    taken_at=NOON,
    spot=Spot(NOON, *PUNE, 10.0),
    mock=False,
    stored_at=NOON + timedelta(seconds=9),
    registered_at=NOON - timedelta(days=2),
    visited_at=NOON - timedelta(minutes=3),
    door=PUNE,
)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def test_distances_are_those_of_the_earth() -> None:
    assert metres(PUNE, MUMBAI) == pytest.approx(120_000, rel=0.02)
    assert metres(PUNE, PUNE) == 0
    assert metres((0, 180), (0, -180)) == pytest.approx(0, abs=1e-6)


def test_a_plain_visit_is_in_order() -> None:
    assert judge_time(RIGHT) is None
    assert judge_place(RIGHT, LIMITS) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"taken_at": NOON + minutes(4)}, None),
        ({"taken_at": NOON + minutes(6)}, "after_storing"),
        ({"taken_at": NOON - timedelta(days=2, minutes=4), "visited_at": None}, None),
        ({"taken_at": NOON - timedelta(days=2, minutes=6)}, "before_registration"),
        ({"taken_at": NOON - timedelta(hours=11)}, None),
        ({"taken_at": NOON - timedelta(hours=13)}, "before_visit"),
        ({"taken_at": None}, None),
        ({"stored_at": None, "taken_at": NOON + minutes(60)}, None),
        # Hours without a network: the file came late, and that is no fault.
        ({"stored_at": NOON + timedelta(hours=30)}, None),
    ],
)
def test_a_time_is_wrong_only_beyond_the_room_for_clocks(
    changes: dict[str, Any], reason: str | None
) -> None:
    found = judge_time(replace(RIGHT, **changes))
    assert (found["reason"] if found else None) == reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"mock": True}, "mock"),
        ({"spot": Spot(NOON, *MUMBAI, 10.0)}, "far"),
        ({"spot": Spot(NOON, *MUMBAI, 200_000.0)}, None),
        ({"spot": Spot(NOON, *MUMBAI), "door": None}, None),
        ({"spot": None}, None),
    ],
)
def test_a_place_is_doubted_for_what_the_phone_says(
    changes: dict[str, Any], reason: str | None
) -> None:
    found = judge_place(replace(RIGHT, **changes), LIMITS)
    assert (found["reason"] if found else None) == reason


@pytest.mark.parametrize(
    ("gap", "accuracy", "fast"),
    [(10, 10.0, True), (30, 10.0, True), (60, 10.0, False), (10, 70_000.0, False)],
)
def test_a_way_is_too_fast_only_beyond_accuracy_and_limit(
    gap: int, accuracy: float, fast: bool
) -> None:
    one = Spot(NOON, *PUNE, accuracy)
    other = Spot(NOON + minutes(gap), *MUMBAI, accuracy)
    assert bool(judge_way(one, other, LIMITS)) == fast == bool(judge_way(other, one, LIMITS))


def test_a_limit_of_nothing_asks_nobody() -> None:
    far = replace(RIGHT, spot=Spot(NOON, *MUMBAI, 1.0))
    never = Limits(0, 0)
    assert judge_place(far, never) is None
    assert judge_way(Spot(NOON, *PUNE), Spot(NOON, *MUMBAI), never) is None


def at(place: tuple[float, float], *, mock: bool = False) -> dict[str, Any]:
    return {"latitude": place[0], "longitude": place[1], "accuracy_m": 8.0, "mock": mock}


def a_visit(world: World, seed: int, when: datetime, **claims: Any) -> dict[str, Any]:
    """Register some time before, then let one photo arrive that is claimed as told."""
    with clock.frozen(when - timedelta(hours=2)):
        form = arrive(world, a_hash(seed))
    with clock.frozen(when + timedelta(hours=1)):
        claim(world, form, captured_at=when.isoformat(), **claims)
    return form


def check(world: World, when: datetime) -> list[Any]:
    for later in (minutes(61), timedelta(hours=3)):
        with clock.frozen(when + later):
            work(world)
    return findings(world)


def settle_times(world: World) -> None:
    """Let every file have come after it was taken: these tests are about places."""
    with world.inside():
        for photo in db.session.query(Photo).where(Photo.captured_at.is_not(None)):
            photo.stored_at = photo.captured_at + timedelta(seconds=5)


def test_an_executive_in_two_towns_within_minutes_is_found_once(world: World) -> None:
    now = clock.now() - timedelta(days=1)
    first = a_visit(world, 21, now, location=at(PUNE))
    second = a_visit(world, 22, now + minutes(10), location=at(MUMBAI))
    settle_times(world)
    (found,) = check(world, now + minutes(10))
    assert (found.kind, found.facts["reason"]) == ("impossible_travel", "speed")
    assert found.facts["kmh"] > 600
    assert {str(found.photo_id), str(found.other_photo_id)} == {
        first["photo_id"], second["photo_id"],
    }  # fmt: skip


def test_two_executives_may_be_in_two_towns(world: World) -> None:
    now = clock.now() - timedelta(days=1)
    a_visit(world, 23, now, location=at(PUNE))
    other = world.other_device_token
    with clock.frozen(now - timedelta(hours=2)):
        form = arrive(world, a_hash(24), token=other)
    with clock.frozen(now + timedelta(hours=1)):
        claim(world, form, captured_at=now.isoformat(), location=at(MUMBAI))
    settle_times(world)
    assert check(world, now) == []


def test_a_made_up_place_is_found_and_nothing_follows(world: World) -> None:
    now = clock.now() - timedelta(days=1)
    form = a_visit(world, 25, now, location=at(PUNE, mock=True))
    settle_times(world)
    before = world.return_row(form["rvp"]["return_id"])
    (found,) = check(world, now)
    assert found.facts == {"reason": "mock"}
    after = world.return_row(form["rvp"]["return_id"])
    assert (after.revision, after.qc_state) == (before.revision, before.qc_state)


def test_a_photo_taken_after_its_file_came_is_found(world: World) -> None:
    now = clock.now() - timedelta(days=1)
    a_visit(world, 26, now)
    (found,) = check(world, now)
    assert (found.kind, found.facts["reason"]) == ("impossible_time", "after_storing")


def test_a_photo_that_nobody_ever_announces_leaves_the_queue_after_two_days(world: World) -> None:
    now = clock.now()
    arrive(world, a_hash(27))
    work(world)
    with clock.frozen(now + timedelta(days=3)):
        work(world)
    with world.inside():
        assert not any(likeness.is_any_at(stage) for stage in (0, 1, 2))
