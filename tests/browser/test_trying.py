"""Trying rules in a real browser: as one types, on the phone's buttons, and without scripts."""

import re
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from qcportal import accounts, create_app, rulebooks
from qcportal.capture_kinds import SHIPPED
from qcportal.db import db
from qcportal.history import SYSTEM
from tests.blueprints.rule_pages.test_dry_runs import draft, inspected, stricter, work
from tests.blueprints.rule_pages.test_try_it import DEAR, SHOES
from tests.browser.pages import ASK_AXE, AXE, RULES, opened
from tests.conftest import make_settings, migrate
from tests.world import PASSWORD, RULEBOOK, World

pytestmark = pytest.mark.browser
TRY = "/rules/try?" + urlencode(DEAR)


class Portal:
    """A running portal on SQLite whose merchant A checks shoes."""

    def __init__(self, url: str, world: World) -> None:
        self.url, self.world = url, world


@pytest.fixture
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    database = f"sqlite:///{tmp_path_factory.mktemp('trying') / 'portal.db'}"
    migrate(database)
    app = create_app(make_settings(database))
    world = World(app)
    publish(world, SHOES)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Portal(f"http://127.0.0.1:{server.port}", world)
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


def publish(world: World, document: dict[str, Any]) -> None:
    with world.inside():
        merchant = accounts.get_merchant(world.a.id)
        rulebooks.publish(merchant, document, note="tried", kinds=SHIPPED, by=SYSTEM)


def signed_in(chromium: Browser, portal: Portal, email: str, **options: Any) -> Iterator[Page]:
    for page in opened(chromium, portal.url, **options):
        page.goto("/sign-in")
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Home")).to_be_visible()
        yield page


def test_the_page_answers_as_one_types_and_keeps_the_focus(
    chromium: Browser, portal: Portal
) -> None:
    for page in signed_in(chromium, portal, portal.world.a.viewer):
        page.goto(TRY)
        page.evaluate("window.sameDocument = true")
        serial = page.get_by_role("heading", name="Which serial number stands on the tongue?")
        expect(serial).to_be_visible()
        page.get_by_label("Price, ₹").fill("499")
        expect(serial).to_have_count(0)
        expect(page.get_by_text("Price is 499, the row wants >= 5000")).to_be_visible()
        expect(page.get_by_label("Price, ₹")).to_be_focused()
        page.wait_for_url(re.compile("f.price=499"))
        page.locator("#answer-colour").fill("laal")
        expect(page.locator("#check-colour .tried-result")).to_contain_text("Passed")
        page.locator("#answer-whole").select_option("no")
        expect(page.locator("#verdict")).to_have_text("Failed")
        assert page.evaluate("sameDocument") is True
        assert page.evaluate("broken") == []


def test_the_phones_buttons_answer_and_go_on_to_the_next_check(
    chromium: Browser, portal: Portal
) -> None:
    for page in signed_in(chromium, portal, portal.world.a.viewer):
        page.goto(TRY + "&open=whole")
        page.evaluate("window.sameDocument = true")
        phone = page.locator(".phone")
        phone.get_by_role("link", name="No", exact=True).click()
        expect(page.locator("#answer-whole")).to_have_value("no")
        expect(phone.locator(".phone-question")).to_contain_text("serial number")
        expect(page.locator("#verdict")).to_have_text("Failed")
        assert page.evaluate("sameDocument") is True
        assert "7781" not in phone.inner_text()


def test_trying_works_without_scripts(chromium: Browser, portal: Portal) -> None:
    rvp = portal.world.register()
    options = {"java_script_enabled": False, "viewport": {"width": 320, "height": 700}}
    for page in signed_in(chromium, portal, portal.world.a.viewer, **options):
        page.goto("/rules/try")
        page.get_by_label("SKU, AWB or name in the catalogue").fill(rvp["awb"])
        page.get_by_role("button", name="Try it").click()
        expect(page.get_by_label("Product name")).to_have_value("Nuvio P8 phone")
        page.locator("#answer-whole").select_option("yes")
        page.get_by_role("button", name="Try it").click()
        expect(page.locator("#verdict")).to_have_text("Passed")
        page.get_by_role("link", name="Dark").click()
        expect(page.locator(".phone-dark")).to_be_visible()
        page.locator(".phone").get_by_role("link", name="1 Is it whole?").click()
        page.locator(".phone").get_by_role("link", name="No", exact=True).click()
        expect(page.locator("#verdict")).to_have_text("Failed")


def test_a_dry_run_shows_its_result_by_itself_and_is_accessible(
    chromium: Browser, portal: Portal
) -> None:
    world = portal.world
    publish(world, RULEBOOK)
    inspected(world)
    draft(world, rules=stricter())
    for page in signed_in(chromium, portal, world.a.owner, color_scheme="dark"):
        page.goto("/rules/dry-runs")
        page.get_by_label("30 days").check()
        page.get_by_role("button", name="Start dry run").click()
        expect(page.get_by_role("heading", name="Waiting for a free worker")).to_be_visible()
        check_page(page)
        page.evaluate("window.sameDocument = true")
        assert work(world)
        expect(page.get_by_role("heading", name="Verdicts", exact=True)).to_be_visible()
        assert page.evaluate("sameDocument") is True
        check_page(page)
        page.get_by_role("link", name="returns, Passed → A new check was never asked").click()
        expect(page.locator("a.row-link")).to_have_count(1)
        check_page(page)
    for page in signed_in(chromium, portal, world.a.owner, java_script_enabled=False):
        page.goto("/rules/dry-runs")
        page.get_by_role("button", name="Start dry run").click()
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("The run was cancelled.")).to_be_visible()


def check_page(page: Page) -> None:
    """Hold the page to axe and the policy, and to 320 pixels."""
    page.evaluate(AXE)
    assert page.evaluate(ASK_AXE, RULES) + page.evaluate("broken") == []
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size(size)  # type: ignore[arg-type]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_trying_is_accessible_and_never_scrolls_sideways(
    chromium: Browser, portal: Portal, scheme: str, width: int
) -> None:
    size = {"width": width, "height": 900}
    answered = TRY + "&f.quantity=3&a.colour=blue&a.whole=yes&f.price=cheap"
    owner = portal.world.a.owner
    for page in signed_in(chromium, portal, owner, viewport=size, color_scheme=scheme):
        for path in (TRY, answered, TRY + "&phone=dark", TRY + "&f.return_reason=wrong+item"):
            page.goto(path)
            check_page(page)
