"""A merchant's back-end reads the photos of its returns through short-lived signed URLs."""

import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest

from qcportal import clock
from tests.world import World, a_capture, an_arrival, an_inspection


def photos_of(world: World, rvp: dict) -> dict[str, dict]:
    answer = world.partner("GET", f"/returns/{rvp['return_id']}/photos")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return {each["slot"]: each for each in answer.get_json()["photos"]}


def test_what_is_expected_is_listed_before_anything_came(world: World) -> None:
    rvp = world.register()
    photos = photos_of(world, rvp)
    assert {slot: each["state"] for slot, each in photos.items()} == {
        "front": "expected",
        "damage": "expected",
        "imei": "expected",
    }
    assert all(each["url"] is None for each in photos.values())


def test_the_states_tell_how_far_each_photo_is(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    forms = world.forms(rvp["return_id"])
    assert {each["state"] for each in photos_of(world, rvp).values()} == {"issued"}
    world.field("POST", "/inspections", an_inspection(rvp, a_capture(forms["front"])))
    world.callback(an_arrival(forms["imei"]))
    states = {slot: each["state"] for slot, each in photos_of(world, rvp).items()}
    assert states == {"front": "on_the_way", "damage": "missing", "imei": "verified"}
    with clock.frozen(clock.now().replace(year=clock.now().year + 1)):
        assert photos_of(world, rvp)["front"]["state"] == "missing"


def test_a_url_is_signed_for_one_version_one_type_and_five_minutes_at_most(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    data = b"x" * 2000
    world.callback(an_arrival(world.forms(rvp["return_id"])["front"], data, version_id="v.7"))
    photo = photos_of(world, rvp)["front"]
    assert photo["sha256"] == hashlib.sha256(data).hexdigest()
    assert photo["bytes"] == 2000
    query = parse_qs(urlsplit(photo["url"]).query)
    assert query["versionId"] == ["v.7"]
    assert query["response-content-type"] == ["image/jpeg"]
    assert 0 < int(query["X-Amz-Expires"][0]) <= 300
    assert "portal-secret" not in photo["url"]


def test_a_spare_photo_is_shown_once_it_was_taken(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    form = world.forms(rvp["return_id"])["spare-1"]
    assert "spare-1" not in photos_of(world, rvp)
    capture = a_capture(form, title="Torn seal")
    world.field("POST", "/captures", {"return_id": rvp["return_id"], "captures": [capture]})
    assert photos_of(world, rvp)["spare-1"]["title"] == "Torn seal"


@pytest.mark.parametrize("slot", ["front"])
def test_a_conflict_is_shown_as_one(world: World, slot: str) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    form = world.forms(rvp["return_id"])[slot]
    world.callback(an_arrival(form, b"a" * 2000), an_arrival(form, b"b" * 2000, version_id="v2"))
    assert photos_of(world, rvp)[slot]["state"] == "conflict"


def test_anothers_photos_are_not_there(world: World) -> None:
    rvp = world.register(store=world.b)
    assert world.partner("GET", f"/returns/{rvp['return_id']}/photos").status_code == 404
    assert world.call("GET", f"/api/v1/returns/{rvp['return_id']}/photos").status_code == 401
    assert world.partner("POST", f"/returns/{rvp['return_id']}/photos").status_code == 405
