"""An admin's override changes what holds, never what the inspection said."""

import threading
import uuid
from typing import Any

import pytest

from qcportal import errors, reviews
from qcportal.history import Actor
from qcportal.reviews import Override
from tests.reviews.cases import REASON, a_case, items_of, reviews_of
from tests.world import World, an_inspection

ADMIN = Actor("user", "asha", "Asha Shinde")


def overridden(world: World, rvp: dict[str, Any], verdict: Any, **changes: Any) -> None:
    item_id = uuid.UUID(rvp["items"][0]["item_id"])
    given = {"reason": REASON, "seen": 0} | changes
    wanted = Override(uuid.UUID(rvp["return_id"]), item_id, verdict, **given)
    with world.inside():
        reviews.override(wanted, by=ADMIN)


def failed(world: World) -> dict[str, Any]:
    rvp = world.register()
    world.assign(rvp["return_id"])
    sent = an_inspection(rvp)
    sent["items"][0]["answers"][1] = {"check": "damage", "result": "mismatch", "value": "yes"}
    assert world.field("POST", "/inspections", sent).status_code == 201
    return rvp


def test_what_holds_changes_and_what_was_inspected_stays(world: World) -> None:
    rvp = failed(world)
    before = items_of(world, rvp["return_id"])[0].verdict_reason
    overridden(world, rvp, "pass")
    (item,) = items_of(world, rvp["return_id"])
    row = world.return_row(rvp["return_id"])
    assert (item.verdict, item.inspected_verdict) == ("pass", "fail")
    assert (item.decided_by_name, item.decided_note) == ("Asha Shinde", REASON)
    assert item.verdict_reason == before
    assert (row.verdict, row.qc_state) == ("passed", "overridden")
    assert row.shipment_state == "pickup_failed"


def test_photos_that_arrive_later_leave_it_overridden(world: World) -> None:
    rvp = failed(world)
    overridden(world, rvp, "pass")
    form = world.forms(rvp["return_id"])["front"]
    from tests.world import an_arrival

    assert world.callback(an_arrival(form)).status_code == 200
    assert world.return_row(rvp["return_id"]).qc_state == "overridden"


def test_it_closes_what_waits(world: World) -> None:
    rvp = a_case(world, minutes=30)
    overridden(world, rvp, "pass")
    (review,) = reviews_of(world, rvp["return_id"])
    assert (review.decision, review.decided_by, review.note) == ("accept", "admin", REASON)
    assert world.return_row(rvp["return_id"]).shipment_state == "picked"
    with pytest.raises(errors.Conflict, match="Asha Shinde decided before you"), world.inside():
        reviews.decide(review.id, "refuse", by=ADMIN)


def test_while_another_item_waits_the_return_still_needs_a_look(world: World) -> None:
    rvp = a_case(world, items=2)
    overridden(world, rvp, "pass")
    assert world.return_row(rvp["return_id"]).verdict == "needs_review"
    _, second = reviews_of(world, rvp["return_id"])
    with world.inside():
        reviews.decide(second.id, "accept", by=ADMIN)
    row = world.return_row(rvp["return_id"])
    assert (row.verdict, row.qc_state) == ("passed", "overridden")


@pytest.mark.parametrize("reason", ["", "too short a reason", " " * 30, "x" * 1001])
def test_a_reason_is_obligatory(world: World, reason: str) -> None:
    rvp = failed(world)
    with pytest.raises(errors.Invalid, match="20 to 1000"):
        overridden(world, rvp, "pass", reason=reason)
    assert items_of(world, rvp["return_id"])[0].verdict == "fail"


def test_who_has_not_seen_the_last_decision_is_told_of_it(world: World) -> None:
    rvp = failed(world)
    overridden(world, rvp, "pass")
    with pytest.raises(errors.Conflict, match="Asha Shinde decided meanwhile: Passed"):
        overridden(world, rvp, "fail")
    overridden(world, rvp, "fail", seen=1)
    assert items_of(world, rvp["return_id"])[0].verdict == "fail"


def test_what_was_not_inspected_cannot_be_overridden(world: World) -> None:
    with pytest.raises(errors.Conflict, match="not inspected yet"):
        overridden(world, world.register(), "pass")


def test_an_item_of_another_return_is_not_there(world: World) -> None:
    mine, other = failed(world), failed(world)
    with pytest.raises(errors.NotFound):
        overridden(world, mine | {"items": other["items"]}, "pass")


def test_of_fifty_admins_at_once_one_decides(world: World) -> None:
    rvp, start, outcomes = failed(world), threading.Barrier(50), []

    def decide(number: int) -> None:
        start.wait()
        try:
            overridden(world, rvp, "pass" if number % 2 else "fail")
            outcomes.append(True)
        except errors.Conflict:
            outcomes.append(False)

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False] * 49 + [True]
    assert items_of(world, rvp["return_id"])[0].decisions == 1
