"""The run sheet: the stops of one executive for one day, with all that is needed at the door."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from qcportal import clock
from tests.world import World, an_arrival, an_inspection


def sheet(world: World, query: str = "", token: str | None = None) -> dict:
    answer = world.field("GET", f"/run-sheet{query}", token=token)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def test_the_stops_come_in_order_with_checklist_and_slots(world: World) -> None:
    returns = [world.register()["return_id"], world.register(store=world.b)["return_id"]]
    world.assign(*returns)
    body = sheet(world)
    assert [stop["return_id"] for stop in body["stops"]] == returns
    assert [stop["position"] for stop in body["stops"]] == [1, 2]
    assert [stop["merchant"] for stop in body["stops"]] == ["Fern Home", "Kiln Street"]
    stop = body["stops"][0]
    assert stop["pickup"]["phone"] == "+91 98200 00000"
    checks = stop["items"][0]["checklist"]["checks"]
    assert [check["key"] for check in checks] == ["same-item", "damage", "imei"]
    assert [photo["slot"] for photo in stop["photos"]][:3] == ["front", "damage", "imei"]
    assert all(photo["max_bytes"] >= photo["min_bytes"] > 0 for photo in stop["photos"])


def test_each_check_says_because_of_which_rule_it_is_asked(world: World) -> None:
    world.assign(world.register()["return_id"])
    checks = sheet(world)["stops"][0]["items"][0]["checklist"]["checks"]
    assert all(check["because"] for check in checks)
    assert "imei" in str(checks[2]["because"])


def test_the_states_of_photos_are_told(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    world.callback(an_arrival(world.forms(rvp["return_id"])["front"]))
    world.field("POST", "/inspections", an_inspection(rvp))
    states = {photo["slot"]: photo["state"] for photo in sheet(world)["stops"][0]["photos"]}
    assert (states["front"], states["damage"]) == ("verified", "missing")


def test_a_day_without_returns_is_an_empty_sheet(world: World) -> None:
    body = sheet(world)
    assert (body["run_sheet_id"], body["stops"]) == (None, [])


def test_a_sheet_belongs_to_its_executive_and_its_day(world: World) -> None:
    world.assign(world.register()["return_id"])
    today = clock.now().astimezone(ZoneInfo("Asia/Kolkata")).date()
    assert sheet(world, token=world.other_device_token)["stops"] == []
    assert len(sheet(world, f"?day={today}")["stops"]) == 1
    assert sheet(world, f"?day={today + timedelta(days=1)}")["stops"] == []


def test_the_day_turns_over_in_the_carriers_zone(world: World) -> None:
    late = clock.now().replace(hour=19, minute=0)
    with clock.frozen(late):
        assert sheet(world)["day"] == (late.date() + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    "query", ["day=today", "day=2026-02-30", "day=" + "9" * 400, "day=%00", "date=2026-01-01"]
)
def test_a_bad_day_is_400_with_its_path(lite_world: World, query: str) -> None:
    answer = lite_world.field("GET", f"/run-sheet?{query}")
    assert answer.status_code == 400, answer.get_json()
    assert answer.get_json()["errors"][0]["path"] == "/" + query.partition("=")[0]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_far_away_is_an_empty_sheet(world: World, day: str) -> None:
    assert sheet(world, f"?day={day}")["stops"] == []
