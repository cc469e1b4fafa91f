"""A phone is enrolled once with a code of ten minutes, and says how it is doing."""

from datetime import timedelta

import pytest

from qcportal import clock, devices, phones
from qcportal.history import SYSTEM
from tests.world import World


def a_code(world: World) -> str:
    with world.inside():
        return devices.offer_enrolment(devices.get_executive(world.executive_id), by=SYSTEM)[1]


def enrol(world: World, code: str):
    return world.call("POST", "/api/v1/field/enrolments", {"code": code, "app_version": "2.1"})


def test_a_code_is_traded_for_a_token_that_works(world: World) -> None:
    answer = enrol(world, a_code(world))
    body = answer.get_json()
    assert answer.status_code == 201
    assert body["executive"] == {"id": str(world.executive_id), "name": "Ravi K."}
    sheet = world.field("GET", "/run-sheet", token=body["token"])
    assert sheet.get_json()["executive"]["name"] == "Ravi K."
    with world.inside(commit=False):
        kept = a_device(body["token"])
        assert body["token"] not in (kept.secret_hash, kept.prefix)


def test_a_code_is_good_once(world: World) -> None:
    code = a_code(world)
    assert enrol(world, code).status_code == 201
    assert enrol(world, code).status_code == 401


def test_a_code_is_good_for_ten_minutes(world: World) -> None:
    early, late = a_code(world), a_code(world)
    start = clock.now()
    with clock.frozen(start + timedelta(minutes=9, seconds=50)):
        assert enrol(world, early).status_code == 201
    with clock.frozen(start + timedelta(minutes=10, seconds=1)):
        assert enrol(world, late).status_code == 401


def test_a_code_may_be_typed_as_people_type(world: World) -> None:
    assert enrol(world, f" {a_code(world).replace('-', ' ').lower()}").status_code == 201


@pytest.mark.parametrize("code", ["AAAA-AAAA-AAAA", "--------", "पासवर्ड-पासवर्ड", "' OR 1=1 --"])
def test_a_wrong_code_is_401(world: World, code: str) -> None:
    a_code(world)
    assert enrol(world, code).status_code == 401


def test_earlier_phones_stay_and_a_revoked_one_is_out(world: World) -> None:
    token = enrol(world, a_code(world)).get_json()["token"]
    assert world.field("GET", "/run-sheet").status_code == 200
    with world.inside():
        devices.revoke(a_device(token), by=SYSTEM)
    assert world.field("GET", "/run-sheet", token=token).status_code == 401
    assert world.field("GET", "/run-sheet").status_code == 200


def test_the_phones_of_a_deactivated_executive_are_out(world: World) -> None:
    with world.inside():
        devices.get_executive(world.executive_id).deactivated_at = clock.now()
    assert world.field("GET", "/run-sheet").status_code == 401
    assert world.field("GET", "/run-sheet", token=world.other_device_token).status_code == 200


def test_no_code_of_a_deactivated_executive_enrols_a_phone(world: World) -> None:
    code = a_code(world)
    with world.inside():
        devices.get_executive(world.executive_id).deactivated_at = clock.now()
    assert enrol(world, code).status_code == 401


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "/code"),
        ({"code": "short"}, "/code"),
        ({"code": "x" * 41}, "/code"),
        ({"code": 123456789012}, "/code"),
        ({"code": "AAAA-AAAA-AAAA", "app_version": ""}, "/app_version"),
        ({"code": "AAAA-AAAA-AAAA", "app_version": "x" * 41}, "/app_version"),
        ({"code": "AAAA-AAAA-AAAA", "who": "me"}, "/who"),
        ({"code": "AAAA-AAAA-\x00AAA"}, "/code"),
    ],
)
def test_a_bad_enrolment_is_400_with_its_path(lite_world: World, body: dict, path: str) -> None:
    answer = lite_world.call("POST", "/api/v1/field/enrolments", body)
    assert answer.status_code == 400, answer.get_json()
    assert [fault["path"] for fault in answer.get_json()["errors"]] == [path]


# --- heartbeat ---------------------------------------------------------------------------------

BEAT = {
    "app_version": "2.2",
    "battery_percent": 41,
    "storage_free_mb": 900,
    "photos_waiting": 12,
    "waiting_reason": "no_signal",
}


def a_device(token: str) -> devices.Device:
    found = phones.find_phone(token)
    assert found is not None
    return devices.get_device(found.id)


def phone(world: World) -> devices.Device:
    with world.inside(commit=False):
        return a_device(world.device_token)


def test_a_heartbeat_is_kept_with_the_offset_of_the_phones_clock(world: World) -> None:
    with clock.frozen(clock.now()):
        ahead = clock.now() + timedelta(seconds=90)
        answer = world.field("POST", "/heartbeats", BEAT | {"phone_time": ahead.isoformat()})
    assert answer.get_json()["clock_offset_ms"] == 90_000
    kept = phone(world)
    assert {name: getattr(kept, name) for name in BEAT} == BEAT
    assert kept.clock_offset_ms == 90_000


def test_what_a_heartbeat_leaves_out_stays(world: World) -> None:
    world.field("POST", "/heartbeats", BEAT)
    assert world.field("POST", "/heartbeats", {"photos_waiting": 0}).status_code == 200
    kept = phone(world)
    assert (kept.battery_percent, kept.photos_waiting) == (41, 0)


@pytest.mark.parametrize("moment", ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_clock_that_is_wrong_by_ages_is_still_heard(world: World, moment: str) -> None:
    answer = world.field("POST", "/heartbeats", {"phone_time": moment})
    assert answer.status_code == 200
    assert abs(answer.get_json()["clock_offset_ms"]) <= 2**31


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"battery_percent": 101}, "/battery_percent"),
        ({"battery_percent": "41"}, "/battery_percent"),
        ({"battery_percent": 41.5}, "/battery_percent"),
        ({"battery_percent": True}, "/battery_percent"),
        ({"photos_waiting": 10**400}, "/photos_waiting"),
        ({"waiting_reason": "lazy"}, "/waiting_reason"),
        ({"phone_time": "now"}, "/phone_time"),
        ({"phone_time": 1700000000}, "/phone_time"),
        ({"phone_time": "2026-11-22T10:42:16"}, "/phone_time"),
        ({"phone_time": "2026-13-22T10:42:16Z"}, "/phone_time"),
        ({"mood": "good"}, "/mood"),
    ],
)
def test_a_bad_heartbeat_is_400_with_its_path(lite_world: World, body: dict, path: str) -> None:
    answer = lite_world.field("POST", "/heartbeats", body)
    assert answer.status_code == 400, answer.get_json()
    assert [fault["path"] for fault in answer.get_json()["errors"]] == [path]


def test_the_phones_token_is_the_only_credential_of_this_door(world: World) -> None:
    for token in ("", "x", world.a.token, world.device_token + "x"):
        for method, path in (("GET", "/run-sheet"), ("POST", "/heartbeats"), ("POST", "/forms")):
            body = {} if method == "POST" else None
            answer = world.call(method, f"/api/v1/field{path}", body, token=token)
            assert answer.status_code == 401, path
    browser = world.signed_in(world.admin)
    assert browser.get("/api/v1/field/run-sheet").status_code == 401


def test_wrong_methods_are_405(world: World) -> None:
    for method, path in (("GET", "/enrolments"), ("GET", "/forms"), ("POST", "/run-sheet")):
        answer = world.field(method, path, {} if method == "POST" else None)
        assert answer.status_code == 405
        assert answer.content_type == "application/problem+json"
