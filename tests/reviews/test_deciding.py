"""Exactly one decision wins: a person's in time, or the rulebook's after it."""

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from qcportal import clock, errors, history, reviews, tenancy
from qcportal.db import db
from qcportal.history import Actor
from qcportal.returns import ReturnItem
from qcportal.reviews import Review
from tests.reviews.cases import a_case, items_of, reviews_of, until
from tests.world import World

OWNER = Actor("user", "owner", "Owner of Fern Home")


def decided(world: World, review: Review, decision: Any, *, note: str = "") -> None:
    with world.inside():
        reviews.decide(review.id, decision, by=OWNER, note=note)


def settled(world: World, at: Any) -> int:
    with world.inside(), clock.frozen(at):
        return reviews.settle_due()


def actions(world: World, return_id: str) -> list[str]:
    with world.inside(commit=False):
        chain = history.select_chain(uuid.UUID(return_id))
        return [event.action for event in db.session.scalars(chain)]


@pytest.mark.parametrize(
    ("decision", "verdict", "whole", "shipment"),
    [("accept", "pass", "passed", "picked"), ("refuse", "fail", "failed", "pickup_failed")],
)
def test_a_decision_settles_item_return_and_pickup(
    world: World, decision: str, verdict: str, whole: str, shipment: str
) -> None:
    rvp = a_case(world, minutes=30)
    (review,) = reviews_of(world, rvp["return_id"])
    decided(world, review, decision, note="The label fits")
    (item,) = items_of(world, rvp["return_id"])
    row = world.return_row(rvp["return_id"])
    assert (item.verdict, item.inspected_verdict) == (verdict, "needs_review")
    assert (item.decided_by, item.decided_by_name) == ("merchant", "Owner of Fern Home")
    assert (item.decided_note, item.decisions) == ("The label fits", 1)
    assert (row.verdict, row.shipment_state) == (whole, shipment)
    assert row.verdict_reason == "Owner of Fern Home: The label fits"
    assert actions(world, rvp["return_id"])[0] == "review_decided"


def test_the_photos_that_are_missing_are_still_said_after_a_decision(world: World) -> None:
    rvp = a_case(world)
    (review,) = reviews_of(world, rvp["return_id"])
    decided(world, review, "accept")
    assert world.return_row(rvp["return_id"]).qc_state == "evidence_incomplete"


def test_a_second_decision_is_a_conflict_that_changes_nothing(world: World) -> None:
    rvp = a_case(world)
    (review,) = reviews_of(world, rvp["return_id"])
    decided(world, review, "accept")
    with pytest.raises(errors.Conflict, match="Owner of Fern Home decided before you"):
        decided(world, review, "refuse")
    assert items_of(world, rvp["return_id"])[0].verdict == "pass"


def test_of_two_items_each_has_to_be_decided(world: World) -> None:
    rvp = a_case(world, items=2)
    first, second = reviews_of(world, rvp["return_id"])
    decided(world, first, "accept")
    row = world.return_row(rvp["return_id"])
    assert (row.verdict, row.shipment_state) == ("needs_review", "out_for_pickup")
    decided(world, second, "refuse")
    row = world.return_row(rvp["return_id"])
    assert (row.verdict, row.shipment_state) == ("partially_passed", "picked_partial")


def test_a_pickup_that_the_phone_said_ended_is_not_moved(world: World) -> None:
    rvp = a_case(world, shipment_state="pickup_failed")
    (review,) = reviews_of(world, rvp["return_id"])
    decided(world, review, "accept")
    row = world.return_row(rvp["return_id"])
    assert (row.verdict, row.shipment_state) == ("passed", "pickup_failed")


@pytest.mark.parametrize(("default", "whole"), [("pass", "passed"), ("fail", "failed")])
def test_the_rulebooks_answer_holds_once_the_time_has_ended(
    world: World, default: str, whole: str
) -> None:
    rvp = a_case(world, minutes=10, default=default)
    end = until(world, rvp["return_id"])
    assert settled(world, end - timedelta(seconds=1)) == 0
    assert settled(world, end) == 1
    assert settled(world, end) == 0
    (item,) = items_of(world, rvp["return_id"])
    assert (item.verdict, item.decided_by) == (default, "default")
    assert world.return_row(rvp["return_id"]).verdict == whole


def test_without_a_clock_nothing_settles_itself(world: World) -> None:
    a_case(world)
    assert settled(world, clock.now() + timedelta(days=400)) == 0


def test_a_late_decision_changes_nothing_before_and_after_the_default(world: World) -> None:
    rvp = a_case(world, minutes=10)
    (review,) = reviews_of(world, rvp["return_id"])
    end = until(world, rvp["return_id"])
    late = pytest.raises(errors.Conflict, match="time to decide has ended.*leave it")
    with late, clock.frozen(end):
        decided(world, review, "accept")
    assert reviews_of(world, rvp["return_id"])[0].waiting
    settled(world, end)
    with pytest.raises(errors.Conflict, match="time to decide has ended.*leave it"):
        decided(world, review, "accept")
    assert items_of(world, rvp["return_id"])[0].verdict == "fail"


def test_pieces_that_were_judged_keep_what_was_found(world: World) -> None:
    rvp = a_case(world)
    (review,) = reviews_of(world, rvp["return_id"])
    units = [
        {"unit": 1, "verdict": "pass", "reason": ""},
        {"unit": 2, "verdict": "needs_review", "reason": "Not checked"},
        {"unit": 3, "verdict": "fail", "reason": "Stain"},
    ]
    with world.inside():
        for item in db.session.scalars(select(ReturnItem).where(ReturnItem.id == review.item_id)):
            item.units = units
    decided(world, review, "accept")
    (item,) = items_of(world, rvp["return_id"])
    assert (item.verdict, item.units) == ("partially_passed", units)
    assert world.return_row(rvp["return_id"]).shipment_state == "picked_partial"


def test_another_merchants_review_is_not_there(world: World) -> None:
    rvp = a_case(world, store=world.b)
    (review,) = reviews_of(world, rvp["return_id"])
    with world.app.app_context(), tenancy.tenant(world.a.id):
        with pytest.raises(errors.NotFound):
            reviews.decide(review.id, "accept", by=OWNER)
        assert reviews.count_waiting().count == 0
        db.session.rollback()
    assert reviews_of(world, rvp["return_id"])[0].waiting


def test_of_fifty_at_once_one_decides(world: World) -> None:
    rvp = a_case(world, minutes=30)
    (review,) = reviews_of(world, rvp["return_id"])
    start, outcomes = threading.Barrier(50), []

    def decide(number: int) -> None:
        decision: Any = "accept" if number % 2 else "refuse"
        start.wait()
        try:
            with world.inside():
                reviews.decide(review.id, decision, by=Actor("user", str(number), f"P{number}"))
            outcomes.append(number)
        except errors.Conflict:
            outcomes.append(None)

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [each for each in outcomes if each is not None]
    assert len(outcomes) == 50
    (item,) = items_of(world, rvp["return_id"])
    assert item.decided_by_name == f"P{winner}"
    assert item.verdict == ("pass" if winner % 2 else "fail")
    assert actions(world, rvp["return_id"]).count("review_decided") == 1
