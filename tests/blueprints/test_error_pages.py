"""What people read who may not see a page, or ask for one that there is not."""

import uuid

import pytest

from tests.world import World, csrf_of

MISSING = uuid.UUID(int=1)


def test_a_return_of_another_store_reads_like_one_that_there_is_not(world: World) -> None:
    rvp = world.register()
    browser = world.signed_in(world.b.owner)
    answers = [browser.get(f"/returns/{each}") for each in (rvp["return_id"], MISSING)]
    for answer in answers:
        assert answer.status_code == 404
        assert "You cannot see this return" in answer.text
        assert "Nothing was lost or changed." in answer.text
        assert '<form class="card-body row" method="get" action="/returns"' in answer.text
        assert 'href="/">Go to the start' in answer.text
    assert answers[0].text == answers[1].text
    assert rvp["awb"] not in answers[0].text


@pytest.mark.parametrize(
    ("who", "path", "search", "home"),
    [
        ("merchant", f"/disputes/{MISSING}", "/returns", "/"),
        ("merchant", "/nowhere", "/returns", "/"),
        ("admin", f"/admin/returns/{MISSING}", "/admin/returns", "/admin"),
        ("admin", "/admin/nowhere", "/admin/returns", "/admin"),
    ],
)
def test_a_page_that_there_is_not_offers_search_and_home(
    world: World, who: str, path: str, search: str, home: str
) -> None:
    browser = world.signed_in(world.admin if who == "admin" else world.a.owner)
    answer = browser.get(path)
    assert answer.status_code == 404
    assert f'method="get" action="{search}" role="search"' in answer.text
    assert f'href="{home}">Go to the start' in answer.text
    assert "Nothing was lost or changed." in answer.text
    assert browser.get(search, query_string={"q": "7730"}).status_code == 200


def test_a_stranger_is_offered_no_search(world: World) -> None:
    answer = world.client.get("/nowhere")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    assert 'role="search"' not in answer.text


def test_a_merchant_whose_role_lacks_learns_whom_to_ask(world: World) -> None:
    browser = world.signed_in(world.a.viewer)
    answer = browser.get("/people")
    assert answer.status_code == 403
    for words in ("You cannot see this", "Nothing was changed.", "ask an owner of your store"):
        assert words in answer.text
    assert 'role="search"' not in answer.text


def test_an_admin_whose_role_lacks_learns_whom_to_ask(world: World) -> None:
    with world.inside():
        auditor = world._person("auditor@carrier.example", "Auditor", "auditor", None)
    browser = world.signed_in(auditor)
    token = csrf_of(browser, "/admin/merchants")
    answer = browser.post("/admin/merchants", data={"name": "X", "slug": "x", "csrf_token": token})
    assert answer.status_code == 403
    assert "ask a system admin of the carrier" in answer.text
    assert "ask an owner of your store" not in answer.text
