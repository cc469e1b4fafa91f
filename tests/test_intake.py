"""Intake under a rulebook that routes: what counts as honoured, and what the phone gets to see."""

import copy
import json
from typing import Any

from tests.world import RULEBOOK, World, a_return, an_inspection, an_item

IMEI = "004400112233448"
QUESTION = {"id": "q1", "question": "Is the box there?", "type": "yes_no"}
WRONG = an_item(return_reason="Wrong item sent")


def publish(world: World, *, qc: str = "none", masked: bool = False) -> None:
    """Publish the world's rulebook with a route for items that were sent wrongly."""
    document: dict[str, Any] = copy.deepcopy(RULEBOOK)
    cells = {"return_reason": "contains wrong item"}
    document["rules"].append({"id": "ours", "title": "Our mistake", "cells": cells, "qc": qc})
    if masked:
        document["rules"][1]["checks"][0]["last_digits"] = 5
    answer = world.partner("POST", "/rulebooks", {"document": document})
    assert answer.status_code == 201, answer.get_json()


def send(world: World, *items: Any, on_partial: str = "reject") -> Any:
    body = a_return(items=list(items), on_partial=on_partial)
    answer = world.partner("POST", "/returns", body)
    return answer.status_code, answer.get_json()


def stop(world: World, rvp: dict[str, Any]) -> Any:
    world.assign(rvp["return_id"])
    return world.field("GET", "/run-sheet").get_json()["stops"][0]


def test_a_route_to_no_check_is_the_merchants_own_wish(world: World) -> None:
    publish(world)
    status, body = send(world, WRONG)
    assert (status, body["return"]["qc_state"], body["return"]["qc_scope"]) == (
        201, "not_required", "none",
    )  # fmt: skip
    told = body["questions"][0]
    assert [each["id"] for each in told] == ["same-item", "damage", "imei"]
    assert all(each["outcome"] == "rejected" and "Our mistake" in each["reason"] for each in told)


def test_a_routed_item_keeps_its_empty_checklist_as_the_proof_of_why(world: World) -> None:
    publish(world)
    checklist = stop(world, send(world, WRONG)[1]["return"])["items"][0]["checklist"]
    assert (checklist["checks"], checklist["qc"]) == ([], "none")
    assert checklist["routed_by"]["title"] == "Our mistake"


def test_a_question_that_gives_way_to_a_route_is_refused_on_partial_reject(world: World) -> None:
    for qc in ("none", "photos_only"):
        publish(world, qc=qc)
        status, body = send(world, WRONG | {"questions": [QUESTION]})
        assert (status, bool(body["errors"])) == (409, True)
        status, body = send(world, WRONG | {"questions": [QUESTION]}, on_partial="accept")
        assert status == 201
        outcome = next(each for each in body["questions"][0] if each["id"] == "q1")
        assert outcome["outcome"] == ("rejected" if qc == "none" else "changed")
        assert "Our mistake" in outcome["reason"]


def test_a_question_with_an_item_that_wants_no_check_is_said_to_be_left_out(world: World) -> None:
    question = {"id": "q1", "question": "Is the box there?"}
    item = an_item(qc_required=False, questions=[question])
    status, body = send(world, item)
    (outcome,) = body["questions"][0]
    assert (status, outcome["id"], outcome["outcome"]) == (201, "q1", "rejected")
    assert outcome["question"] == "Is the box there?"
    assert "qc_required: false" in outcome["reason"]
    result = world.partner("GET", f"/returns/{body['return']['return_id']}/result").get_json()
    (check,) = result["items"][0]["checks"]
    assert (check["id"], check["result"]) == ("q1", "not_asked")


def test_every_outcome_names_its_question(world: World) -> None:
    odd = {"id": "odd", "question": 5}
    body = send(
        world, an_item(questions=[{"id": "q", "question": "Boxed?"}, odd]), on_partial="accept"
    )
    told = {each["id"]: each["question"] for each in body[1]["questions"][0]}
    assert told["imei"] == "Which IMEI does *#06# show?"
    assert (told["q"], told["odd"]) == ("Boxed?", "")


def test_a_route_to_photos_is_honoured_in_full(world: World) -> None:
    publish(world, qc="photos_only")
    status, body = send(world, WRONG)
    assert (status, body["return"]["qc_state"], body["return"]["qc_scope"]) == (
        201, "pending", "full",
    )  # fmt: skip
    checks = stop(world, body["return"])["items"][0]["checklist"]["checks"]
    assert {check["type"] for check in checks} == {"photo_only"}
    assert all(check["slots"] for check in checks)


def test_an_item_that_no_row_fits_is_refused_on_partial_reject(world: World) -> None:
    document = copy.deepcopy(RULEBOOK)
    del document["rules"][0]
    world.partner("POST", "/rulebooks", {"document": document})
    shoe = an_item(category="Shoes")
    assert send(world, shoe)[0] == 409
    status, body = send(world, shoe, on_partial="accept")
    assert (status, body["return"]["qc_state"]) == (201, "not_required")
    assert "No row" in body["questions"][0][0]["reason"]


def test_a_visit_for_a_routed_return_leaves_it_without_a_verdict(world: World) -> None:
    publish(world)
    rvp = send(world, WRONG)[1]["return"]
    world.assign(rvp["return_id"])
    empty = [{"item_id": rvp["items"][0]["item_id"], "answers": []}]
    body = an_inspection(rvp, items=empty, shipment_state="picked")
    answer = world.field("POST", "/inspections", body)
    assert answer.status_code == 201, answer.get_json()
    row = world.return_row(rvp["return_id"])
    assert (row.qc_state, row.shipment_state) == ("not_required", "picked")


def test_beside_a_routed_item_the_other_one_decides(world: World) -> None:
    publish(world)
    status, body = send(world, WRONG, an_item())
    rvp = body["return"]
    assert (status, rvp["qc_state"], rvp["qc_scope"]) == (201, "pending", "full")
    world.assign(rvp["return_id"])
    inspection = an_inspection(rvp)
    inspection["items"][0]["item_id"] = rvp["items"][1]["item_id"]
    answer = world.field("POST", "/inspections", inspection)
    assert answer.get_json()["verdict"] == "passed"


def test_the_phone_never_gets_a_masked_answer(world: World) -> None:
    publish(world, masked=True)
    seen = stop(world, send(world, an_item())[1]["return"])
    assert IMEI not in json.dumps(seen)
    item = seen["items"][0]
    assert item["attributes"] == {"colour": "Black"}
    check = next(each for each in item["checklist"]["checks"] if each["key"] == "imei")
    assert (check["expected"], check["last_digits"]) == (None, 5)
