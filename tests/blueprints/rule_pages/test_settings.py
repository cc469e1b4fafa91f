"""The rulebook's name, the time to decide and the lists of words, in one form."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from qcportal.rules.synonyms import BUILT_IN
from tests.blueprints.rule_pages.test_tables import (
    DOCUMENT,
    draft_of,
    found_in,
    post,
    seen_on,
    stored,
)
from tests.world import World

PATH = "/rules/settings"


@pytest.fixture
def browser(world: World) -> FlaskClient:
    draft_of(world, DOCUMENT)
    return world.signed_in(world.a.owner)


def test_the_built_in_lists_are_there_to_begin_with(world: World, browser: FlaskClient) -> None:
    page = browser.get(PATH).text
    assert "black, jet black, काला" in page
    colours = "\n".join(", ".join(group) for group in BUILT_IN["colours"])
    assert post(browser, PATH, {"list.colours": colours}).status_code == 303
    assert stored(world).get("synonyms", {}) == {}


def test_a_list_of_ones_own_takes_the_place_of_the_built_in_one(
    world: World, browser: FlaskClient
) -> None:
    post(browser, PATH, {"list.colours": "wine, maroon ,wine\n\n  navy,  dark   blue\n"})
    assert stored(world)["synonyms"] == {"colours": [["wine", "maroon"], ["navy", "dark blue"]]}
    assert "Put back the built-in list" in browser.get(PATH).text
    post(browser, PATH, {"do": "reset:colours"})
    assert stored(world)["synonyms"] == {}


def test_a_new_list_is_made_and_deleted(world: World, browser: FlaskClient) -> None:
    post(browser, PATH, {"new-list": "Materials & cloth"})
    post(browser, PATH, {"list.materials-cloth": "cotton, सूती"})
    assert stored(world)["synonyms"] == {"materials-cloth": [["cotton", "सूती"]]}
    assert "Error:" not in browser.get(PATH).text
    post(browser, PATH, {"do": "reset:materials-cloth"})
    assert stored(world)["synonyms"] == {}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"review": "pass", "minutes": "45"}, {"minutes": 45, "default": "pass"}),
        ({"review": "fail", "minutes": "soon"}, {"minutes": "soon", "default": "fail"}),
        ({"review": "", "minutes": "45"}, None),
    ],
)
def test_the_time_to_decide_is_set(
    world: World, browser: FlaskClient, typed: dict[str, str], kept: Any
) -> None:
    post(browser, PATH, {"review": "fail", "minutes": "30"})
    assert post(browser, PATH, typed).status_code == 303
    assert stored(world).get("review") == kept
    assert ("Error:" in browser.get(PATH).text) == (kept is not None and kept["minutes"] == "soon")


def test_two_people_at_the_settings_lose_nothing(world: World, browser: FlaskClient) -> None:
    mine = seen_on(browser, PATH) | {"title": "Mine", "list.sizes": "s, small"}
    other = world.signed_in(world.clerk)
    assert (
        post(other, f"/admin/merchants/{world.a.id}{PATH}", {"title": "Theirs"}).status_code == 303
    )
    answer = post(browser, PATH, mine)
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text
    assert "s, small</textarea>" in answer.text
    assert stored(world)["title"] == "Theirs"
    again = mine | {name: found_in(answer.text, name) for name in ("seen", "page")}
    assert post(browser, PATH, again).status_code == 303
    assert stored(world)["title"] == "Mine"


def test_a_viewer_reads_the_settings(world: World) -> None:
    browser = world.signed_in(world.a.viewer)
    page = browser.get(PATH).text
    assert "jet black" in page
    assert "<textarea" not in page
    assert post(browser, PATH, {"title": "x"}).status_code == 403


def test_a_list_with_too_many_words_is_told(browser: FlaskClient) -> None:
    line = ", ".join(f"word{number}" for number in range(40))
    post(browser, PATH, {"list.sizes": line})
    page = browser.get(PATH).text
    assert "<title>Error:" in page
    assert 'href="#list.sizes"' in page
