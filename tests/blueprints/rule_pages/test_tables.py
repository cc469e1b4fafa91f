"""A decision table as a form: typing, rows, columns, faults beside cells, two people at once."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from qcportal import accounts, rulebooks
from qcportal.history import SYSTEM
from qcportal.rulebooks import Saving
from tests.world import World, csrf_of

ACCOUNT = "/account/second-step"
CHECK = {"key": "sole", "type": "yes_no", "question": "Is the sole clean?"}
DOCUMENT: dict[str, Any] = {
    "title": "Shoes and more",
    "tables": [{"key": "shoes", "title": "Shoes", "categories": ["Shoes"]}],
    "rules": [
        {"id": "all", "title": "All", "table": "shoes", "cells": {"price": ""}, "checks": [CHECK]},
        {"id": "dear", "title": "Dear", "table": "shoes", "cells": {"price": ">= 5000"},
         "checks": [CHECK | {"key": "box", "question": "Is the box here?"}]},
    ],
    "decisions": [
        {"id": "dirty", "table": "shoes", "verdict": "fail", "say": "Worn",
         "answers": {"sole": "no"}},
    ],
}  # fmt: skip


def post(browser: FlaskClient, path: str, form: dict[str, str]) -> TestResponse:
    return browser.post(path, data={"csrf_token": csrf_of(browser, ACCOUNT)} | form)


@pytest.fixture
def shop(world: World) -> World:
    """The world with a draft of shoe rules for store A."""
    draft_of(world, DOCUMENT)
    return world


@pytest.fixture(params=["owner", "carrier"])
def editor(request: pytest.FixtureRequest, shop: World) -> tuple[FlaskClient, str]:
    """Somebody who may edit the shoe table, with its path."""
    if request.param == "owner":
        return shop.signed_in(shop.a.owner), "/rules/tables/shoes"
    return shop.signed_in(shop.clerk), f"/admin/merchants/{shop.a.id}/rules/tables/shoes"


def draft_of(world: World, document: dict[str, Any]) -> None:
    with world.inside():
        draft = rulebooks.open_draft(accounts.get_merchant(world.a.id), by=SYSTEM)
        rulebooks.change_draft(draft, draft.revision, document, saving=Saving(SYSTEM))


def stored(world: World) -> dict[str, Any]:
    with world.inside(commit=False):
        found: dict[str, Any] = rulebooks.get_draft(world.a.id).document
        return found


def seen_on(browser: FlaskClient, path: str) -> dict[str, str]:
    page = browser.get(path).text
    return {name: found_in(page, name) for name in ("seen", "page")}


def found_in(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"the page has no field {name}"
    return found[1]


def test_what_is_typed_is_kept(shop: World, editor: tuple[FlaskClient, str]) -> None:
    browser, path = editor
    form = seen_on(browser, path) | {
        "r.dear.c.price": "  > 7000 ", "d.dirty.say": "Worn outside",
        "d.dirty.verdict": "needs_review", "title": "Shoes and boots",
        "categories": "Shoes, Boots,,Shoes",
    }  # fmt: skip
    assert post(browser, path, form).status_code == 303
    kept = stored(shop)
    assert kept["rules"][1]["cells"] == {"price": "> 7000"}
    assert kept["decisions"][0]["say"] == "Worn outside"
    assert kept["tables"] == [
        {"key": "shoes", "title": "Shoes and boots", "categories": ["Shoes", "Boots"]}
    ]
    page = browser.get(path).text
    assert 'value="&gt; 7000"' in page
    assert "Shoes and boots" in page


def test_rows_are_added_moved_copied_and_deleted(
    shop: World, editor: tuple[FlaskClient, str]
) -> None:
    browser, path = editor
    for do in ("add-row:rules", "up:rules:dear", "copy:rules:dear", "delete:rules:all"):
        assert post(browser, path, {"do": do}).status_code == 303, do
    rules = stored(shop)["rules"]
    assert [row["title"] for row in rules] == ["Dear", "Dear", ""]
    assert len({row["id"] for row in rules}) == 3
    assert all(row["table"] == "shoes" for row in rules)


def test_a_deleted_row_can_be_put_back(shop: World, editor: tuple[FlaskClient, str]) -> None:
    browser, path = editor
    post(browser, path, {"do": "delete:rules:dear"})
    assert "The row “Dear” is deleted." in browser.get(path).text
    post(browser, path, {"do": "undo"})
    assert [row["id"] for row in stored(shop)["rules"]] == ["all", "dear"]


def test_columns_come_and_go(shop: World, editor: tuple[FlaskClient, str]) -> None:
    browser, path = editor
    for form in (
        {"do": "add-column:rules", "new-rules": "brand"},
        {"do": "add-column:rules", "attribute": "Sole Colour"},
        {"do": "add-column:rules", "new-rules": "expression"},
        {"do": "drop-column:rules:price"},
        {"do": "add-column:decisions", "new-decisions": "box"},
    ):
        assert post(browser, path, form).status_code == 303
    kept = stored(shop)
    assert set(kept["rules"][0]["cells"]) == {"brand", "attributes.sole_colour"}
    assert kept["rules"][0]["when"] == ""
    assert set(kept["decisions"][0]["answers"]) == {"sole", "box"}
    assert 'name="r.all.when"' in browser.get(path).text
    post(browser, path, {"do": "drop-column:rules:expression"})
    assert "when" not in stored(shop)["rules"][0]


def test_a_column_of_no_known_fact_is_refused(shop: World, editor: tuple[FlaskClient, str]) -> None:
    browser, path = editor
    answer = post(browser, path, {"do": "add-column:rules", "new-rules": "colour of the sky"})
    assert answer.status_code == 400
    assert stored(shop) == DOCUMENT


def test_the_first_row_of_meanings_has_a_column_for_each_check(shop: World) -> None:
    draft_of(shop, DOCUMENT | {"decisions": []})
    browser = shop.signed_in(shop.a.owner)
    post(browser, "/rules/tables/shoes", {"do": "add-row:decisions"})
    assert set(stored(shop)["decisions"][0]["answers"]) == {"sole", "box"}


def test_a_fault_stands_beside_its_cell_and_under_the_grid(
    shop: World, editor: tuple[FlaskClient, str]
) -> None:
    browser, path = editor
    post(browser, path, {"r.dear.c.price": "cheap", "d.dirty.a.sole": "purple"})
    page = browser.get(path).text
    assert "<title>Error: Shoes" in page
    for cell in ("r.dear.c.price", "d.dirty.a.sole"):
        tag = re.search(rf'<input[^>]*id="{re.escape(cell)}"[^>]*>', page)
        assert tag, cell
        assert 'aria-invalid="true"' in tag[0]
        assert f'id="{cell}-fault"' in page
        assert f'href="#{cell}"' in page


def test_two_people_at_one_table_lose_nothing(shop: World, editor: tuple[FlaskClient, str]) -> None:
    browser, path = editor
    mine = seen_on(browser, path) | {"r.dear.c.price": "> 7000", "r.dear.title": "Mine"}
    other = shop.signed_in(shop.a.owner)
    theirs = seen_on(other, "/rules/tables/shoes") | {"r.dear.title": "Theirs"}
    assert post(other, "/rules/tables/shoes", theirs).status_code == 303
    answer = post(browser, path, mine)
    assert answer.status_code == 409
    assert "Nothing of either side is lost" in answer.text
    assert 'value="&gt; 7000"' in answer.text
    assert stored(shop)["rules"][1]["title"] == "Theirs"
    again = mine | {name: found_in(answer.text, name) for name in ("seen", "page")}
    assert post(browser, path, again).status_code == 303
    assert stored(shop)["rules"][1]["title"] == "Mine"


def test_what_was_typed_into_a_row_that_is_gone_is_kept(shop: World) -> None:
    browser, path = shop.signed_in(shop.a.owner), "/rules/tables/shoes"
    mine = seen_on(browser, path) | {"r.dear.title": "Mine"}
    other = shop.signed_in(shop.clerk)
    post(other, f"/admin/merchants/{shop.a.id}{path}", {"do": "delete:rules:dear"})
    answer = post(browser, path, mine)
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text
    assert "Is the box here?" in answer.text


def test_people_at_different_tables_do_not_meet(shop: World) -> None:
    browser = shop.signed_in(shop.a.owner)
    mine = seen_on(browser, "/rules/tables/shoes") | {"r.dear.title": "Mine"}
    every = "/rules/tables/every-item"
    assert post(browser, every, {"do": "add-row:rules"}).status_code == 303
    assert post(browser, "/rules/tables/shoes", mine).status_code == 303
    assert [row["title"] for row in stored(shop)["rules"]] == ["All", "Mine", ""]


def test_the_same_page_may_save_faster_than_it_is_answered(shop: World) -> None:
    browser, path = shop.signed_in(shop.a.owner), "/rules/tables/shoes"
    form = seen_on(browser, path)
    for title in ("One", "Two"):
        assert post(browser, path, form | {"r.dear.title": title}).status_code == 303
    assert stored(shop)["rules"][1]["title"] == "Two"


def test_a_script_gets_the_page_at_once(shop: World) -> None:
    browser, path = shop.signed_in(shop.a.owner), "/rules/tables/shoes"
    form = {"csrf_token": csrf_of(browser, ACCOUNT), "r.dear.title": "Now"}
    answer = browser.post(path, data=form, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert 'value="Now"' in answer.text


def test_without_a_draft_the_table_is_only_to_read(world: World) -> None:
    page = world.signed_in(world.a.owner).get("/rules/tables/every-item").text
    assert "Is this the item in the" in page
    assert 'class="cell" id="r.imei.when"' in page
    assert '<input class="cell"' not in page
    assert 'value="every-item"' in page


def test_viewers_read_a_draft_and_change_nothing(shop: World) -> None:
    for person, path in (
        (shop.a.viewer, "/rules/tables/shoes"),
        (world_auditor(shop), f"/admin/merchants/{shop.a.id}/rules/tables/shoes"),
    ):
        browser = shop.signed_in(person)
        assert '<input class="cell"' not in browser.get(path).text
        assert post(browser, path, {"r.dear.title": "x"}).status_code == 403
    assert stored(shop) == DOCUMENT


def world_auditor(world: World) -> str:
    with world.inside():
        return world._person("auditor@carrier.example", "Auditor", "auditor", None)


@pytest.mark.parametrize("table", ["hats", "every-item-2", "%2e%2e"])
def test_an_unknown_table_is_not_found(shop: World, table: str) -> None:
    browser = shop.signed_in(shop.a.owner)
    assert browser.get(f"/rules/tables/{table}").status_code == 404
    assert post(browser, f"/rules/tables/{table}", {"do": "save"}).status_code == 404


def test_a_table_is_added_and_taken_away_with_its_rows(shop: World) -> None:
    browser = shop.signed_in(shop.a.owner)
    answer = post(browser, "/rules/tables", {"title": "Hats & caps"})
    assert answer.headers["Location"] == "/rules/tables/hats-caps"
    assert post(browser, "/rules/tables/shoes/delete", {}).status_code == 303
    kept = stored(shop)
    assert [each["key"] for each in kept["tables"]] == ["hats-caps"]
    assert (kept["rules"], kept["decisions"]) == ([], [])
    assert "The table is deleted." in browser.get("/rules").text
    post(browser, "/rules/tables/every-item", {"do": "undo"})
    assert stored(shop)["rules"] == DOCUMENT["rules"]


@pytest.mark.parametrize(
    "typed", ["\x00", "x" * 100_000, "((((" * 900, "9" * 3999, "\u202e<script>x"]
)
def test_hostile_cells_are_kept_as_text_and_told(shop: World, typed: str) -> None:
    browser, path = shop.signed_in(shop.a.owner), "/rules/tables/shoes"
    assert post(browser, path, {"r.dear.c.price": typed}).status_code == 303
    assert len(stored(shop)["rules"][1]["cells"]["price"]) <= 4000
    page = browser.get(path)
    assert page.status_code == 200
    assert "<script>x" not in page.text
