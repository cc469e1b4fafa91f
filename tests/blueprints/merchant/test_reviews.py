"""The merchant decides on what needs a look, on its page and on the return's own."""

import copy
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from qcportal import clock, reviews
from qcportal.history import Actor
from tests.reviews.cases import a_case, items_of, reviews_of, until
from tests.world import RULEBOOK, World, an_inspection, csrf_of

ADMIN = Actor("user", "asha", "Asha Shinde")


def decide(browser: FlaskClient, review: Any, decision: str, **form: str) -> Any:
    given = {"csrf_token": csrf_of(browser, "/account/second-step"), "decision": decision} | form
    return browser.post(f"/reviews/{review.id}/decide", data=given)


def owner(world: World) -> FlaskClient:
    return world.signed_in(world.a.owner)


def test_what_ends_first_comes_first_and_what_has_no_clock_last(world: World) -> None:
    cases = {
        "calm": a_case(world),
        "late": a_case(world, minutes=4),
        "soon": a_case(world, minutes=40),
    }
    page = owner(world).get("/reviews").text
    places = {name: page.index(rvp["return_id"]) for name, rvp in cases.items()}
    assert sorted(places, key=lambda name: places[name]) == ["late", "soon", "calm"]
    assert "3 of 3" in page
    assert re.search(r'is-late">.{0,200}3 min left', page, re.DOTALL)
    assert "39 min left" in page
    assert "No time limit" in page


def test_a_card_says_what_is_in_doubt_and_what_holds_without_a_decision(world: World) -> None:
    a_case(world, minutes=30)
    page = owner(world).get("/reviews").text
    assert "Which IMEI does *#06# show?" in page
    assert "The screen is dark" in page
    assert "the rulebook decides: leave it with the customer." in page
    assert "Ravi K." in page


def test_a_doubt_without_a_photo_of_its_own_is_shown_with_another_one(world: World) -> None:
    document = copy.deepcopy(RULEBOOK)
    glass = {"key": "glass", "type": "yes_no", "question": "Is the glass whole?"}
    document["rules"].append({"id": "glass", "title": "Glass", "checks": [glass]})
    world.partner("POST", "/rulebooks", {"document": document})
    rvp = world.register()
    world.assign(rvp["return_id"])
    answer = world.field("POST", "/inspections", an_inspection(rvp))
    assert answer.get_json()["verdict"] == "needs_review"
    page = owner(world).get("/reviews").text
    assert "Is the glass whole?" in page
    assert "No photo was asked" not in page


@pytest.mark.parametrize("back", ["list", "return"])
def test_accepting_leads_back_and_says_so(world: World, back: str) -> None:
    rvp = a_case(world)
    (review,) = reviews_of(world, rvp["return_id"])
    browser = owner(world)
    answer = decide(browser, review, "accept", back=back, note="Fits the label")
    assert answer.status_code == 303
    assert ("/returns/" in answer.headers["Location"]) == (back == "return")
    assert "told to take it back" in browser.get(answer.headers["Location"]).text
    (item,) = items_of(world, rvp["return_id"])
    assert (item.verdict, item.decided_by_name) == ("pass", "Owner of Fern Home")


def test_the_return_page_has_the_same_form_and_tells_who_decided(world: World) -> None:
    rvp = a_case(world, minutes=30)
    (review,) = reviews_of(world, rvp["return_id"])
    browser = owner(world)
    path = f"/returns/{rvp['return_id']}"
    assert f'action="/reviews/{review.id}/decide"' in browser.get(path).text
    decide(browser, review, "refuse", back="return", note="Another phone")
    page = browser.get(path).text
    assert "/decide" not in page
    assert "Failed by decision" in page
    assert "inspection said Needs a look; Owner of Fern Home decided Failed" in page
    assert "Another phone" in page


@pytest.mark.parametrize("back", ["list", "return"])
def test_who_comes_second_is_told_who_was_first(world: World, back: str) -> None:
    rvp = a_case(world)
    (review,) = reviews_of(world, rvp["return_id"])
    browser = owner(world)
    with world.inside():
        reviews.decide(review.id, "refuse", by=Actor("user", "x", "Meera Iyer"))
    answer = decide(browser, review, "accept", back=back)
    assert answer.status_code == 409
    assert "Meera Iyer decided before you" in answer.text
    assert items_of(world, rvp["return_id"])[0].verdict == "fail"


def test_who_comes_late_is_told_that_the_rulebook_decided(world: World) -> None:
    rvp = a_case(world, minutes=10, default="pass")
    (review,) = reviews_of(world, rvp["return_id"])
    browser = owner(world)
    with clock.frozen(until(world, rvp["return_id"])):
        answer = decide(browser, review, "refuse")
    assert answer.status_code == 409
    assert "The time to decide has ended" in answer.text
    assert items_of(world, rvp["return_id"])[0].decided_by == "default"


@pytest.mark.parametrize("path", ["/reviews", "/", "/returns/{id}"])
def test_a_page_settles_what_is_due_without_any_worker(world: World, path: str) -> None:
    rvp = a_case(world, minutes=10)
    browser = owner(world)
    with clock.frozen(until(world, rvp["return_id"])):
        assert browser.get(path.format(id=rvp["return_id"])).status_code == 200
    assert items_of(world, rvp["return_id"])[0].decided_by == "default"


def test_the_poll_moves_clocks_and_tells_what_was_settled_and_what_is_new(world: World) -> None:
    rvp = a_case(world, minutes=30)
    (first,) = reviews_of(world, rvp["return_id"])
    browser = owner(world)
    poll = re.search(r'hx-get="([^"]*/reviews/live[^"]*)"', browser.get("/reviews").text)
    assert poll
    with clock.frozen(clock.now() + timedelta(minutes=26)):
        assert "3 min left" in browser.get(poll[1]).text
    later = a_case(world, minutes=30)
    with world.inside():
        reviews.decide(first.id, "accept", by=ADMIN)
    said = browser.get(poll[1]).text
    assert f'hx-target="#card-{first.id}"' in said
    assert "1 more item to look at." in said
    assert str(reviews_of(world, later["return_id"])[0].id.hex) in said


def test_the_return_page_loads_again_once_somebody_decided(world: World) -> None:
    rvp = a_case(world, minutes=30)
    browser = owner(world)
    page = browser.get(f"/returns/{rvp['return_id']}").text
    poll = re.search(r'hx-get="([^"]*/live[^"]*)"', page)
    assert poll
    path = poll[1].replace("&amp;", "&")
    with clock.frozen(clock.now() + timedelta(minutes=26)):
        assert "3 min left" in browser.get(path).text
    with world.inside():
        reviews.decide(reviews_of(world, rvp["return_id"])[0].id, "accept", by=ADMIN)
    assert browser.get(path).headers["HX-Refresh"] == "true"


def test_a_viewer_looks_but_does_not_decide(world: World) -> None:
    rvp = a_case(world)
    (review,) = reviews_of(world, rvp["return_id"])
    browser = world.signed_in(world.a.viewer)
    for path in ("/reviews", f"/returns/{rvp['return_id']}"):
        page = browser.get(path).text
        assert "/decide" not in page
        assert "owner or claims people decide" in page
    assert decide(browser, review, "accept").status_code == 403


def test_another_merchants_review_is_not_there(world: World) -> None:
    rvp = a_case(world, store=world.b)
    (review,) = reviews_of(world, rvp["return_id"])
    browser = owner(world)
    assert "Nothing waits for you" in browser.get("/reviews").text
    assert decide(browser, review, "accept").status_code == 404


@pytest.mark.parametrize(
    "form", [{"decision": "perhaps"}, {"note": "x" * 1001}, {"note": "a\0b"}, {"decision": ""}]
)
def test_what_cannot_be_understood_decides_nothing(world: World, form: dict[str, str]) -> None:
    rvp = a_case(world)
    (review,) = reviews_of(world, rvp["return_id"])
    given = {"decision": "accept"} | form
    assert decide(owner(world), review, **given).status_code == 400
    assert reviews_of(world, rvp["return_id"])[0].waiting


@pytest.mark.parametrize("seen", ["x", "1" * 33, ".".join(["a" * 32] * 21)])
def test_a_strange_poll_is_refused(world: World, seen: str) -> None:
    assert owner(world).get(f"/reviews/live?seen={seen}").status_code == 400


def test_the_menu_and_the_home_pages_count_what_waits(world: World) -> None:
    a_case(world, minutes=13, items=2)
    page = owner(world).get("/").text
    assert "2 items need your decision, the first within 13 min" in page
    assert re.search(r'count-hot">2<', page)
    page = world.signed_in(world.admin).get("/admin").text
    assert "2 items need a merchant’s decision, the first within 13 min" in page
