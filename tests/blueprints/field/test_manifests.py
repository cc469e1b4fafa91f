"""The phone tells what it captured on a shift, and is told what of it is here."""

from typing import Any

import pytest

from tests.manifests.cases import DATA, NOWHERE, OTHER, a_line, send, tell
from tests.world import World, a_capture, an_arrival, an_inspection


@pytest.fixture
def rvp(world: World) -> dict[str, Any]:
    made = world.register()
    made["sheet"] = str(world.assign(made["return_id"]))
    return made


@pytest.fixture
def forms(world: World, rvp) -> dict[str, Any]:
    return world.forms(rvp["return_id"])


def states(answer: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(each["state"], each["may_delete"]) for each in answer["lines"]]


def test_a_shift_is_safe_when_every_photo_is_verified(world: World, rvp, forms) -> None:
    photo = forms["front"]["photo_id"]
    told = tell(world, rvp["sheet"], a_line(photo, tries=3, waiting_reason="no_signal"))
    assert states(told) == [("announced", False)]
    assert (told["shift"]["captured"], told["shift"]["all_safe"]) == (1, False)
    world.callback(an_arrival(forms["front"], DATA))
    told = tell(world, rvp["sheet"], a_line(photo), final=True)
    assert states(told) == [("verified", True)]
    assert told["shift"]["all_safe"]
    assert told["shift"]["closed_at"] is not None


def test_lines_come_from_captures_and_inspections_by_themselves(world: World, rvp, forms) -> None:
    body = {"return_id": rvp["return_id"], "captures": [a_capture(forms["front"])]}
    assert world.field("POST", "/captures", body).status_code == 200
    assert tell(world, rvp["sheet"])["shift"]["captured"] == 1
    said = an_inspection(rvp, a_capture(forms["front"]), a_capture(forms["damage"], OTHER))
    assert world.field("POST", "/inspections", said).status_code == 201
    assert tell(world, rvp["sheet"])["shift"]["captured"] == 2


def test_what_was_retaken_and_thrown_away_is_not_waited_for(world: World, rvp, forms) -> None:
    photo = forms["front"]["photo_id"]
    world.callback(an_arrival(forms["front"], OTHER))
    told = tell(world, rvp["sheet"], a_line(photo, OTHER), a_line(photo, DATA))
    assert states(told) == [("verified", True), ("conflict", False)]
    told = tell(world, rvp["sheet"], a_line(photo, DATA, discarded="Blurred, taken again"))
    assert states(told) == [("discarded", False)]
    assert told["shift"] | {"captured": 2, "discarded": 1, "all_safe": True} == told["shift"]
    assert states(tell(world, rvp["sheet"], a_line(photo, DATA))) == [("discarded", False)]


def test_a_photo_that_is_not_on_the_sheet_is_kept_and_nothing_is_told_of_it(world, rvp) -> None:
    other = world.register(store=world.b)
    sheet = world.assign(other["return_id"], executive_id=world.other_executive_id)
    token = world.other_device_token
    wanted = {"return_ids": [other["return_id"]]}
    theirs = world.field("POST", "/forms", wanted, token=token).get_json()["forms"][0]
    world.callback(an_arrival(theirs, DATA))
    told = tell(world, rvp["sheet"], a_line(NOWHERE), a_line(theirs["photo_id"]))
    assert states(told) == [("not_on_sheet", False), ("not_on_sheet", False)]
    assert told["shift"]["captured"] == 2
    assert tell(world, sheet, token=token)["shift"]["captured"] == 0


def test_lines_that_cannot_be_read_do_not_cost_the_others(world: World, rvp, forms) -> None:
    photo = forms["front"]["photo_id"]
    bad = [
        None,
        "x",
        [],
        a_line(photo, sha256="ABC"),
        a_line(photo, bytes=0),
        a_line(photo, colour="red"),
        a_line(photo, discarded="nul \x00"),
        a_line(photo, discarded=""),
        a_line(photo, waiting_reason="asleep"),
    ]
    told = tell(world, rvp["sheet"], *bad, a_line(photo))
    assert states(told) == [("unreadable", False)] * len(bad) + [("announced", False)]
    paths = {fault["path"] for line in told["lines"] for fault in line["faults"]}
    assert {"/lines/0", "/lines/3/sha256", "/lines/4/bytes", "/lines/5/colour"} <= paths
    assert (told["shift"]["captured"], told["shift"]["all_safe"]) == (1, False)


def test_after_closing_lines_are_still_taken_and_marked(world: World, rvp, forms) -> None:
    first = tell(world, rvp["sheet"], a_line(forms["front"]["photo_id"]), final=True)
    late = tell(world, rvp["sheet"], a_line(forms["damage"]["photo_id"], OTHER), final=True)
    assert late["shift"]["closed_at"] == first["shift"]["closed_at"]
    assert (late["shift"]["captured"], late["shift"]["after_closing"]) == (2, 1)


def test_a_damaged_upload_is_to_be_sent_again(world: World, rvp, forms) -> None:
    arrival = an_arrival(forms["front"], OTHER)
    arrival["metadata"]["sha256"] = a_line(NOWHERE)["sha256"]
    world.callback(arrival)
    told = tell(world, rvp["sheet"], a_line(forms["front"]["photo_id"]))
    assert states(told) == [("refused", False)]


def test_stored_without_any_declaration_is_not_deletable(world: World, rvp, forms) -> None:
    world.callback(an_arrival(forms["front"], DATA, metadata={}))
    told = tell(world, rvp["sheet"], a_line(forms["front"]["photo_id"]))
    assert states(told) == [("stored", False)]


def test_a_sheet_of_somebody_else_or_none_is_not_found(world: World, rvp) -> None:
    assert send(world, rvp["sheet"], token=world.other_device_token).status_code == 404
    assert send(world, NOWHERE).status_code == 404


def test_who_is_no_phone_gets_nothing(world: World, rvp) -> None:
    body = {"run_sheet_id": rvp["sheet"], "lines": []}
    for token in ("", "qcd_nobody", world.a.token):
        assert world.call("POST", "/api/v1/field/manifests", body, token=token).status_code == 401
    assert world.field("GET", "/manifests").status_code == 405


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"lines": [{}] * 2001}, "/lines"),
        ({"lines": {}}, "/lines"),
        ({"final": "yes"}, "/final"),
        ({"phone_time": "yesterday"}, "/phone_time"),
        ({"shift": 1}, "/shift"),
        ({"run_sheet_id": "x\x00"}, "/run_sheet_id"),
    ],
)
def test_what_is_wrong_with_the_whole_is_named(world: World, rvp, change, path) -> None:
    answer = send(world, rvp["sheet"], **change)
    assert answer.status_code == 400
    assert path in {each["path"] for each in answer.get_json()["errors"]}


def test_two_thousand_lines_are_one_call(world: World, rvp, forms) -> None:
    photo = forms["front"]["photo_id"]
    lines = [a_line(photo, b"%d" % number * 40, tries=number) for number in range(2000)]
    told = tell(world, rvp["sheet"], *lines, final=True)
    assert told["shift"]["captured"] == len(told["lines"]) == 2000


def test_a_photo_that_may_not_be_announced_is_kept_all_the_same(world: World, rvp, forms) -> None:
    capture = {"return_id": rvp["return_id"], "captures": [a_capture(forms["front"], DATA)]}
    assert world.field("POST", "/captures", capture).status_code == 200
    retaken = {"return_id": rvp["return_id"], "captures": [a_capture(forms["front"], OTHER)]}
    assert world.field("POST", "/captures", retaken).status_code == 409
    assert tell(world, rvp["sheet"])["shift"]["captured"] == 2
    said = an_inspection(rvp, a_capture(forms["front"], b"third" * 100))
    assert world.field("POST", "/inspections", said).status_code == 409
    assert tell(world, rvp["sheet"])["shift"]["captured"] == 3
    row = world.photo_rows(rvp["return_id"])["front"]
    assert row.claimed_sha256 == a_line(row.id, DATA)["sha256"]
