"""The compare viewer: one zoom and pan for both pictures, by keys, mouse, wheel and touch."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import opened

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A page at desk size that fails its test on any script error or broken policy."""
    yield from opened(chromium, address, viewport={"width": 1440, "height": 960})


def test_the_viewer_zooms_both_pictures_and_moves_on(page: Page) -> None:
    page.goto("/returns/9bX2")
    page.keyboard.press("c")
    expect(page.locator(".pane-door img")).to_be_visible()
    page.keyboard.press("+")
    expect(page.locator("[data-part=zoom]")).to_have_text("150%")
    door, catalogue = page.locator(".pane-door img"), page.locator(".pane-reference img")
    assert door.get_attribute("style") == catalogue.get_attribute("style")
    page.keyboard.press("0")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#viewer-title")).to_have_text("Cap and seal in place?")
    page.keyboard.press("r")
    expect(page.locator(".pane-door")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("[data-key=c]")).to_be_focused()
