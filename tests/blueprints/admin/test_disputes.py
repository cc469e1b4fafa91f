"""The queue of disputes for admins: who sees what, who is told what, and what each form does."""

import re
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient

from qcportal import accounts, clock, disputes
from qcportal.db import db
from qcportal.disputes import Dispute, Person
from qcportal.history import Actor
from tests.disputes.cases import inspected, row, sent, steps
from tests.world import World, csrf_of

WHY = "The door photo shows the scratch beside the box."


def officer(world: World, name: str = "Bala Rao", role: str = "dispute_officer") -> str:
    email = f"{name.split()[0].lower()}@carrier.example"
    with world.inside():
        world._person(email, name, role, None)
    return email


def act(browser: FlaskClient, dispute: Dispute, step: str, **form: Any) -> Any:
    """Send a form of the dispute's page with what that page carries."""
    page = browser.get(f"/admin/disputes/{dispute.id}").text
    seen = re.search(r'name="seen" value="(\d+)"', page)
    token = csrf_of(browser, "/admin/disputes")
    body = {"csrf_token": token, "seen": seen[1] if seen else "", **form}
    path = "/admin/disputes/undo" if step == "undo" else f"/admin/disputes/{dispute.id}/{step}"
    return browser.post(path, data=body)


def later(world: World, dispute: Dispute, **changes: Any) -> None:
    """Move columns of a dispute, as time would."""
    with world.inside():
        db.session.execute(db.update(Dispute).where(Dispute.id == dispute.id).values(**changes))


def test_the_queue_shows_who_waits_by_the_time_that_is_left(world: World) -> None:
    first, second = sent(world), sent(world)
    later(world, second, decide_by=clock.now())
    browser = world.signed_in(world.clerk)
    page = browser.get("/admin/disputes").text
    assert page.index(f"D-{second.number}") < page.index(f"D-{first.number}")
    assert "1 past its time" in page
    assert "late 1 m" in page
    assert "1 late" in browser.get("/admin/merchants").text
    assert f"D-{first.number}" not in browser.get("/admin/disputes?late=1").text


def test_an_open_desk_asks_for_the_queue_anew_and_claims_nothing(world: World) -> None:
    first, second = sent(world), sent(world)
    bala = world.signed_in(officer(world))
    page = bala.get(f"/admin/disputes?kind={first.kind}").text
    assert f'hx-get="/admin/disputes/live?kind={first.kind}"' in page
    assert f"open={second.id}" in bala.get(f"/admin/disputes/{second.id}").text
    answer = bala.get(f"/admin/disputes/live?open={first.id}")
    assert (answer.status_code, "<html" in answer.text) == (200, False)
    assert re.search(rf'href="/admin/disputes/{first.id}" aria-current="page"', answer.text)
    assert "2 open" in answer.text
    assert row(world, first.id).claimed_by == ""
    assert bala.get(f"/admin/disputes/live?open={uuid.uuid4()}").status_code == 404
    assert bala.get("/admin/disputes/live?open=x&whose=nobody").status_code == 200
    assert world.signed_in(world.a.owner).get("/admin/disputes/live").status_code == 404
    assert world.client.get("/admin/disputes/live").status_code == 303


def test_opening_claims_for_officers_and_others_see_by_whom(world: World) -> None:
    dispute = sent(world)
    clerk, bala = world.signed_in(world.clerk), world.signed_in(officer(world))
    clerk.get(f"/admin/disputes/{dispute.id}")
    assert row(world, dispute.id).claimed_by == ""
    ahead = {"Sec-Purpose": "prefetch"}
    bala.get(f"/admin/disputes/{dispute.id}", headers=ahead)
    assert row(world, dispute.id).claimed_by == ""
    bala.get(f"/admin/disputes/{dispute.id}")
    assert row(world, dispute.id).claimed_by_name == "Bala Rao"
    bala.get(f"/admin/disputes/{dispute.id}")
    assert steps(world, dispute.id).count("claim") == 1
    asha = world.signed_in(world.admin)
    assert "Bala Rao is looking" in asha.get("/admin/disputes").text
    page = asha.get(f"/admin/disputes/{dispute.id}").text
    assert "Bala Rao is looking at it, until" in page
    assert "data-deciding" not in page


def test_upholding_needs_no_words_and_opens_the_next(world: World) -> None:
    first, second = sent(world), sent(world)
    browser = world.signed_in(world.admin)
    answer = act(browser, first, "decide", outcome="approved")
    assert answer.status_code == 303
    assert answer.location.endswith(f"/admin/disputes/{second.id}")
    decided = row(world, first.id)
    assert (decided.state, decided.pending_outcome) == ("deciding", "approved")
    page = browser.get(answer.location).text
    assert f"D-{first.number}: Upheld" in page
    assert "data-undo-seconds" in page
    with world.inside(commit=False):
        full = disputes.get_full(first.id, by=Person(Actor("user", "x", "X"), "system"))
    assert full.decisions[0].reason == "photos_show_it"
    assert full.decisions[0].text == "The photos show what you say."


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"text": WHY}, "Choose a reason"),
        ({"reason": "rule_says_so"}, "Say why in 10 to 1000"),
        ({"reason": "rule_says_so", "text": "short"}, "Say why in 10 to 1000"),
        ({"reason": "nonsense", "text": WHY}, "Choose a reason"),
        ({"reason": "rule_says_so", "text": "x" * 1001}, "Say why in 10 to 1000"),
        ({"reason": "rule_says_so", "text": WHY, "outcome": ""}, "Choose uphold"),
        ({"reason": "rule_says_so", "text": WHY, "outcome": "items"}, "Choose uphold"),
    ],
)
def test_declining_needs_a_reason_and_words(world: World, form: dict, words: str) -> None:
    dispute = sent(world)
    browser = world.signed_in(world.admin)
    answer = act(browser, dispute, "decide", **{"outcome": "rejected", **form})
    assert answer.status_code == 400
    assert words in answer.text
    assert "<title>Error:" in answer.text
    assert row(world, dispute.id).state == "under_review"
    if len(form.get("text", "")) < 100:
        assert form.get("text", "") in answer.text


def test_a_declined_dispute_waits_ten_seconds_and_can_be_taken_back(world: World) -> None:
    dispute = sent(world)
    browser = world.signed_in(world.admin)
    answer = act(browser, dispute, "decide", outcome="rejected", reason="not_proven", text=WHY)
    assert answer.location.endswith("/admin/disputes")
    answer = act(browser, dispute, "undo", dispute_id=str(dispute.id))
    assert answer.location.endswith(f"/admin/disputes/{dispute.id}")
    assert row(world, dispute.id).state == "under_review"
    act(browser, dispute, "decide", outcome="rejected", reason="not_proven", text=WHY)
    later(world, dispute, effective_at=clock.now(), due_at=clock.now())
    late = act(browser, dispute, "undo", dispute_id=str(dispute.id))
    assert row(world, dispute.id).state == "rejected"
    assert "It was decided: declined." in browser.get(late.location).text


def test_closing_the_browser_does_not_lose_a_decision(world: World) -> None:
    dispute = sent(world)
    act(world.signed_in(world.admin), dispute, "decide", outcome="approved")
    later(world, dispute, effective_at=clock.now(), due_at=clock.now())
    world.signed_in(world.clerk).get("/admin/disputes")
    assert row(world, dispute.id).state == "approved"


def test_items_are_decided_each_for_itself(world: World) -> None:
    dispute = sent(world, rvp=inspected(world, items=2))
    with world.inside(commit=False):
        full = disputes.get_full(dispute.id, by=Person(Actor("user", "x", "X"), "system"))
    one, other = (str(each.item_id) for each in full.items)
    form = {f"outcome-{one}": "partially_approved", f"granted-{one}": "₹2,000"}
    form |= {f"outcome-{other}": "rejected", "reason": "not_proven", "text": WHY}
    browser = world.signed_in(world.admin)
    refused = act(browser, dispute, "decide", outcome="items", **form)
    assert refused.status_code == 400
    assert "below what was claimed" in refused.text
    assert "₹2,000" in refused.text
    form[f"granted-{one}"] = "500.50"
    assert act(browser, dispute, "decide", outcome="items", **form).status_code == 303
    with world.inside(commit=False):
        full = disputes.get_full(dispute.id, by=Person(Actor("user", "x", "X"), "system"))
    granted = {str(each.item_id): each.granted_minor for each in full.decisions[0].items}
    assert granted == {one: 50_050, other: 0}
    assert full.decisions[0].outcome == "partially_approved"


def test_who_comes_late_is_told_who_decided_what_and_changes_nothing(world: World) -> None:
    dispute = sent(world)
    asha, bala = world.signed_in(world.admin), world.signed_in(officer(world))
    page = asha.get(f"/admin/disputes/{dispute.id}").text
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    later(world, dispute, claimed_until=clock.now())
    act(bala, dispute, "decide", outcome="rejected", reason="not_proven", text=WHY)
    form = {"csrf_token": csrf_of(asha, "/admin/disputes"), "seen": seen[1]}
    answer = asha.post(f"/admin/disputes/{dispute.id}/decide", data=form | {"outcome": "approved"})
    assert answer.status_code == 409
    assert "Bala Rao decided it: declined." in answer.text
    assert row(world, dispute.id).pending_outcome == "rejected"


def test_asking_stops_the_clock_and_goes_on(world: World) -> None:
    first, second = sent(world), sent(world)
    browser = world.signed_in(world.admin)
    refused = act(browser, first, "ask", question="Why?")
    assert refused.status_code == 400
    assert "Use 10 to 1000 characters" in refused.text
    answer = act(browser, first, "ask", question="Which lot was this bottle from?")
    assert answer.location.endswith(str(second.id))
    assert row(world, first.id).state == "info_requested"
    assert "A question to the merchant is open" in browser.get(f"/admin/disputes/{first.id}").text


def test_skipping_leaves_it_to_others_and_comes_back_at_the_end(world: World) -> None:
    first, second = sent(world), sent(world)
    browser = world.signed_in(world.admin)
    answer = act(browser, first, "skip")
    assert answer.location.endswith(str(second.id))
    assert row(world, first.id).claimed_by == ""
    assert act(browser, second, "skip").location.endswith(str(first.id))


def test_sorting_and_assigning_stay_with_the_dispute(world: World) -> None:
    dispute = sent(world)
    officer(world)
    with world.inside(commit=False):
        bala = next(u for u in db.session.scalars(accounts.select_users()) if u.name == "Bala Rao")
    browser = world.signed_in(world.admin)
    answer = act(browser, dispute, "recategorise", category="damaged")
    assert answer.location.endswith(f"/admin/disputes/{dispute.id}")
    assert act(browser, dispute, "recategorise", category="nonsense").status_code == 400
    act(browser, dispute, "assign", person=str(bala.id))
    kept = row(world, dispute.id)
    assert (kept.category, kept.assigned_to_name) == ("damaged", "Bala Rao")
    assert act(browser, dispute, "assign", person="nonsense").status_code == 400
    assert "For Bala Rao" in world.signed_in(world.clerk).get("/admin/disputes").text
    assert act(world.signed_in(world.clerk), dispute, "assign", person="").status_code == 303
    assert row(world, dispute.id).assigned_to == ""


def test_filters_stand_in_the_url_and_stay_in_every_step(world: World) -> None:
    mine = sent(world)
    other = sent(world, rvp=inspected(world, store=world.b))
    browser = world.signed_in(world.admin)
    page = browser.get(f"/admin/disputes?merchant={world.b.id}").text
    assert f"D-{other.number}" in page
    assert f"D-{mine.number}" not in page
    assert f"D-{mine.number}" not in browser.get("/admin/disputes?kind=inspection_not_done").text
    assert "No dispute fits these filters" in (
        browser.get("/admin/disputes?kind=inspection_not_done").text
    )
    query = f"?merchant={world.b.id}"
    token = csrf_of(browser, "/admin/disputes")
    answer = browser.post(
        f"/admin/disputes/{other.id}/decide{query}",
        data={"csrf_token": token, "outcome": "approved"},
    )
    assert answer.location.endswith(f"/admin/disputes?merchant={world.b.id}")
    nonsense = "?whose=x&kind=y&merchant=z&late=q"
    assert browser.get(f"/admin/disputes{nonsense}").status_code == 200
    assert browser.get("/admin/disputes?after=zzz").status_code == 400


def test_an_empty_queue_says_what_waits_for_others(world: World) -> None:
    browser = world.signed_in(world.admin)
    assert "Every dispute that was sent is answered." in browser.get("/admin/disputes").text
    sent(world)
    page = browser.get("/admin/disputes?whose=mine").text
    assert "Nothing waits for you" in page
    assert "1 waits for others." in page


def test_strangers_merchants_and_unknown_disputes(world: World) -> None:
    dispute = sent(world)
    assert world.client.get(f"/admin/disputes/{dispute.id}").status_code == 303
    assert world.signed_in(world.a.owner).get(f"/admin/disputes/{dispute.id}").status_code == 404
    assert world.signed_in(world.admin).get(f"/admin/disputes/{uuid.uuid4()}").status_code == 404
    clerk = world.signed_in(world.clerk)
    for step in ("decide", "agree", "disagree", "ask", "skip", "recategorise", "like"):
        form = {"csrf_token": csrf_of(clerk, "/admin/disputes"), "outcome": "approved"}
        assert clerk.post(f"/admin/disputes/{dispute.id}/{step}", data=form).status_code == 403
        if step != "like":
            path = f"/admin/disputes/{dispute.id}/{step}"
            assert world.signed_in(world.admin).get(path).status_code == 405
