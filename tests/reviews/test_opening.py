"""A review opens for what nobody at the door could decide on."""

from datetime import timedelta

from tests.reviews.cases import a_case, items_of, reviews_of, unclear
from tests.world import World, an_inspection, an_item


def test_an_item_that_needs_a_look_opens_a_review_with_the_rulebooks_clock(world: World) -> None:
    rvp = a_case(world, minutes=15, default="pass")
    (review,) = reviews_of(world, rvp["return_id"])
    assert review.decide_by == review.opened_at + timedelta(minutes=15)
    assert (review.default_verdict, review.waiting) == ("pass", True)
    (item,) = items_of(world, rvp["return_id"])
    assert (item.verdict, item.inspected_verdict) == ("needs_review", "needs_review")
    assert world.return_row(rvp["return_id"]).shipment_state == "out_for_pickup"


def test_what_waits_for_a_decision_says_so_while_its_photos_are_on_their_way(world: World) -> None:
    rvp = a_case(world, minutes=30)
    row = world.return_row(rvp["return_id"])
    assert row.photos_absent
    assert (row.qc_state, row.final) == ("needs_review", False)


def test_without_a_policy_there_is_no_clock(world: World) -> None:
    (review,) = reviews_of(world, a_case(world)["return_id"])
    assert (review.decide_by, review.default_verdict) == (None, None)


def test_what_passes_opens_nothing(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    assert world.field("POST", "/inspections", an_inspection(rvp)).status_code == 201
    assert reviews_of(world, rvp["return_id"]) == []
    assert items_of(world, rvp["return_id"])[0].inspected_verdict == "pass"


def test_the_same_inspection_again_opens_nothing_more(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    sent = unclear(rvp)
    assert world.field("POST", "/inspections", sent).status_code == 201
    assert world.field("POST", "/inspections", sent).status_code == 200
    assert len(reviews_of(world, rvp["return_id"])) == 1


def test_an_item_that_was_forgotten_waits_beside_one_that_passed(world: World) -> None:
    rvp = world.register(items=[an_item(), an_item(client_sku_id="NUV-P8-WHT")])
    world.assign(rvp["return_id"])
    assert world.field("POST", "/inspections", an_inspection(rvp)).status_code == 201
    (review,) = reviews_of(world, rvp["return_id"])
    first, second = items_of(world, rvp["return_id"])
    assert (first.verdict, second.verdict) == ("pass", "not_inspected")
    assert review.item_id == second.id


def test_a_visit_in_vain_asks_nobody(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    sent = an_inspection(rvp) | {"items": [], "shipment_state": "pickup_failed"}
    assert world.field("POST", "/inspections", sent).status_code == 201
    assert reviews_of(world, rvp["return_id"]) == []
