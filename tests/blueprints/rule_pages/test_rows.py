"""One row's page: checks and photos as fields, keys that are made once, faults beside fields."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.blueprints.rule_pages.test_tables import (
    DOCUMENT,
    draft_of,
    found_in,
    post,
    seen_on,
    stored,
)
from tests.world import World

PATH = "/rules/rows/all"


@pytest.fixture
def browser(world: World) -> FlaskClient:
    draft_of(world, DOCUMENT)
    return world.signed_in(world.a.owner)


def fields_of(browser: FlaskClient) -> dict[str, str]:
    """Give what a browser would send of the row's form as it stands."""
    page = browser.get(PATH).text
    tags = re.findall(r"<input[^>]*>", page)
    named = [dict(re.findall(r'(\w+)="([^"]*)"', tag)) for tag in tags]
    found = {tag["name"]: tag.get("value", "") for tag in named if "name" in tag}
    for name, options in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else re.findall(r'value="([^"]*)"', options)[0]
    for tag in re.findall(r"<input[^>]*checkbox[^>]*>", page):
        name = re.search(r'name="([^"]+)"', tag)
        if name and "checked" not in tag:
            found.pop(name[1], None)
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.S):
        found[name] = text
    found.pop("csrf_token", None)
    return found


def row(world: World) -> dict[str, Any]:
    found: dict[str, Any] = stored(world)["rules"][0]
    return found


def test_sending_the_form_as_it_is_changes_nothing(world: World, browser: FlaskClient) -> None:
    assert post(browser, PATH, fields_of(browser)).status_code == 303
    kept = row(world)
    assert kept["checks"][0]["question"] == "Is the sole clean?"
    assert kept["checks"][0]["key"] == "sole"
    assert "Error:" not in browser.get(PATH).text


def test_a_check_with_photos_is_built_step_by_step(world: World, browser: FlaskClient) -> None:
    post(browser, PATH, fields_of(browser) | {"do": "add-check"})
    typed = {"c.1.question": "Which IMEI does *#06# show?", "c.1.type": "imei_match"}
    post(browser, PATH, fields_of(browser) | typed)
    post(browser, PATH, fields_of(browser) | {"c.1.right": "from", "do": "add-photo:1"})
    typed = {
        "c.1.from": "attributes.imei",
        "c.1.last_digits": "4",
        "c.1.per_unit": "yes",
        "p.1.0.title": "IMEI label",
        "p.1.0.min_count": "2",
    }
    post(browser, PATH, fields_of(browser) | typed)
    assert "Error:" not in browser.get(PATH).text
    check = row(world)["checks"][1]
    assert check["key"] == "which-imei-does-06-show"
    assert check["expected"] == {"from": "attributes.imei"}
    assert (check["last_digits"], check["per_unit"]) == (4, True)
    assert check["reason_code"] == "SERIAL_OR_IMEI_MISMATCH"
    photo = {"key": "imei-label", "title": "IMEI label", "kind": "photo", "min_count": 2}
    assert check["photos"] == [photo | {"required": True}]


def test_a_key_stays_when_its_question_changes(world: World, browser: FlaskClient) -> None:
    post(browser, PATH, fields_of(browser) | {"c.0.question": "Are both soles clean?"})
    assert row(world)["checks"][0]["key"] == "sole"


def test_checks_move_and_go(world: World, browser: FlaskClient) -> None:
    post(browser, PATH, fields_of(browser) | {"do": "add-check"})
    post(browser, PATH, fields_of(browser) | {"c.1.question": "Laces?", "do": "up-check:1"})
    assert [check["question"] for check in row(world)["checks"]][0] == "Laces?"
    post(browser, PATH, fields_of(browser) | {"do": "delete-check:0"})
    assert [check["key"] for check in row(world)["checks"]] == ["sole"]


def test_what_a_type_cannot_have_goes_with_the_change_of_type(
    world: World, browser: FlaskClient
) -> None:
    post(browser, PATH, fields_of(browser) | {"c.0.type": "choice"})
    post(browser, PATH, fields_of(browser) | {"c.0.choices": "clean\nworn"})
    assert row(world)["checks"][0]["choices"] == ["clean", "worn"]
    post(browser, PATH, fields_of(browser) | {"c.0.type": "yes_no"})
    assert "choices" not in row(world)["checks"][0]


def test_a_fault_stands_beside_its_field(browser: FlaskClient) -> None:
    typed = {"c.0.question": "", "c.0.right": "from", "c.0.from": "attribute"}
    post(browser, PATH, fields_of(browser) | typed)
    post(browser, PATH, fields_of(browser) | {"c.0.from": "brnd"})
    page = browser.get(PATH).text
    assert "<title>Error:" in page
    for name in ("c.0.question", "c.0.from"):
        tag = re.search(rf'<input[^>]*id="{re.escape(name)}"[^>]*>', page)
        assert tag
        assert 'aria-invalid="true"' in tag[0]
        assert f'href="#{name}"' in page


@pytest.mark.parametrize("typed", ["two", "nan", "inf", "-1", "1e999", "2.5", "9" * 400])
def test_a_number_that_is_none_is_told_beside_its_field_on_every_page(
    browser: FlaskClient, typed: str
) -> None:
    numbers = {"c.0.type": "number", "c.0.right": "value", "c.0.value": "2"}
    post(browser, PATH, fields_of(browser) | numbers | {"do": "add-photo:0"})
    wrong = {
        "c.0.value": "2",
        "c.0.last_digits": typed,
        "c.0.tolerance": "-" + typed,
        "p.0.0.title": "Sole",
        "p.0.0.min_count": typed,
    }
    assert post(browser, PATH, fields_of(browser) | wrong).status_code == 303
    page = browser.get(PATH).text
    for name in ("c.0.last_digits", "c.0.tolerance", "p.0.0.min_count"):
        assert f'id="{name}-fault"' in page
    for path in (
        "/rules",
        "/rules/tables/shoes",
        "/rules/try",
        "/rules/compare",
        "/rules/publishing",
    ):
        assert browser.get(path).status_code == 200, path


def test_the_right_answer_of_a_choice_is_picked_from_its_words(browser: FlaskClient) -> None:
    post(browser, PATH, fields_of(browser) | {"c.0.right": "value"})
    assert re.search(r'<select[^>]*name="c.0.value".*?>Yes<.*?>No<', browser.get(PATH).text, re.S)
    post(browser, PATH, fields_of(browser) | {"c.0.type": "choice"})
    post(browser, PATH, fields_of(browser) | {"c.0.choices": "red\nblue", "c.0.value": "blue"})
    assert fields_of(browser)["c.0.value"] == "blue"
    assert "Error:" not in browser.get(PATH).text
    post(browser, PATH, fields_of(browser) | {"c.0.choices": "red\ngreen"})
    page = browser.get(PATH).text
    assert fields_of(browser)["c.0.value"] == "blue"
    assert 'id="c.0.value-fault"' in page


def test_two_people_at_one_row_lose_nothing(world: World, browser: FlaskClient) -> None:
    mine = fields_of(browser) | seen_on(browser, PATH) | {"c.0.question": "Mine?"}
    other = world.signed_in(world.clerk)
    path = f"/admin/merchants/{world.a.id}{PATH}"
    theirs = fields_of(browser) | seen_on(other, path) | {"c.0.question": "Theirs?"}
    assert post(other, path, theirs).status_code == 303
    answer = post(browser, PATH, mine)
    assert answer.status_code == 409
    assert 'value="Mine?"' in answer.text
    assert row(world)["checks"][0]["question"] == "Theirs?"
    again = mine | {name: found_in(answer.text, name) for name in ("seen", "page")}
    assert post(browser, PATH, again).status_code == 303
    assert row(world)["checks"][0]["question"] == "Mine?"


def test_a_row_that_is_gone_is_not_found(browser: FlaskClient) -> None:
    assert browser.get("/rules/rows/nothing").status_code == 404
    assert post(browser, "/rules/rows/nothing", {"do": "add-check"}).status_code == 404


def test_without_a_draft_a_row_is_only_to_read(world: World) -> None:
    page = world.signed_in(world.a.owner).get("/rules/rows/imei").text
    assert "Which IMEI does *#06# show?" in page
    assert 'class="input"' not in page


def test_a_pressed_button_that_makes_no_sense_changes_nothing(
    world: World, browser: FlaskClient
) -> None:
    before = fields_of(browser)
    post(browser, PATH, before)
    kept = row(world)
    for do in ("delete-check:99", "add-photo:x", "up-check:", "delete-photo:0.7", "x:y:z"):
        assert post(browser, PATH, fields_of(browser) | {"do": do}).status_code == 303
    assert row(world) == kept
