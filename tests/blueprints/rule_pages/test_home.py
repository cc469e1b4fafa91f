"""The home of the rules in both doors: who sees it, who may start and end a draft."""

import pytest
from flask.testing import FlaskClient

from qcportal import rulebooks
from tests.world import World, csrf_of

ACCOUNT = "/account/second-step"


def post(browser: FlaskClient, path: str, **form: str):
    return browser.post(path, data={"csrf_token": csrf_of(browser, ACCOUNT), **form})


@pytest.fixture(params=["owner", "admin"])
def editor(request: pytest.FixtureRequest, world: World) -> tuple[FlaskClient, str]:
    """Somebody who may edit merchant A's rules, with the path of its rule pages."""
    if request.param == "owner":
        return world.signed_in(world.a.owner), "/rules"
    return world.signed_in(world.clerk), f"/admin/merchants/{world.a.id}/rules"


def test_the_home_shows_tables_and_versions(editor: tuple[FlaskClient, str]) -> None:
    browser, rules = editor
    page = browser.get(rules).text
    assert "Every item" in page
    assert "Live: version 1" in page
    assert "Edit the rules" in page


def test_a_draft_is_started_and_thrown_away(world: World, editor: tuple[FlaskClient, str]) -> None:
    browser, rules = editor
    assert post(browser, f"{rules}/draft").status_code == 303
    assert "Draft 2" in browser.get(rules).text
    assert post(browser, f"{rules}/draft/discard").status_code == 303
    assert "Draft 2" not in browser.get(rules).text
    with world.inside(commit=False):
        assert rulebooks.find_draft(world.a.id) is None


def test_a_viewer_looks_and_changes_nothing(world: World) -> None:
    browser = world.signed_in(world.a.viewer)
    assert "Edit the rules" not in browser.get("/rules").text
    assert post(browser, "/rules/draft").status_code == 403


def test_no_merchant_gets_at_anothers_draft(world: World) -> None:
    post(world.signed_in(world.a.owner), "/rules/draft")
    other = world.signed_in(world.b.owner)
    assert "Draft 2" not in other.get("/rules").text
    assert other.get(f"/admin/merchants/{world.a.id}/rules").status_code == 404


def test_the_carrier_lists_the_stores(world: World) -> None:
    page = world.signed_in(world.admin).get("/admin/rules").text
    assert f"/admin/merchants/{world.a.id}/rules" in page
    assert "Electronics, version 1" in page
