"""Keys: only those that work here, none while typing, and all of them off by one switch."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import opened, press

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A page at desk size that fails its test on any script error or broken policy."""
    yield from opened(chromium, address, viewport={"width": 1440, "height": 960})


def test_keys_walk_the_list_and_open_a_row(page: Page) -> None:
    page.goto("/returns")
    press(page, "j")
    press(page, "j")
    press(page, "k")
    expect(page.locator("tr.current .row-link")).to_be_focused()
    expect(page.locator("tr.current .row-link")).to_have_text("Fern insulated bottle, 750 ml")
    press(page, "Enter")
    expect(page.locator("#question")).to_be_visible()


def test_keys_do_nothing_while_typing(page: Page) -> None:
    page.goto("/returns")
    press(page, "/")
    page.keyboard.type("jx?g")
    expect(page.get_by_role("searchbox")).to_have_value("jx?g")
    expect(page.locator("tr.current, dialog[open]")).to_have_count(0)


def test_the_switch_of_the_account_turns_every_key_off(page: Page) -> None:
    page.goto("/settings/keyboard?off=1")
    for key in ("?", "g", "r"):
        press(page, key)
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_role("link", name="Turn single keys on")).to_be_visible()
    page.goto("/settings/keyboard")
    press(page, "?")
    page.get_by_role("link", name="Turn single keys off").click()
    expect(page.get_by_label("Use single keys")).to_be_checked()


def test_a_number_opens_its_check_and_g_h_goes_home(page: Page) -> None:
    page.goto("/returns/9bX2")
    press(page, "2")
    expect(page.locator("#question")).to_have_text("Does the brand mark and size match?")
    press(page, "g")
    press(page, "h")
    expect(page.get_by_role("heading", name="Home")).to_be_visible()


def test_the_help_lists_only_what_works_here(page: Page) -> None:
    page.goto("/returns/9bX2")
    press(page, "?")
    said = page.locator("#help .help-row:visible span").all_inner_texts()
    assert {"Compare photos", "Open a check", "Next return"} <= set(said)
    page.goto("/returns?empty=none")
    press(page, "?")
    said = page.locator("#help .help-row:visible span").all_inner_texts()
    assert "Search" in said
    assert {"Next and previous row", "Compare photos"}.isdisjoint(said)


DECLARED = """() => { document.querySelector("main").insertAdjacentHTML("beforeend", `
  <div id="bar"><label data-key="4"><input type="radio" name="why" value="4">Fourth</label>
  <button data-key="u" data-key-words="Uphold" disabled>Uphold</button>
  <button data-key="u" data-key-words="Uphold too">Again</button>
  <input data-key="n" aria-label="Note"></div>`);
  window.pressed = [];
  document.addEventListener("click", event => pressed.push(event.target.textContent));
}"""


def test_a_page_declares_its_keys_in_its_html(page: Page) -> None:
    page.goto("/returns/9bX2?check=2")
    page.evaluate(DECLARED)
    press(page, "4")
    expect(page.locator("#question")).to_have_text("Cap and seal in place?")
    page.goto("/reviews")
    page.evaluate(DECLARED)
    press(page, "4")
    expect(page.get_by_label("Fourth")).to_be_checked()
    press(page, "u")
    assert page.evaluate("pressed").count("Again") == 1
    for modified in ("Control+u", "Alt+u", "Shift+U", "Meta+u"):
        press(page, modified)
    assert page.evaluate("pressed").count("Again") == 1
    press(page, "?")
    expect(page.locator("#help")).to_contain_text("Uphold too")
    press(page, "Escape")
    press(page, "n")
    expect(page.locator("#bar [data-key=n]")).to_be_focused()
    page.keyboard.type("u")
    expect(page.locator("#bar [data-key=n]")).to_have_value("u")


def test_x_ticks_a_row_and_the_button_counts(page: Page) -> None:
    page.goto("/admin/run-sheets/1")
    for key in ("j", "j", "j", "x"):
        press(page, key)
    expect(page.get_by_role("button", name="Assign returns (1)")).to_be_visible()
