"""Results of returns that somebody has to decide on, and of pieces that are taken along."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from qcportal import clock, reviews
from qcportal.history import SYSTEM
from qcportal.reviews import Override, ReviewDecision
from tests.blueprints.partner.test_results import inspect, result_of
from tests.reviews.cases import a_case, until
from tests.world import RULEBOOK, World, a_capture, an_arrival, an_inspection, an_item


def an_undecided(world: World) -> dict[str, Any]:
    """Give a return of which a required check was not checked, with all of its photos.

    The rulebook gives half an hour to decide; after that the item counts as failed.
    """
    book = RULEBOOK | {"review": {"minutes": 30, "default": "fail"}}
    assert world.partner("POST", "/rulebooks", {"document": book}).status_code == 201
    rvp = world.register()
    world.assign(rvp["return_id"])
    forms = [world.forms(rvp["return_id"])[slot] for slot in ("front", "damage", "imei")]
    body = an_inspection(rvp, *[a_capture(form) for form in forms])
    body["items"][0]["answers"][2] = {"check": "imei", "result": "not_checked"}
    assert world.field("POST", "/inspections", body).status_code == 201
    world.callback(*[an_arrival(form) for form in forms])
    return rvp


def decide(world: World, rvp: dict[str, Any], decision: ReviewDecision) -> None:
    with world.inside():
        (review,) = reviews.find_for_returns([uuid.UUID(rvp["return_id"])]).values()
        reviews.decide(review.id, decision, by=SYSTEM, note="Known customer")


def test_until_somebody_decides_nothing_is_final(world: World) -> None:
    told = result_of(world, an_undecided(world))
    assert (told["result"], told["final"], told["missing"]) == ("needs_review", False, [])
    assert told["decided_by"] == "inspection"
    assert told["decide_by"] is not None
    assert told["items"][0]["decided"] is None


@pytest.mark.parametrize(
    ("decision", "result", "pieces"), [("accept", "pass", 1), ("refuse", "fail", 0)]
)
def test_what_the_merchant_decides_is_the_result(
    world: World, decision: ReviewDecision, result: str, pieces: int
) -> None:
    rvp = an_undecided(world)
    decide(world, rvp, decision)
    told = result_of(world, rvp)
    assert (told["final"], told["decided_by"], told["decide_by"]) == (True, "merchant", None)
    (item,) = told["items"]
    assert (item["result"], item["inspected"]) == (result, "needs_review")
    assert item["picked_quantity"] == pieces
    assert (item["decided"]["by"], item["decided"]["note"]) == ("merchant", "Known customer")
    assert item["remarks"] == "Known customer"
    (sku,) = result_of(world, rvp, "shadowfax")["skus_attributes"]
    assert (sku["qc_status"], sku["qc_remarks"]) == (result, "Known customer")


@pytest.mark.parametrize("name", ["", "shiprocket"])
def test_after_the_time_to_decide_the_rulebooks_answer_is_told(world: World, name: str) -> None:
    rvp = an_undecided(world)
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        assert result_of(world, rvp, name)["final"] is True
        told = result_of(world, rvp)
    assert (told["result"], told["decided_by"]) == ("failed", "default")
    assert world.return_row(rvp["return_id"]).verdict == "failed"


def test_an_admins_word_stands_over_the_inspections(world: World) -> None:
    rvp = world.register()
    inspect(world, rvp, {"Dents or scratches?": "yes"})
    with world.inside():
        return_id, item_id = uuid.UUID(rvp["return_id"]), uuid.UUID(rvp["items"][0]["item_id"])
        reason = "The dent is on the catalogue picture as well."
        reviews.override(Override(return_id, item_id, "pass", reason, seen=0), by=SYSTEM)
    told = result_of(world, rvp)
    assert (told["result"], told["decided_by"]) == ("passed", "admin")
    assert (told["qc_state"], told["final"]) == ("overridden", True)
    (item,) = told["items"]
    assert (item["result"], item["inspected"], item["remarks"]) == ("pass", "fail", reason)


def test_of_pieces_that_waited_the_accepted_ones_are_taken_along(world: World) -> None:
    rvp = three_shirts(world, "yes", "no", None)
    decide(world, rvp, "accept")
    told = result_of(world, rvp)
    (item,) = told["items"]
    assert told["result"] == item["result"] == "partially_passed"
    assert (item["picked_quantity"], item["quantity"]) == (2, 3)


def three_shirts(world: World, *tags: str | None) -> dict[str, Any]:
    """Give an inspected return of three shirts: whether each has its tag, None if not looked at."""
    tag = {"key": "tag", "type": "yes_no", "question": "Is the tag on it?", "per_unit": True}
    book = {"title": "Shirts", "rules": [{"id": "all", "title": "All", "checks": [tag]}]}
    published = world.partner("POST", "/rulebooks", {"document": book})
    assert published.status_code == 201, published.get_json()
    rvp = world.register(items=[an_item(quantity=3)])
    world.assign(rvp["return_id"])
    answers = [
        {"check": key, "result": "match" if value else "not_checked", "value": value}
        for key, value in zip(("tag", "tag_2", "tag_3"), tags, strict=True)
    ]
    body = an_inspection(rvp, items=[{"item_id": rvp["items"][0]["item_id"], "answers": answers}])
    answer = world.field("POST", "/inspections", body)
    assert answer.status_code == 201, answer.get_json()
    return rvp


def test_two_of_three_pieces_are_taken_along(world: World) -> None:
    rvp = three_shirts(world, "yes", "no", "yes")
    told = result_of(world, rvp)
    (item,) = told["items"]
    assert (told["result"], told["shipment_state"]) == ("partially_passed", "picked_partial")
    assert (item["result"], item["picked_quantity"], item["quantity"]) == ("partially_passed", 2, 3)
    assert [each["verdict"] for each in item["units"]] == ["pass", "fail", "pass"]
    assert [each["unit"] for each in item["checks"]] == [1, 2, 3]
    (sku,) = result_of(world, rvp, "shadowfax")["skus_attributes"]
    assert (sku["picked"], sku["picked_quantity"], sku["qc_status"]) == (True, 2, "partial")


# --- who may, and at what cost -----------------------------------------------------------------


def test_a_return_that_is_read_after_its_time_has_the_rulebooks_answer(world: World) -> None:
    rvp = a_case(world, minutes=10, default="fail")
    with clock.frozen(until(world, rvp["return_id"])):
        told = world.partner("GET", f"/returns/{rvp['return_id']}").get_json()
    assert (told["verdict"], told["shipment_state"]) == ("failed", "pickup_failed")


def test_what_is_not_checked_needs_nothing_and_is_final(world: World) -> None:
    told = result_of(world, world.register(items=[an_item(qc_required=False)]))
    assert (told["result"], told["final"], told["missing"]) == ("not_required", True, [])
    assert told["items"][0]["result"] == "not_required"
