"""The queue of look-alikes: shown to admins, decided by operations, hidden from merchants."""

import uuid
from typing import Any

import pytest

from qcportal.likeness import Finding
from tests.likeness.cases import a_hash, arrive, findings, work
from tests.world import World, csrf_of


def a_pair(world: World, seed: int = 61, **later: Any) -> Finding:
    arrive(world, a_hash(seed))
    arrive(world, a_hash(seed), **later)
    work(world)
    return findings(world)[-1]


def person(world: World, role: str) -> str:
    with world.inside():
        return world._person(f"{role}@carrier.example", f"The {role}", role, None)


def decide(world: World, finding: Finding, email: str, **form: str) -> Any:
    browser = world.signed_in(email)
    token = csrf_of(browser, "/account/second-step")
    body = {"csrf_token": token, "decision": "confirmed", **form}
    return browser.post(f"/admin/likenesses/{finding.id}/decide", data=body)


def test_the_queue_tells_what_was_found_and_counts_it(world: World) -> None:
    found = a_pair(world, store=world.b)
    browser = world.signed_in(world.clerk)
    page = browser.get("/admin/likenesses").text
    assert "Looks the same" in page
    assert "Kiln Street and Fern Home" in page
    assert "Ravi K." in page
    assert f"/admin/likenesses/{found.id}" in page
    assert "1 look-alike to decide" in browser.get("/admin").text


def test_an_empty_queue_says_so(world: World) -> None:
    assert "Nothing to decide" in world.signed_in(world.admin).get("/admin/likenesses").text


@pytest.mark.parametrize(
    ("query", "here"),
    [
        ("", True),
        ("?state=any&order=score", True),
        ("?state=confirmed", False),
        ("?kind=near_duplicate", True),
        ("?kind=same_bytes", False),
        ("?merchant={a}", True),
        ("?merchant={nobody}", False),
        ("?executive={executive}", True),
        ("?executive={nobody}", False),
        ("?page=2", False),
        ("?kind=nonsense&merchant=nonsense&page=nonsense&state=x&order=y", True),
        ("?page=-4", True),
    ],
)
def test_the_queue_is_narrowed_by_what_is_asked(world: World, query: str, here: bool) -> None:
    found = a_pair(world)
    known = {"a": world.a.id, "executive": world.executive_id, "nobody": uuid.uuid4()}
    page = world.signed_in(world.admin).get("/admin/likenesses" + query.format(**known))
    assert page.status_code == 200
    assert (str(found.id) in page.text) == here


def test_both_photos_stand_side_by_side_with_their_facts(world: World) -> None:
    found = a_pair(world, store=world.b)
    page = world.signed_in(world.admin).get(f"/admin/likenesses/{found.id}").text
    for said in ("The later photo", "The earlier photo", "Fern Home", "Kiln Street", "of 128"):
        assert said in page
    for photo in (found.photo_id, found.other_photo_id):
        assert f"/admin/photos/{photo}" in page
    assert "Not a problem" in page
    assert "Confirmed re-use" in page


def test_a_decision_is_taken_once_and_told_to_the_second(world: World) -> None:
    found = a_pair(world)
    answer = decide(world, found, world.clerk, note="Same table")
    assert answer.status_code == 303
    late = decide(world, found, world.admin, decision="dismissed")
    assert late.status_code == 409
    assert "Om Rao decided before you: confirmed re-use" in late.text
    after = findings(world)[0]
    assert (after.state, after.note) == ("confirmed", "Same table")
    page = world.signed_in(world.admin).get(f"/admin/likenesses/{found.id}").text
    assert "Om Rao: confirmed re-use" in page
    assert 'name="decision"' not in page


@pytest.mark.parametrize("form", [{"decision": ""}, {"decision": "punish"}, {"note": "x" * 1001}])
def test_a_bad_form_decides_nothing(world: World, form: dict[str, str]) -> None:
    found = a_pair(world)
    answer = decide(world, found, world.admin, **form)
    assert answer.status_code in {400, 422}
    assert findings(world)[0].state == "open"


def test_an_auditor_reads_and_decides_nothing(world: World) -> None:
    found, auditor = a_pair(world), person(world, "auditor")
    page = world.signed_in(auditor).get(f"/admin/likenesses/{found.id}")
    assert page.status_code == 200
    assert 'name="decision"' not in page.text
    assert decide(world, found, auditor).status_code == 403


def test_what_is_not_there_is_not_found(world: World) -> None:
    browser = world.signed_in(world.admin)
    assert browser.get(f"/admin/likenesses/{uuid.uuid4()}").status_code == 404
    assert browser.get("/admin/likenesses/x").status_code == 404
    assert browser.get(f"/admin/likenesses/{uuid.uuid4()}/decide").status_code == 405


def test_a_confirmed_finding_shows_on_return_and_photo_to_admins_alone(world: World) -> None:
    found = a_pair(world, store=world.b)
    decide(world, found, world.clerk)
    admin = world.signed_in(world.admin)
    for photo_id, return_id in (
        (found.photo_id, found.return_id),
        (found.other_photo_id, found.other_return_id),
    ):
        for path in (f"/admin/returns/{return_id}", f"/admin/photos/{photo_id}"):
            page = admin.get(path).text
            assert "Confirmed re-use." in page
            assert f"/admin/likenesses/{found.id}" in page
    for store, return_id in ((world.b, found.return_id), (world.a, found.other_return_id)):
        browser = world.signed_in(store.owner)
        page = browser.get(f"/returns/{return_id}").text
        assert "re-use" not in page
        assert "ikeness" not in page
        assert browser.get("/admin/likenesses").status_code == 404
        assert browser.get(f"/admin/likenesses/{found.id}").status_code == 404
        answer = world.partner("GET", f"/returns/{return_id}", store=store).text
        assert str(found.id) not in answer
        assert "likeness" not in answer


def test_a_dismissed_finding_is_not_shown_on_the_return(world: World) -> None:
    found = a_pair(world)
    decide(world, found, world.clerk, decision="dismissed")
    page = world.signed_in(world.admin).get(f"/admin/returns/{found.return_id}").text
    assert f"/admin/likenesses/{found.id}" not in page
