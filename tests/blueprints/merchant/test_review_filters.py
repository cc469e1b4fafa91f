"""What needs a look is narrowed by tabs and filters of its URL, and paged by cursor."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from qcportal import clock, reviews
from qcportal.history import Actor
from qcportal.reviews import ListFilter, lists
from tests.reviews.cases import a_case, reviews_of
from tests.world import World, csrf_of

MEERA = Actor("user", "meera", "Meera Iyer")


@pytest.fixture
def owner(world: World) -> FlaskClient:
    return world.signed_in(world.a.owner)


def cards(page: str) -> list[str]:
    """Give the ids of the reviews on a page, in their order."""
    return re.findall(r'<article class="card review" id="card-([0-9a-f-]+)"', page)


def review(world: World, rvp: dict[str, Any]) -> str:
    return str(reviews_of(world, rvp["return_id"])[0].id)


def counted(page: str) -> dict[str, int]:
    """Give the count on each tab by its words."""
    found = re.findall(
        r'<a class="tab"[^>]*>(?:<span[^>]*></span>)?([^<]+) <span class="count">(\d+)', page
    )
    return {words.strip(): int(count) for words, count in found}


def test_each_tab_shows_its_own_and_all_count_what_they_hold(
    world: World, owner: FlaskClient
) -> None:
    calm, soon = a_case(world), a_case(world, minutes=40)
    later, done = a_case(world, minutes=90), a_case(world)
    with world.inside():
        reviews.decide(reviews_of(world, done["return_id"])[0].id, "accept", by=MEERA, note="Fits")
    page = owner.get("/reviews").text
    assert cards(page) == [review(world, each) for each in (soon, later, calm)]
    expected = {"Waiting": 3, "Ends within an hour": 1, "Accepted": 1, "Refused": 0}
    assert counted(page) == expected
    assert cards(owner.get("/reviews?tab=soon").text) == [review(world, soon)]
    accepted = owner.get("/reviews?tab=accepted").text
    assert cards(accepted) == [review(world, done)]
    assert "by Meera Iyer" in accepted
    assert "“Fits”" in accepted
    assert "/decide" not in accepted
    assert "hx-get" not in re.search(r'<div id="live"[^>]*>', accepted)[0]
    assert "Nothing was decided this way yet" in owner.get("/reviews?tab=refused").text


def test_filters_narrow_what_waits_and_can_be_taken_away(world: World, owner: FlaskClient) -> None:
    kept, lost = a_case(world, minutes=30), a_case(world, minutes=30, default="pass")
    endless = a_case(world)
    for query, found in (
        (f"q={kept['awb'][:9]}", None),
        (f"q={kept['awb']}", [kept]),
        ("default=pass", [lost]),
        ("default=fail", [kept]),
        ("default=none", [endless]),
        ("q=no-such-thing", []),
        ("reason=Another+reason", []),
    ):
        page = owner.get(f"/reviews?{query}").text
        if found is not None:
            assert cards(page) == [review(world, each) for each in found], query
            assert ("Remove filter:" in page) and ("Clear all" in page)
        if found == []:
            assert re.search("Nothing matches “no-such-thing”|No item fits these filters", page)
    reason = re.search(
        r'id="filter-reason".*?<option value="([^"]+)"', owner.get("/reviews").text, re.DOTALL
    )
    assert reason
    assert len(cards(owner.get("/reviews", query_string={"reason": reason[1]}).text)) == 3


def test_who_decided_is_asked_of_decided_ones_alone(world: World, owner: FlaskClient) -> None:
    by_hand, by_time = a_case(world), a_case(world, minutes=10)
    with world.inside():
        reviews.decide(reviews_of(world, by_hand["return_id"])[0].id, "refuse", by=MEERA)
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        assert len(cards(owner.get("/reviews?tab=refused").text)) == 2
        page = owner.get("/reviews?tab=refused&by=default").text
        assert cards(page) == [review(world, by_time)]
        assert "Nobody decided in time" in page
        assert "filter-by" in page
        waiting = owner.get("/reviews?by=default").text
        assert "filter-by" not in waiting
        assert "Nothing waits for you" in waiting


@pytest.mark.parametrize("query", ["tab=all", "tab=x", "default=perhaps", "tab=refused&by=me"])
def test_what_cannot_be_asked_for_is_refused(owner: FlaskClient, query: str) -> None:
    assert owner.get(f"/reviews?{query}").status_code == 400
    assert owner.get("/reviews?after=nonsense").status_code == 400


@pytest.mark.parametrize("tab", ["waiting", "refused"])
def test_pages_go_on_where_the_last_one_ended(
    world: World, owner: FlaskClient, monkeypatch: pytest.MonkeyPatch, tab: str
) -> None:
    made = [a_case(world, minutes=minutes) for minutes in (50, 20, None, None, 20)]
    if tab == "refused":
        for each in made:
            with world.inside():
                wanted = reviews_of(world, each["return_id"])[0].id
                reviews.decide(wanted, "refuse", by=MEERA)
    place, seen = None, []
    with world.inside(commit=False):
        whole = [each.id for each in reviews.get_page(ListFilter(tab)).rows]
        while True:
            page = reviews.get_page(ListFilter(tab), place, size=2)
            seen += [each.id for each in page.rows]
            place = page.next
            if place is None:
                break
    assert seen == whole
    assert len(set(seen)) == 5
    assert lists.PAGE_SIZE == 20


def test_a_full_page_leads_to_the_next_one_with_its_filters(
    world: World, owner: FlaskClient
) -> None:
    for _each in range(3):
        a_case(world, items=7)
    first = owner.get("/reviews?default=none").text
    assert len(cards(first)) == 20
    href = re.search(r'href="(/reviews\?[^"]*after=[^"]*)"', first)[1].replace("&amp;", "&")
    assert "default=none" in href
    second = owner.get(href).text
    assert len(cards(second)) == 1
    assert not set(cards(first)) & set(cards(second))
    assert "Back to the most urgent" in second


def test_a_decision_leads_back_to_the_list_as_it_was_filtered(
    world: World, owner: FlaskClient
) -> None:
    a_case(world, minutes=30)
    page = owner.get("/reviews?default=fail").text
    action = re.search(r'action="(/reviews/[^"]*/decide[^"]*)"', page)[1].replace("&amp;", "&")
    form = {"csrf_token": csrf_of(owner, "/reviews"), "decision": "accept", "back": "list"}
    answer = owner.post(action, data=form)
    assert answer.headers["Location"] == "/reviews?default=fail"
    refused = owner.post(action, data=form)
    assert refused.status_code == 409
    assert "No item fits these filters" in refused.text


def test_the_poll_looks_at_what_the_page_shows(world: World, owner: FlaskClient) -> None:
    kept = a_case(world, minutes=30)
    page = owner.get("/reviews?default=fail").text
    poll = re.search(r'hx-get="([^"]*/reviews/live[^"]*)"', page)[1].replace("&amp;", "&")
    a_case(world, minutes=30, default="pass")
    assert "more item" not in owner.get(poll).text
    a_case(world, minutes=20)
    said = owner.get(poll).text
    assert "1 more item to look at." in said
    assert 'href="/reviews?default=fail"' in said
    assert f"card-{review(world, kept)}" not in said, "what still waits is not told to be settled"


def test_the_export_of_a_filtered_list_holds_what_the_list_shows(
    world: World, owner: FlaskClient
) -> None:
    a_case(world, minutes=30)
    a_case(world)
    page = owner.get("/reviews?default=fail").text
    href = re.search(r'href="(/exports/new\?[^"]+)"', page)[1].replace("&amp;", "&")
    asked = owner.get(href).text
    assert "1 row" in asked
    assert 'href="/reviews?default=fail"' in asked
    assert "2 rows" in owner.get("/exports/new?list=reviews").text
    assert "0 rows" in owner.get("/exports/new?list=reviews&tab=decided").text


def test_nothing_of_another_store_is_found_counted_or_offered(
    world: World, owner: FlaskClient
) -> None:
    theirs = a_case(world, store=world.b)
    page = owner.get(f"/reviews?q={theirs['awb']}").text
    assert cards(page) == []
    assert set(counted(page).values()) == {0}
    assert not re.search(r'id="filter-reason".*?<option value="[^"]+"', page, re.DOTALL)
    assert world.signed_in(world.admin).get("/reviews").status_code in (302, 303, 403, 404)
    assert world.app.test_client().get("/reviews").status_code in (302, 303)
