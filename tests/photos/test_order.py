"""The relay's callbacks, the phone's own calls and their repetitions commute.

Every photo is told the same set of messages in another order; in the end all photos hold the same
facts, and so do their returns.
"""

import hashlib
import itertools
import random
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

import pytest

from qcportal import history
from qcportal.db import db
from qcportal.photos import Photo, measures, readopt
from tests.world import World, a_capture, an_arrival, an_inspection

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
GOOD, OTHER = b"g" * 2000, b"o" * 3000
SET = ("stored_at", "sha256", "size", "version_id", "claimed_sha256", "refused_reason")
PICTURE = ("unreadable_reason", "width", "height", "thumbnails", "picture")
SET_AT = (
    "verified_at", "refused_at", "conflict_at", "captured_reported_at", "unreadable_at",
    "pictured_at",
)  # fmt: skip
COUNTS = ("photos_wanted", "photos_here", "photos_coming", "photos_absent", "qc_state", "verdict")

Message = Callable[[World, dict[str, Any], dict[str, Any]], None]


def arrival(data: bytes, version: str, second: int) -> Message:
    return _with_metadata(data, version, second, hashlib.sha256(data).hexdigest())


def bare(data: bytes, version: str, second: int) -> Message:
    return _with_metadata(data, version, second, None)


def damaged(data: bytes, version: str, second: int) -> Message:
    return _with_metadata(data, version, second, hashlib.sha256(b"as sent").hexdigest())


def _with_metadata(
    data: bytes,
    version: str,
    second: int,
    declared: str | None,
    image: dict[str, Any] | None = None,
) -> Message:
    def tell(world: World, _rvp: dict[str, Any], form: dict[str, Any]) -> None:
        stored_at = (AT + timedelta(seconds=second)).isoformat()
        metadata = {"photo-id": form["photo_id"]} | ({"sha256": declared} if declared else {})
        changes = {"version_id": version, "stored_at": stored_at, "metadata": metadata}
        told = an_arrival(form, data, **changes, image=image)
        assert world.callback(told).status_code == 200

    return tell


MEASURED = {
    "width": 800, "height": 600, "format": "JPEG", "dhash": "0123456789abcdef", "blur": 812.5,
    "brightness": 0.5, "dark": 0.01, "bright": 0.0, "thumbnails": [96, 320, 640, 1200],
}  # fmt: skip
BOMB, SLOW = {"refused": "too_many_pixels"}, {"refused": "too_slow"}


def pictured(data: bytes, version: str, second: int, image: dict[str, Any]) -> Message:
    """Tell an arrival again, with what was found in its picture."""
    return _with_metadata(data, version, second, hashlib.sha256(data).hexdigest(), image)


def bare_pictured(data: bytes, version: str, second: int, image: dict[str, Any]) -> Message:
    return _with_metadata(data, version, second, None, image)


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
    "measured after the call": [
        arrival(GOOD, "v1", 0), pictured(GOOD, "v1", 0, MEASURED), inspection(GOOD),
        arrival(GOOD, "v1", 0),
    ],
    "measured at the second try": [
        arrival(GOOD, "v1", 0), pictured(GOOD, "v1", 0, SLOW), pictured(GOOD, "v1", 0, MEASURED),
        inspection(GOOD),
    ],
    "never measured": [
        arrival(GOOD, "v1", 0), pictured(GOOD, "v1", 0, SLOW),
        pictured(GOOD, "v1", 0, SLOW | {"tries": 2}), inspection(GOOD),
    ],
    "no picture at all": [
        arrival(GOOD, "v1", 0), pictured(GOOD, "v1", 0, BOMB), inspection(GOOD),
        pictured(GOOD, "v1", 0, BOMB),
    ],
    "no picture, and nobody announced it": [
        bare(GOOD, "v1", 0), bare_pictured(GOOD, "v1", 0, BOMB),
        bare_pictured(GOOD, "v1", 0, SLOW),
    ],
    "the pin moves to a measured one": [
        pictured(GOOD, "v1", 0, MEASURED), pictured(OTHER, "v2", 9, {**MEASURED, "width": 400}),
        inspection(GOOD), arrival(GOOD, "v1", 0),
    ],
    "the pin moves away from a bomb": [
        arrival(GOOD, "v1", 0), pictured(GOOD, "v1", 0, MEASURED), pictured(OTHER, "v2", 9, BOMB),
        inspection(GOOD),
    ],
    "an unfit one that is no picture": [
        damaged(OTHER, "v1", 0), pictured(GOOD, "v2", 9, BOMB), inspection(GOOD),
    ],
    "measured, and only then here": [
        gone("v1"), pictured(GOOD, "v1", 0, MEASURED), inspection(GOOD), arrival(GOOD, "v1", 0),
    ],
}  # fmt: skip


def facts_of(world: World, rvp: dict[str, Any]) -> dict[str, Any]:
    photo, row = world.photo_rows(rvp["return_id"])["front"], world.return_row(rvp["return_id"])
    facts = {name: getattr(photo, name) for name in (*SET, *PICTURE)}
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


def test_the_picture_of_a_parked_file_is_known_when_its_photo_turns_up(world: World) -> None:
    """Its facts come before, with or after the adoption, and also in the adopted telling alone."""
    seen = []
    for tellings in ((None, MEASURED), (MEASURED, None), (None, "adopt", MEASURED), (MEASURED,)):
        rvp = world.register()
        world.assign(rvp["return_id"])
        form = world.forms(rvp["return_id"])["front"]
        early = {**form, "key": form["key"].replace("front-", "early-")}
        changes = {"version_id": "v1", "stored_at": AT.isoformat()}
        for told in [*tellings, "adopt"]:
            if told == "adopt":
                adopt(world, form, early)
                continue
            assert world.callback(an_arrival(early, GOOD, **changes, image=told)).status_code < 300
        facts = facts_of(world, rvp)
        assert (facts["width"], facts["pictured_at"], facts["verified_at"]) == (800, True, True)
        seen.append(facts)
    assert all(each == seen[0] for each in seen)


def adopt(world: World, form: dict[str, Any], early: dict[str, Any]) -> None:
    with world.inside():
        photo = db.session.get(Photo, uuid.UUID(form["photo_id"]))
        photo.key = early["key"]
        db.session.flush()
        readopt(
            world.app.extensions["qcportal.settings"].capture_kinds,
            keys=[early["key"]],
            by=history.SYSTEM,
        )


KINDS_OF_ANSWER = (None, MEASURED, {**MEASURED, "blur": 9.0}, {**MEASURED, "thumbnails": [96]},
                   BOMB, {"refused": "corrupt"}, SLOW, SLOW | {"tries": 2})  # fmt: skip


def test_merging_what_was_told_commutes_and_repeats() -> None:
    for some in itertools.product(KINDS_OF_ANSWER, repeat=3):
        told = [each or {} for each in some]
        results = [
            reduce(measures.merge, order, {}) for order in itertools.permutations([*told, told[0]])
        ]
        assert all(each == results[0] for each in results), told


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


def sequenced(data: bytes, version: str, sequencer: str) -> Message:
    def tell(world: World, _rvp: dict[str, Any], form: dict[str, Any]) -> None:
        at = AT.isoformat()
        told = an_arrival(form, data, version_id=version, stored_at=at, sequencer=sequencer)
        assert world.callback(told).status_code == 200

    return tell


def test_of_one_second_s3s_order_counts_although_the_reconciler_told_one_first(
    world: World,
) -> None:
    """The listing knows no sequencer; the event that comes late tells it."""
    first, second = sequenced(OTHER, "v9", "1A"), sequenced(GOOD, "v2", "1B")
    listed = sequenced(GOOD, "v2", "")
    orders = ([first, listed, second], [listed, first, second], [listed, second, first])
    for order in orders:
        rvp = world.register()
        world.assign(rvp["return_id"])
        form = world.forms(rvp["return_id"])["front"]
        for message in order:
            message(world, rvp, form)
        photo = world.photo_rows(rvp["return_id"])["front"]
        assert (photo.version_id, photo.conflict_at is not None) == ("v9", True)
