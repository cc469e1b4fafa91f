"""The relay's callbacks, the phone's own calls and their repetitions commute.

Every photo is told the same set of messages in another order; in the end all photos hold the same
facts, and so do their returns.
"""

import hashlib
import itertools
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.world import World, a_capture, an_arrival, an_inspection

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
GOOD, OTHER = b"g" * 2000, b"o" * 3000
SET = ("stored_at", "sha256", "size", "version_id", "claimed_sha256", "refused_reason")
SET_AT = ("verified_at", "refused_at", "conflict_at", "captured_reported_at")
COUNTS = ("photos_wanted", "photos_here", "photos_coming", "photos_absent", "qc_state", "verdict")

Message = Callable[[World, dict[str, Any], dict[str, Any]], None]


def arrival(data: bytes, version: str, second: int) -> Message:
    return _with_metadata(data, version, second, hashlib.sha256(data).hexdigest())


def bare(data: bytes, version: str, second: int) -> Message:
    return _with_metadata(data, version, second, None)


def damaged(data: bytes, version: str, second: int) -> Message:
    return _with_metadata(data, version, second, hashlib.sha256(b"as sent").hexdigest())


def _with_metadata(data: bytes, version: str, second: int, declared: str | None) -> Message:
    def tell(world: World, _rvp: dict[str, Any], form: dict[str, Any]) -> None:
        stored_at = (AT + timedelta(seconds=second)).isoformat()
        metadata = {"photo-id": form["photo_id"]} | ({"sha256": declared} if declared else {})
        told = an_arrival(form, data, version_id=version, stored_at=stored_at, metadata=metadata)
        assert world.callback(told).status_code == 200

    return tell


def gone(version: str) -> Message:
    def tell(world: World, _rvp: dict[str, Any], form: dict[str, Any]) -> None:
        told = an_arrival(form, version_id=version, gone=True, sha256=None, size=None, metadata={})
        assert world.callback(told).status_code == 200

    return tell


def announcement(data: bytes) -> Message:
    def tell(world: World, rvp: dict[str, Any], form: dict[str, Any]) -> None:
        body = {"return_id": rvp["return_id"], "captures": [a_capture(form, data)]}
        assert world.field("POST", "/captures", body).status_code == 200

    return tell


def inspection(data: bytes) -> Message:
    def tell(world: World, rvp: dict[str, Any], form: dict[str, Any]) -> None:
        body = an_inspection(rvp, a_capture(form, data), client_inspection_id=rvp["return_id"])
        assert world.field("POST", "/inspections", body).status_code in {200, 201}

    return tell


STORIES = {
    "one photo, told thrice": [
        arrival(GOOD, "v1", 0), arrival(GOOD, "v1", 0), inspection(GOOD),
    ],
    "other bytes later": [
        arrival(GOOD, "v1", 0), arrival(OTHER, "v2", 9), inspection(GOOD), arrival(GOOD, "v1", 0),
    ],
    "the second was announced": [
        arrival(GOOD, "v1", 0), arrival(OTHER, "v2", 9), inspection(OTHER),
    ],
    "the first was never declared": [
        bare(GOOD, "v1", 0), arrival(OTHER, "v2", 9), inspection(OTHER),
    ],
    "nobody declared anything": [
        bare(GOOD, "v1", 0), bare(GOOD, "v2", 9), announcement(GOOD), inspection(GOOD),
    ],
    "the first was damaged": [
        damaged(OTHER, "v1", 0), arrival(GOOD, "v2", 9), inspection(GOOD),
    ],
    "the second was damaged": [
        bare(GOOD, "v1", 0), damaged(OTHER, "v2", 9), announcement(GOOD), inspection(GOOD),
    ],
    "two were unfit": [
        damaged(OTHER, "v1", 0), damaged(b"tiny", "v2", 9), inspection(GOOD),
    ],
    "gone for a moment": [
        gone("v1"), arrival(GOOD, "v1", 0), inspection(GOOD),
    ],
}  # fmt: skip


def facts_of(world: World, rvp: dict[str, Any]) -> dict[str, Any]:
    photo, row = world.photo_rows(rvp["return_id"])["front"], world.return_row(rvp["return_id"])
    facts = {name: getattr(photo, name) for name in SET}
    facts |= {name: getattr(photo, name) is not None for name in SET_AT}
    return facts | {name: getattr(row, name) for name in COUNTS}


@pytest.mark.parametrize("story", STORIES)
def test_no_order_of_the_same_messages_changes_the_facts(world: World, story: str) -> None:
    orders = list(itertools.permutations(STORIES[story]))
    picked = [orders[0], orders[-1], *random.Random(7).sample(orders, min(6, len(orders)))]
    seen = []
    for order in picked:
        rvp = world.register()
        world.assign(rvp["return_id"])
        form = world.forms(rvp["return_id"])["front"]
        for message in order:
            message(world, rvp, form)
        seen.append(facts_of(world, rvp))
    assert all(each == seen[0] for each in seen), [
        {name: value for name, value in each.items() if value != seen[0][name]} for each in seen
    ]


def test_told_in_one_call_or_in_two_comes_to_the_same(world: World) -> None:
    seen = []
    for together in (True, False):
        rvp = world.register()
        world.assign(rvp["return_id"])
        form = world.forms(rvp["return_id"])["front"]
        told = [
            an_arrival(form, OTHER, version_id="v2", stored_at=(AT + timedelta(1)).isoformat()),
            an_arrival(form, GOOD, version_id="v1", stored_at=AT.isoformat()),
        ]
        for call in [told] if together else [[each] for each in told]:
            assert world.callback(*call).status_code == 200
        seen.append(facts_of(world, rvp))
    assert seen[0] == seen[1]
