"""What callbacks do to photos: every arrival gets its own outcome, and nothing is lost."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from qcportal import clock, photos
from qcportal.capture_kinds import SHIPPED
from qcportal.db import db
from qcportal.history import SYSTEM, HistoryEvent
from qcportal.photos import ArrivalRow, Photo
from tests.world import World, a_capture, an_arrival, an_inspection

FIRST, SECOND = b"a" * 2000, b"b" * 3000


@pytest.fixture
def rvp(world: World) -> dict[str, Any]:
    made = world.register()
    world.assign(made["return_id"])
    return made


@pytest.fixture
def form(world: World, rvp: dict[str, Any]) -> dict[str, Any]:
    return world.forms(rvp["return_id"])["front"]


def tell(world: World, *arrivals: dict[str, Any], status: int = 200) -> list[dict[str, Any]]:
    answer = world.callback(*arrivals)
    assert answer.status_code == status, answer.get_json()
    return answer.get_json()["arrivals"]


def outcome(world: World, arrival: dict[str, Any], status: int = 200) -> tuple[str, str | None]:
    (told,) = tell(world, arrival, status=status)
    return told["outcome"], told["reason"]


def front(world: World, rvp: dict[str, Any]) -> Photo:
    return world.photo_rows(rvp["return_id"])["front"]


def arrival_rows(world: World) -> list[ArrivalRow]:
    with world.inside(commit=False):
        return list(db.session.scalars(select(ArrivalRow).order_by(ArrivalRow.id)))


def test_an_arrival_with_the_declared_bytes_is_verified(world, rvp, form) -> None:
    stored_at = clock.now() - timedelta(minutes=3)
    assert outcome(world, an_arrival(form, FIRST, stored_at=stored_at.isoformat()))[0] == "verified"
    photo = front(world, rvp)
    assert (photo.sha256, photo.size) == (hashlib.sha256(FIRST).hexdigest(), len(FIRST))
    assert (photo.version_id, photo.stored_at) == ("v1", stored_at)
    assert photo.verified_at is not None
    assert (photo.conflict_at, photo.refused_at) == (None, None)
    with world.inside(commit=False):
        events = db.session.scalars(
            select(HistoryEvent.action).where(HistoryEvent.action.startswith("photo_"))
        )
        assert list(events) == ["photo_verified"]


def test_an_arrival_nobody_declared_is_stored_until_the_phone_announces_it(
    world, rvp, form
) -> None:
    bare = an_arrival(form, FIRST, metadata={"photo-id": form["photo_id"]})
    assert outcome(world, bare)[0] == "stored"
    assert front(world, rvp).verified_at is None
    body = {"return_id": rvp["return_id"], "captures": [a_capture(form, FIRST)]}
    assert world.field("POST", "/captures", body).status_code == 200
    assert front(world, rvp).verified_at is not None


def test_a_duplicate_is_answered_and_changes_nothing(world, rvp, form) -> None:
    arrival = an_arrival(form)
    assert outcome(world, arrival)[0] == "verified"
    revision = world.return_row(rvp["return_id"]).revision
    assert outcome(world, arrival)[0] == "already"
    told = tell(world, arrival, arrival)
    assert [each["outcome"] for each in told] == ["already", "already"]
    assert world.return_row(rvp["return_id"]).revision == revision
    assert len(arrival_rows(world)) == 1


def test_a_duplicate_within_one_callback_is_one_row(world, rvp, form) -> None:
    tell(world, an_arrival(form), an_arrival(form))
    assert len(arrival_rows(world)) == 1
    assert front(world, rvp).verified_at is not None


def test_the_same_bytes_in_a_second_version_are_a_success(world, rvp, form) -> None:
    tell(world, an_arrival(form, FIRST))
    later = (clock.now() + timedelta(seconds=5)).isoformat()
    again = an_arrival(form, FIRST, version_id="v2", stored_at=later)
    assert outcome(world, again)[0] == "already"
    photo = front(world, rvp)
    assert (photo.version_id, photo.conflict_at) == ("v1", None)


@pytest.mark.parametrize("later_first", [False, True])
def test_other_bytes_later_are_a_conflict_and_the_first_stored_stays_the_evidence(
    world, rvp, form, later_first: bool
) -> None:
    at = clock.now()
    versions = [
        an_arrival(form, FIRST, version_id="v1", stored_at=at.isoformat()),
        an_arrival(
            form, SECOND, version_id="v0", stored_at=(at + timedelta(seconds=9)).isoformat()
        ),
    ]
    for each in reversed(versions) if later_first else versions:
        tell(world, each)
    photo = front(world, rvp)
    assert photo.version_id == "v1"
    assert photo.sha256 == hashlib.sha256(FIRST).hexdigest()
    assert photo.conflict_at is not None
    assert len(arrival_rows(world)) == 2
    row = world.return_row(rvp["return_id"])
    assert (row.photos_here, row.photos_absent) == (0, 1)


def test_versions_of_the_same_second_are_told_apart_by_the_sequencer(world, rvp, form) -> None:
    at = clock.now().isoformat()
    second = an_arrival(form, SECOND, version_id="a", stored_at=at, sequencer="0F")
    first = an_arrival(form, FIRST, version_id="b", stored_at=at, sequencer="00E")
    tell(world, second)
    tell(world, first)
    assert front(world, rvp).version_id == "b"


def test_bytes_other_than_declared_are_refused_and_a_good_version_mends_it(
    world, rvp, form
) -> None:
    declared = hashlib.sha256(FIRST).hexdigest()
    metadata = {"photo-id": form["photo_id"], "sha256": declared}
    damaged = an_arrival(form, SECOND, metadata=metadata)
    assert outcome(world, damaged) == ("refused", "digest_mismatch")
    photo = front(world, rvp)
    assert (photo.stored_at, photo.verified_at) == (None, None)
    assert photo.refused_reason == "digest_mismatch"
    later = (clock.now() + timedelta(seconds=5)).isoformat()
    assert outcome(world, an_arrival(form, FIRST, version_id="v2", stored_at=later))[0] == (
        "verified"
    )
    photo = front(world, rvp)
    assert (photo.version_id, photo.sha256) == ("v2", declared)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"size": 1023}, "too_small"),
        ({"size": 12_582_913}, "too_large"),
        ({"content_type": "text/html"}, "wrong_type"),
        ({"content_type": None}, "wrong_type"),
        ({"size": None}, "too_small"),
    ],
)
def test_what_the_form_would_not_have_let_in_is_refused_on_arrival(
    world, rvp, form, changes: dict[str, Any], reason: str
) -> None:
    assert outcome(world, an_arrival(form, FIRST, **changes)) == ("refused", reason)
    photo = front(world, rvp)
    assert (photo.verified_at, photo.refused_reason) == (None, reason)
    assert len(arrival_rows(world)) == 1
    assert world.forms(rvp["return_id"])["front"]["key"] == form["key"]


def test_what_is_gone_as_the_relay_looks_sets_no_fact(world, rvp, form) -> None:
    gone = an_arrival(form, gone=True, sha256=None, size=None, content_type=None, metadata={})
    assert outcome(world, gone)[0] == "gone"
    photo = front(world, rvp)
    assert (photo.stored_at, photo.verified_at, photo.refused_at) == (None, None, None)


def test_an_unknown_key_is_parked_and_adopted_when_its_photo_turns_up(world, rvp, form) -> None:
    with world.inside():
        photo = db.session.get(Photo, front(world, rvp).id)
        key, photo.key = photo.key, "u/elsewhere.jpg"
    assert outcome(world, an_arrival(form), status=202) == ("parked", "no photo has this key")
    with world.inside(commit=False):
        assert photos.count_parked() == 1
        assert photos.readopt(SHIPPED, keys=[key], by=SYSTEM)[0].outcome == "parked"
    with world.inside():
        db.session.get(Photo, photo.id).key = key
    with world.inside():
        assert [each.outcome for each in photos.readopt(SHIPPED, keys=[key], by=SYSTEM)] == [
            "verified"
        ]
        assert photos.count_parked() == 0
    assert front(world, rvp).verified_at is not None
    assert len(arrival_rows(world)) == 1


def test_telling_a_parked_arrival_again_adopts_it_too(world, rvp, form) -> None:
    with world.inside():
        photo = db.session.get(Photo, front(world, rvp).id)
        key, photo.key = photo.key, "u/elsewhere.jpg"
    tell(world, an_arrival(form), status=202)
    with world.inside():
        db.session.get(Photo, photo.id).key = key
    assert outcome(world, an_arrival(form))[0] == "verified"
    (row,) = arrival_rows(world)
    assert (row.outcome, row.photo_id) == ("verified", photo.id)


@pytest.mark.parametrize("gone_first", [False, True])
def test_gone_never_tells_a_parked_file_away(world, rvp, form, gone_first: bool) -> None:
    key = form["key"]
    with world.inside():
        db.session.execute(update(Photo).where(Photo.key == key).values(key="elsewhere"))
    told = [an_arrival(form), an_arrival(form, gone=True, sha256=None, size=None, metadata={})]
    for each in told[::-1] if gone_first else told:
        outcome(world, each, status=202)
    with world.inside():
        db.session.execute(update(Photo).where(Photo.key == "elsewhere").values(key=key))
    assert outcome(world, told[1])[0] == "gone"
    with world.inside():
        assert photos.readopt(SHIPPED, keys=[key], by=SYSTEM)[0].outcome == "verified"


def test_another_bucket_is_parked_even_under_a_key_that_we_know(world, rvp, form) -> None:
    assert outcome(world, an_arrival(form, bucket="elsewhere"), status=202)[0] == "parked"
    assert front(world, rvp).stored_at is None


def test_every_arrival_of_a_call_is_answered_for_itself_in_order(world, rvp) -> None:
    forms = world.forms(rvp["return_id"])
    told = tell(
        world,
        an_arrival(forms["front"]),
        an_arrival(forms["damage"], size=3),
        an_arrival({"key": "u/nowhere.jpg", "photo_id": "?"}),
        an_arrival(forms["imei"], gone=True, sha256=None),
        an_arrival(forms["spare-1"]),
        status=202,
    )
    assert [each["outcome"] for each in told] == [
        "verified", "refused", "parked", "gone", "verified",
    ]  # fmt: skip
    assert told[0]["photo_id"] == forms["front"]["photo_id"]
    assert told[2]["photo_id"] is None


def test_photos_of_two_merchants_in_one_call_go_each_to_its_own(world) -> None:
    mine, theirs = world.register(), world.register(store=world.b)
    world.assign(mine["return_id"], theirs["return_id"])
    forms = [world.forms(each["return_id"])["front"] for each in (mine, theirs)]
    tell(world, an_arrival(forms[0], FIRST), an_arrival(forms[1], SECOND))
    for each, data in ((mine, FIRST), (theirs, SECOND)):
        photo = world.photo_rows(each["return_id"])["front"]
        assert photo.sha256 == hashlib.sha256(data).hexdigest()
        assert str(photo.return_id) == each["return_id"]


def test_a_photo_of_an_inspected_return_completes_the_evidence(world, rvp) -> None:
    forms = world.forms(rvp["return_id"])
    slots = [forms[slot] for slot in ("front", "damage", "imei")]
    captures = [a_capture(each) for each in slots]
    world.field("POST", "/inspections", an_inspection(rvp, *captures))
    assert world.return_row(rvp["return_id"]).qc_state == "evidence_incomplete"
    tell(world, *[an_arrival(each) for each in slots])
    assert world.return_row(rvp["return_id"]).qc_state == "passed"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"arrivals": []}, "/arrivals"),
        ({}, "/arrivals"),
        ({"arrivals": [{}]}, "/arrivals/0/bucket"),
        ({"arrivals": [{"bucket": "b", "key": 7}]}, "/arrivals/0/key"),
        ({"arrivals": [{"bucket": "b", "key": "k", "size": -1}]}, "/arrivals/0/size"),
        ({"arrivals": [{"bucket": "b", "key": "k", "size": 10**400}]}, "/arrivals/0/size"),
        ({"arrivals": [{"bucket": "b", "key": "k", "sha256": "XY"}]}, "/arrivals/0/sha256"),
        (
            {"arrivals": [{"bucket": "b", "key": "k", "stored_at": "0001-01-01T00:00:00+14:00"}]},
            "/arrivals/0/stored_at",
        ),
        (
            {"arrivals": [{"bucket": "b", "key": "k", "image": {"blur": 10**400}}]},
            "/arrivals/0/image/blur",
        ),
        ([], ""),
        (None, ""),
        ("arrivals", ""),
    ],
)
def test_a_signed_body_that_is_no_callback_is_400_with_its_paths(
    lite_world: World, body: object, path: str
) -> None:
    import json

    answer = lite_world.raw_callback(json.dumps(body).encode())
    assert answer.status_code == 400, answer.text
    assert path in [fault["path"] for fault in answer.get_json()["errors"]]
    assert arrival_rows(lite_world) == []


def test_a_number_over_all_bounds_is_400(world: World) -> None:
    raw = b'{"arrivals":[{"bucket":"b","key":"k","image":{"blur":1e400}}]}'
    assert world.raw_callback(raw).status_code == 400
