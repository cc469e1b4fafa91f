"""The rule editor in a real browser: under the keyboard, and without scripts."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from werkzeug.serving import make_server

from qcportal import accounts, create_app, rulebooks
from qcportal.db import db
from qcportal.history import SYSTEM
from qcportal.rulebooks import Saving
from tests.blueprints.rule_pages.test_tables import DOCUMENT
from tests.browser.pages import ASK_AXE, AXE, RULES, opened
from tests.conftest import make_settings, migrate
from tests.world import PASSWORD, World

pytestmark = pytest.mark.browser
DESK = {"width": 1440, "height": 960}
TABLE = "/rules/tables/shoes"
PATHS = (
    "/rules", TABLE, "/rules/tables/every-item", "/rules/rows/dear", "/rules/settings",
    "/rules/compare", "/rules/publishing", "/rules/versions", "/rules/versions/1",
    "/rules/versions/1/rows/imei",
)  # fmt: skip
FAULTY = DOCUMENT | {
    "rules": [
        *DOCUMENT["rules"],
        {"id": "odd", "title": "", "table": "shoes", "cells": {"price": "cheap"}, "checks": []},
    ]
}


class Portal:
    """A running portal on SQLite with a merchant who edits rules."""

    def __init__(self, url: str, world: World) -> None:
        self.url, self.world = url, world

    def draft(self, document: dict[str, Any]) -> None:
        """Put a document into merchant A's draft."""
        with self.world.inside():
            draft = rulebooks.open_draft(accounts.get_merchant(self.world.a.id), by=SYSTEM)
            rulebooks.change_draft(draft, draft.revision, document, saving=Saving(SYSTEM))

    def stored(self) -> dict[str, Any]:
        """Give the draft's document."""
        with self.world.inside(commit=False):
            found: dict[str, Any] = rulebooks.get_draft(self.world.a.id).document
            return found


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    database = f"sqlite:///{tmp_path_factory.mktemp('editor') / 'portal.db'}"
    migrate(database)
    app = create_app(make_settings(database))
    world = World(app)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Portal(f"http://127.0.0.1:{server.port}", world)
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def page(chromium: Browser, portal: Portal) -> Iterator[Page]:
    """The owner at a desk, with a draft of shoe rules."""
    portal.draft(DOCUMENT)
    yield from signed_in(chromium, portal, viewport=DESK)


def signed_in(chromium: Browser, portal: Portal, **options: Any) -> Iterator[Page]:
    for page in opened(chromium, portal.url, **options):
        page.goto("/sign-in")
        page.get_by_label("Email").fill(portal.world.a.owner)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Home")).to_be_visible()
        yield page


def cell(page: Page, name: str) -> Locator:
    return page.locator(f'[id="{name}"]')


def saved(page: Page) -> Any:
    return page.expect_response(lambda answer: answer.request.method == "POST")


def test_arrows_and_enter_go_from_cell_to_cell(page: Page) -> None:
    page.goto(TABLE)
    cell(page, "r.all.c.price").click()
    page.keyboard.press("ArrowDown")
    expect(cell(page, "r.dear.c.price")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(cell(page, "r.dear.title")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(cell(page, "r.dear.c.price")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(cell(page, "r.dear.asks")).to_be_focused()


def test_arrows_belong_to_the_text_until_it_ends(page: Page) -> None:
    page.goto(TABLE)
    cell(page, "r.dear.title").click()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    expect(cell(page, "r.dear.title")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(cell(page, "r.dear.c.price")).to_be_focused()


def test_a_cell_saves_itself_and_its_fault_appears_without_losing_the_place(
    page: Page, portal: Portal
) -> None:
    page.goto(TABLE)
    cell(page, "r.all.c.price").fill("cheap")
    with saved(page):
        page.keyboard.press("Enter")
    expect(cell(page, "r.all.c.price")).to_have_attribute("aria-invalid", "true")
    expect(cell(page, "r.all.c.price-fault")).to_contain_text("not a number")
    expect(cell(page, "r.dear.c.price")).to_be_focused()
    page.keyboard.type("> 9")
    page.get_by_role("link", name="Go to it").click()
    expect(cell(page, "r.all.c.price")).to_be_focused()
    with saved(page):
        page.keyboard.type("< 9")
        page.keyboard.press("Enter")
    expect(cell(page, "r.all.c.price-fault")).to_have_count(0)
    assert [row["cells"]["price"] for row in portal.stored()["rules"]] == ["< 9", "> 9"]


def test_alt_and_an_arrow_move_the_row_and_the_focus_with_it(page: Page, portal: Portal) -> None:
    page.goto(TABLE)
    cell(page, "r.dear.title").click()
    with saved(page):
        page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[data-grid] tbody tr").first).to_have_id("row-dear")
    expect(cell(page, "r.dear.title")).to_be_focused()
    assert [row["id"] for row in portal.stored()["rules"]] == ["dear", "all"]


def test_what_was_typed_last_is_kept_when_a_link_is_followed(page: Page, portal: Portal) -> None:
    page.goto(TABLE)
    cell(page, "r.dear.title").fill("Very dear")
    cell(page, "r.dear.asks").click()
    expect(page.get_by_role("heading", name="Very dear")).to_be_visible()
    assert portal.stored()["rules"][1]["title"] == "Very dear"


def test_a_row_is_added_and_taken_back(page: Page) -> None:
    page.goto(TABLE)
    rows = page.locator("#shoes-rules tbody tr")
    page.get_by_role("button", name="Add row").first.click()
    expect(rows).to_have_count(3)
    page.get_by_label("Row 3: move, copy or delete").first.click()
    page.get_by_role("button", name="Delete: row 3").first.click()
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(3)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1440])
def test_every_rule_page_is_accessible_and_fits(
    chromium: Browser, portal: Portal, scheme: str, width: int
) -> None:
    portal.draft(FAULTY)
    faults: dict[str, Any] = {}
    size = {"width": width, "height": 900}
    for page in signed_in(chromium, portal, viewport=size, color_scheme=scheme):
        for path in PATHS:
            answer = page.goto(path)
            assert answer is not None
            assert answer.ok, path
            page.evaluate(AXE)
            found = page.evaluate(ASK_AXE, RULES) + page.evaluate("broken")
            wide = page.evaluate("document.documentElement.scrollWidth")
            if found or wide > width:
                faults[path] = [*found, wide]
    assert faults == {}


def test_a_table_is_built_mended_and_published_without_scripts(
    chromium: Browser, portal: Portal
) -> None:
    portal.draft(DOCUMENT)
    for page in signed_in(chromium, portal, viewport=DESK, java_script_enabled=False):
        page.goto("/rules")
        page.get_by_label("A table for more categories").fill("Hats")
        page.get_by_role("button", name="Add table").click()
        page.get_by_label("For these categories").fill("Hats, Caps")
        page.get_by_role("button", name="Add row").first.click()
        page.get_by_label("Row 1, name").first.fill("All hats")
        page.get_by_role("button", name="Save").click()
        page.get_by_label("Row 1, what it asks").click()
        page.get_by_role("button", name="Add check").click()
        page.get_by_label("Question").fill("Is the brim straight?")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("link", name="Hats").first.click()
        page.locator("summary", has_text="Add condition").click()
        page.get_by_label("Condition").select_option("price")
        page.get_by_role("button", name="Add column").first.click()
        price = page.get_by_label("Row 1, Price")
        price.fill("dear")
        price.press("Enter")
        expect(page.get_by_text("is not a number").first).to_be_visible()
        page.get_by_label("Row 1, Price").fill(">= 900")
        page.get_by_label("Row 1, Price").press("Enter")
        expect(page.get_by_text("is not a number")).to_have_count(0)
        page.get_by_role("link", name="Publish version 2").click()
        page.get_by_label("What changes, and why").fill("Hats are checked too")
        page.get_by_role("button", name="Publish version 2").click()
        expect(page.get_by_text("Version 2 is live")).to_be_visible()
        page.get_by_role("link", name="Compare").first.click()
        expect(page.get_by_text("“All hats” in “Hats”")).to_be_visible()
