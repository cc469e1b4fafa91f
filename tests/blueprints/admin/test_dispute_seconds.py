"""Decisions that take a second person, appeals, and like cases decided together."""

import re

from qcportal import clock, disputes
from qcportal.disputes import Person
from qcportal.history import Actor
from tests.blueprints.admin.test_disputes import WHY, act, later, officer
from tests.disputes.cases import row, sent
from tests.world import World, csrf_of


def test_above_the_value_limit_a_second_person_agrees(world: World) -> None:
    dispute = sent(world)
    later(world, dispute, needs_two=True)
    asha, bala = world.signed_in(world.admin), world.signed_in(officer(world))
    assert "a second person has to agree with you" in asha.get(f"/admin/disputes/{dispute.id}").text
    answer = act(asha, dispute, "decide", outcome="approved")
    assert "somebody else has to agree" in asha.get(answer.location).text
    assert "Take my decision back" in asha.get(f"/admin/disputes/{dispute.id}").text
    refused = act(bala, dispute, "disagree", objection="no")
    assert refused.status_code == 400
    assert act(bala, dispute, "agree").status_code == 303
    assert row(world, dispute.id).state == "deciding"


def test_disagreeing_sends_it_back_with_words(world: World) -> None:
    dispute = sent(world)
    later(world, dispute, needs_two=True)
    asha, bala = world.signed_in(world.admin), world.signed_in(officer(world))
    act(asha, dispute, "decide", outcome="approved")
    act(bala, dispute, "disagree", objection="The second photo shows a crack.")
    assert row(world, dispute.id).state == "under_review"
    page = asha.get(f"/admin/disputes/{dispute.id}").text
    assert "The second photo shows a crack." in page


def test_an_appeal_is_for_somebody_else(world: World) -> None:
    dispute = sent(world)
    browser = world.signed_in(world.admin)
    act(browser, dispute, "decide", outcome="rejected", reason="not_proven", text=WHY)
    later(world, dispute, effective_at=clock.now(), due_at=clock.now())
    browser.get("/admin/disputes")
    with world.inside():
        claims = Person(Actor("user", "chitra", "Chitra"), "claims")
        disputes.appeal(dispute.id, "Please look at the second photo again.", by=claims)
    page = browser.get(f"/admin/disputes/{dispute.id}").text
    assert "You decided it before" in page
    assert "an appeals officer decides it" in (
        world.signed_in(officer(world)).get(f"/admin/disputes/{dispute.id}").text
    )
    dev = world.signed_in(officer(world, "Dev Nair", "appeals_officer"))
    assert act(dev, dispute, "decide", outcome="approved").status_code == 303
    assert row(world, dispute.id).pending_outcome == "approved"


def test_like_cases_are_decided_in_two_explicit_steps(world: World) -> None:
    first, second, third = (sent(world) for _ in range(3))
    browser = world.signed_in(world.admin)
    page = browser.get(f"/admin/disputes/{first.id}").text
    assert "Decide with 2 like it" in page
    path = f"/admin/disputes/{first.id}/like"
    page = browser.get(path).text
    values = re.findall(r'name="dispute" value="([^"]+)"', page)
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert len(values) == 2
    assert seen
    assert f'value="{values[0]}" checked' not in page
    token = csrf_of(browser, path)
    form = {"csrf_token": token, "seen": seen[1], "outcome": "rejected", "text": WHY}
    assert "Tick at least one" in browser.post(path, data=form).text
    form |= {"dispute": values[:1], "reason": "not_proven"}
    asked = browser.post(path, data=form)
    assert asked.status_code == 200
    assert "2 disputes over ₹3,000 together become: Declined." in asked.text
    assert row(world, first.id).state == "under_review"
    answer = browser.post(path, data=form | {"sure": "1"})
    assert answer.status_code == 303
    told = browser.get(answer.location).text
    assert "2 disputes decided." in told
    assert "Undo all 2" in told
    states = {row(world, each.id).state for each in (first, second, third)}
    assert states == {"deciding", "open"}
