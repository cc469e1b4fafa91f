"""What the executive at the door is told to do, and when to ask again."""

import uuid
from datetime import timedelta

from qcportal import clock, reviews
from qcportal.history import Actor
from tests.reviews.cases import a_case, items_of, reviews_of, until
from tests.world import World, a_capture, an_arrival, an_inspection

OWNER = Actor("user", "owner", "Owner of Fern Home")


def outcome(world: World, rvp: dict, **options) -> dict:
    answer = world.field("GET", f"/returns/{rvp['return_id']}/outcome", **options)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def test_before_the_inspection_there_is_nothing_to_wait_for(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    told = outcome(world, rvp)
    assert (told["verdict"], told["poll_after_s"]) == (None, None)
    assert told["to_do"] == "Answer the checklist first."


def test_what_passed_is_taken_along_at_once(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    world.field("POST", "/inspections", an_inspection(rvp))
    told = outcome(world, rvp)
    assert (told["verdict"], told["poll_after_s"]) == ("passed", None)
    assert told["to_do"] == told["items"][0]["to_do"] == "Take it with you."


def test_the_executive_is_told_which_photos_the_verdict_waits_for(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    assert outcome(world, rvp)["missing"] == []
    forms = world.forms(rvp["return_id"])
    capture = a_capture(forms["front"])
    body = world.field("POST", "/inspections", an_inspection(rvp, capture)).get_json()
    assert [(each["slot"], each["title"], each["state"]) for each in body["missing"]] == [
        ("front", "Whole item", "on_the_way"),
        ("damage", "Damage", "missing"),
        ("imei", "IMEI label", "missing"),
    ]
    assert body["missing"][0]["photo_id"] == capture["photo_id"]
    world.callback(an_arrival(forms["front"]))
    assert [each["slot"] for each in outcome(world, rvp)["missing"]] == ["damage", "imei"]


def test_what_needs_a_look_is_asked_for_again_sooner_as_the_time_ends(world: World) -> None:
    rvp = a_case(world, minutes=10)
    end = until(world, rvp["return_id"])
    told = outcome(world, rvp)
    assert told["to_do"] == "Wait: it is being decided."
    assert told["decide_by"] == end.isoformat().replace("+00:00", "Z")
    assert told["poll_after_s"] == 15
    with clock.frozen(end - timedelta(seconds=30)):
        assert outcome(world, rvp)["poll_after_s"] == 5


def test_the_rulebooks_answer_holds_from_the_end_on_without_any_worker(world: World) -> None:
    rvp = a_case(world, minutes=10, default="pass")
    with clock.frozen(until(world, rvp["return_id"])):
        told = outcome(world, rvp)
    assert (told["verdict"], told["shipment_state"]) == ("passed", "picked")
    assert (told["poll_after_s"], told["items"][0]["decided_by"]) == (None, "default")
    assert items_of(world, rvp["return_id"])[0].verdict == "pass"


def test_the_merchants_decision_is_told(world: World) -> None:
    rvp = a_case(world, minutes=10)
    (review,) = reviews_of(world, rvp["return_id"])
    with world.inside():
        reviews.decide(review.id, "refuse", by=OWNER)
    told = outcome(world, rvp)
    assert told["to_do"] == told["items"][0]["to_do"] == "Leave it with the customer."
    assert told["items"][0]["decided_by"] == "merchant"


def test_which_pieces_to_take_is_said(world: World) -> None:
    rvp = a_case(world)
    (review,) = reviews_of(world, rvp["return_id"])
    verdicts = ["pass", "needs_review", "fail"]
    with world.inside():
        item = reviews.outcome.load(uuid.UUID(rvp["return_id"])).items[0]
        item.units = [{"unit": n, "verdict": v, "reason": ""} for n, v in enumerate(verdicts, 1)]
    with world.inside():
        reviews.decide(review.id, "accept", by=OWNER)
    (told,) = outcome(world, rvp)["items"]
    assert told["to_do"] == "Take piece 1 and 2. Leave piece 3 with the customer."
    assert [piece["verdict"] for piece in told["units"]] == ["pass", "pass", "fail"]


def test_a_cancelled_pickup_is_said_to_be_cancelled(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    world.partner("POST", f"/returns/{rvp['return_id']}/cancel")
    assert outcome(world, rvp)["to_do"].startswith("The pickup was cancelled.")


def test_another_executives_return_is_not_there(world: World) -> None:
    rvp = a_case(world)
    path = f"/returns/{rvp['return_id']}/outcome"
    assert world.field("GET", path, token=world.other_device_token).status_code == 404
    assert world.call("GET", f"/api/v1/field{path}").status_code == 401
