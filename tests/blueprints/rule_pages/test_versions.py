"""Versions to read and compare, and the way from a draft to the next version."""

from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from qcportal import rulebooks
from qcportal.db import db
from qcportal.history import HistoryEvent
from tests.blueprints.rule_pages.test_tables import DOCUMENT, draft_of, found_in, post, stored
from tests.world import World


@pytest.fixture
def shop(world: World) -> World:
    """The world with a draft of shoe rules for store A."""
    draft_of(world, DOCUMENT)
    return world


@pytest.fixture(params=["owner", "carrier"])
def editor(request: pytest.FixtureRequest, shop: World) -> tuple[FlaskClient, str]:
    """Somebody who may publish merchant A's rules, with the path of its rule pages."""
    if request.param == "owner":
        return shop.signed_in(shop.a.owner), "/rules"
    return shop.signed_in(shop.clerk), f"/admin/merchants/{shop.a.id}/rules"


def last_look(browser: FlaskClient, rules: str) -> dict[str, str]:
    page = browser.get(f"{rules}/publishing").text
    return {name: found_in(page, name) for name in ("revision", "over")}


def live(world: World) -> Any:
    with world.inside(commit=False):
        return rulebooks.find_latest(world.a.id)


def test_a_draft_is_published_with_a_note(shop: World, editor: tuple[FlaskClient, str]) -> None:
    browser, rules = editor
    form = last_look(browser, rules) | {"note": "Shoes have their own table"}
    answer = post(browser, f"{rules}/publishing", form)
    assert answer.status_code == 303
    version = live(shop)
    assert (version.version, version.note) == (2, "Shoes have their own table")
    home = browser.get(rules).text
    assert "Version 2 is live" in home
    assert "Shoes have their own table" in home
    with shop.inside(commit=False):
        actions = [each.action for each in db.session.query(HistoryEvent)]
    assert actions.count("rulebook_published") == 3  # each store's first one, and this


def test_without_a_note_nothing_is_published(shop: World, editor: tuple[FlaskClient, str]) -> None:
    browser, rules = editor
    answer = post(browser, f"{rules}/publishing", last_look(browser, rules) | {"note": " "})
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text
    assert live(shop).version == 1


def test_a_draft_with_faults_is_not_published_and_the_note_is_kept(shop: World) -> None:
    browser = shop.signed_in(shop.a.owner)
    draft_of(shop, DOCUMENT | {"title": ""})
    form = last_look(browser, "/rules") | {"note": "A long thought"}
    answer = post(browser, "/rules/publishing", form)
    assert answer.status_code == 400
    assert "A long thought</textarea>" in answer.text
    assert "have to be mended" in answer.text
    assert live(shop).version == 1


def test_what_changed_after_the_last_look_is_not_published_unseen(shop: World) -> None:
    browser = shop.signed_in(shop.a.owner)
    form = last_look(browser, "/rules") | {"note": "mine"}
    draft_of(shop, DOCUMENT | {"title": "Theirs"})
    answer = post(browser, "/rules/publishing", form)
    assert answer.status_code == 409
    assert "mine</textarea>" in answer.text
    assert live(shop).version == 1
    assert stored(shop)["title"] == "Theirs"


def test_the_last_look_says_what_changes(editor: tuple[FlaskClient, str]) -> None:
    browser, rules = editor
    page = browser.get(f"{rules}/publishing").text
    assert "“Shoes”" in page
    assert "Added" in page
    assert "Removed" in page


def test_a_version_is_read_with_all_its_tables(
    shop: World, editor: tuple[FlaskClient, str]
) -> None:
    browser, rules = editor
    post(browser, f"{rules}/publishing", last_look(browser, rules) | {"note": "why not"})
    page = browser.get(f"{rules}/versions/2").text
    assert 'id="row-dear"' in page
    assert "&gt;= 5000" in page
    assert "Worn" in page
    assert '<input class="cell"' not in page
    assert f"{rules}/versions/2/rows/dear" in page
    assert "Is the box here?" in browser.get(f"{rules}/versions/2/rows/dear").text
    older = browser.get(f"{rules}/versions/1").text
    assert 'id="row-imei"' in older
    assert "why not" in browser.get(f"{rules}/versions").text


def test_two_versions_are_compared(editor: tuple[FlaskClient, str]) -> None:
    browser, rules = editor
    post(browser, f"{rules}/publishing", last_look(browser, rules) | {"note": "n"})
    page = browser.get(f"{rules}/compare?old=1&new=2").text
    assert "From version 1 to version 2" in page
    assert "“Dear” in “Shoes”" in page
    assert "Nothing differs" in browser.get(f"{rules}/compare?old=2&new=2").text
    assert "From version 1 to version 2" in browser.get(f"{rules}/compare").text


def test_the_draft_is_compared_with_what_is_live(shop: World) -> None:
    browser = shop.signed_in(shop.a.owner)
    page = browser.get("/rules/compare").text
    assert "From version 1 to the draft" in page
    assert "/rules/rows/dear" in page


@pytest.mark.parametrize(
    "path",
    ["versions/99", "versions/99999999999", "versions/1/rows/none", "compare?old=0&new=1",
     "compare?old=x", "compare?old=%D9%A1", "compare?old=99", "publishing"],
)  # fmt: skip
def test_what_there_is_not_is_not_found(world: World, path: str) -> None:
    assert world.signed_in(world.a.owner).get(f"/rules/{path}").status_code == 404


def test_viewers_read_and_publish_nothing(shop: World) -> None:
    browser = shop.signed_in(shop.a.viewer)
    for path in ("versions", "versions/1", "compare", "publishing"):
        assert browser.get(f"/rules/{path}").status_code == 200, path
    assert "<textarea" not in browser.get("/rules/publishing").text
    assert post(browser, "/rules/publishing", {"note": "x"}).status_code == 403


def test_another_stores_versions_are_not_found(shop: World) -> None:
    post(shop.signed_in(shop.a.owner), "/rules/publishing",
         last_look(shop.signed_in(shop.a.owner), "/rules") | {"note": "n"})  # fmt: skip
    assert shop.signed_in(shop.b.owner).get("/rules/versions/2").status_code == 404


def test_the_analysis_speaks_under_the_grid_and_leads_to_the_cell(shop: World) -> None:
    rows = [
        {"id": "any", "table": "shoes", "verdict": "fail", "say": "All", "answers": {}},
        {"id": "late", "table": "shoes", "verdict": "fail", "say": "X", "answers": {"sole": "no"}},
    ]
    draft_of(shop, DOCUMENT | {"decisions": rows})
    browser = shop.signed_in(shop.a.owner)
    page = browser.get("/rules/tables/shoes").text
    assert "Row 2 can never" in page
    assert 'href="#d.late.' in page
    assert "can never" in browser.get("/rules/publishing").text


def test_a_cell_of_answers_is_named_by_its_question(shop: World) -> None:
    row = {
        "id": "worn",
        "table": "shoes",
        "answers": {"sole": "no"},
        "verdict": "fail",
        "say": "Worn",
    }
    draft_of(shop, DOCUMENT | {"decisions": [row]})
    page = unescape(shop.signed_in(shop.a.owner).get("/rules/compare").text)
    assert "“Is the sole clean?”" in page
    assert "Answer to" not in page
    draft_of(shop, DOCUMENT | {"decisions": [row | {"id": "answer-517839", "say": ""}]})
    page = unescape(shop.signed_in(shop.a.owner).get("/rules/compare").text)
    assert "“no words” in “Shoes" in page
    assert "“answer-517839”" not in page
