"""Every page and component in a real browser: policy, accessibility, width, keys, live fill-in."""

import gzip
from collections.abc import Iterator
from typing import Literal

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from qcportal.blueprints import assets
from tests.browser.example_paths import PAGES
from tests.browser.links import Linked, sent
from tests.browser.pages import ASK_AXE, AXE, COLOUR_RULES, RULES, SHAPES, opened

pytestmark = pytest.mark.browser
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
PARTS = 4  # of the pages, so that two processes share them
HIDDEN = "Object.defineProperty(document, 'hidden', {value: true})"


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> Literal["light", "dark"]:
    chosen: Literal["light", "dark"] = request.param
    return chosen


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A page at desk size that fails its test on any script error or broken policy."""
    yield from opened(chromium, address, viewport={"width": 1440, "height": 960})


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("width", [390, 1440])
def test_every_page_is_accessible_and_keeps_the_policy(
    chromium: Browser, address: str, width: int, part: int
) -> None:
    size = {"width": width, "height": 900}
    faults = {}
    for page in opened(chromium, address, viewport=size):
        page.add_init_script(HIDDEN)  # an answer to a poll would change what is compared
        for path in PAGES[part::PARTS]:
            page.emulate_media(color_scheme="light")
            answer = page.goto(path)
            assert answer is not None
            assert answer.ok, path
            page.evaluate(AXE)
            found = faults_in_both_themes(page) + page.evaluate("broken")
            if found:
                faults[path] = found
    assert faults == {}


def faults_in_both_themes(page: Page) -> list[str]:
    """Ask axe all it knows of the light page, and of the dark one what colours can change.

    Only colours may differ, which is held here too, so every other answer would be the same.
    """
    light = page.evaluate(ASK_AXE, RULES)
    return light + moved_by_the_dark(page) + page.evaluate(ASK_AXE, COLOUR_RULES)


def moved_by_the_dark(page: Page) -> list[str]:
    """Turn the page dark and give what then lies or shows otherwise.

    A picture that comes between the two looks moves things too, but only once.
    """
    moved: list[str] = []
    for _ in range(3):
        page.emulate_media(color_scheme="light")
        page.evaluate(f"window.shapes = ({SHAPES})()")
        page.emulate_media(color_scheme="dark")
        moved = page.evaluate(f"({SHAPES})().filter((each, number) => each !== shapes[number])")
        if not moved:
            break
    return moved[:3]  # all that lies below would follow


@pytest.mark.long
def test_no_page_scrolls_sideways_at_320_pixels(chromium: Browser, address: str) -> None:
    wide = {}
    for page in opened(chromium, address, viewport={"width": 320, "height": 640}):
        for path in PAGES:
            page.goto(path)
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > 320:
                wide[path] = width
    assert wide == {}


def test_the_dark_theme_has_other_colours_and_every_rule_of_them_is_asked(page: Page) -> None:
    page.goto("/returns")
    light = page.evaluate(BACKGROUND)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(BACKGROUND) == "rgb(13, 15, 18)" != light
    page.evaluate(AXE)
    of_colours = "axe.getRules(['cat.color']).map(rule => rule.ruleId)"
    shared = set(page.evaluate(of_colours)) - {"color-contrast-enhanced"}  # of level AAA alone
    assert shared == set(COLOUR_RULES["values"])


def test_the_viewer_and_the_help_are_accessible_when_open(
    page: Page, theme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=theme)
    page.goto("/returns/9bX2")
    page.evaluate(AXE)
    for key in ("c", "?"):
        page.keyboard.press(key)
        expect(page.locator("dialog[open]")).to_be_visible()
        assert page.evaluate(ASK_AXE, RULES) + page.evaluate("broken") == []
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_late_photo_fills_in_without_a_reload_or_a_shift(page: Page, example_app: Flask) -> None:
    example_app.extensions["looks"] = 0
    page.goto("/returns/9bX2")
    before = page.locator("#tile-6 .photo").bounding_box()
    page.evaluate("window.stayed = true")
    for _ in range(2):
        with page.expect_response("**/live**"):
            page.evaluate("htmx.trigger('#live', 'look')")
    expect(page.locator("#tile-6 img")).to_have_attribute("loading", "lazy")
    expect(page.locator("#arrivals")).to_have_text("Photo arrived: Brush. All 7 photos are here.")
    expect(page.locator("#photos-badge")).to_have_text("All 7 photos here")
    assert page.evaluate("window.stayed") is True
    assert page.locator("#tile-6 .photo").bounding_box() == before
    assert page.locator("#live").get_attribute("hx-get") is None
    page.evaluate("htmx.trigger('#live', 'look')")
    page.goto("/returns/9bX2?brush=here")  # a look after the last answer would have been counted
    assert example_app.extensions["looks"] == 2


def test_a_poll_of_what_waits_moves_on_and_leaves_a_note_that_is_being_typed(page: Page) -> None:
    page.goto("/reviews")
    note = page.get_by_label("Note").first
    note.fill("The label fits")
    page.evaluate("htmx.trigger('#live', 'look')")
    expect(page.get_by_text("2 more items to look at.")).to_be_visible()
    expect(page.get_by_text("Decided meanwhile.")).to_be_visible()
    expect(note).to_have_value("The label fits")
    expect(page.get_by_role("heading", level=2)).to_have_count(2)
    assert page.evaluate("broken") == []


def test_the_open_desk_shows_the_queue_as_it_became_and_keeps_what_is_typed(page: Page) -> None:
    page.goto("/admin/disputes/1")
    text = page.get_by_label("Words to the merchant")
    text.fill("The scratch is beside the box.")
    lines = page.locator(".queue-line")
    before = lines.count()
    page.evaluate("htmx.trigger('#queue', 'look')")
    expect(page.locator("#queue-counts")).to_have_text("2 open")
    expect(lines).to_have_count(before - 1)
    expect(text).to_have_value("The scratch is beside the box.")
    expect(text).to_be_focused()
    assert page.evaluate("broken") == []


def test_a_hidden_tab_does_not_poll(page: Page, example_app: Flask) -> None:
    page.goto("/returns/9bX2")
    page.evaluate(HIDDEN)
    example_app.extensions["looks"] = 0
    page.evaluate("htmx.trigger('#live', 'look')")
    page.goto("/returns/9bX2?check=1")  # what was sent before leaving would have been counted
    assert example_app.extensions["looks"] == 0


def test_enrolment_flips_to_ready_by_itself(page: Page) -> None:
    page.goto("/admin/enrolments/1")
    expect(page.locator(".qr svg")).to_be_visible()
    page.evaluate("htmx.trigger('#enrolment', 'look')")
    expect(page.get_by_role("heading", name="R-014 is ready")).to_be_visible()


def test_pages_are_complete_without_scripts(chromium: Browser, address: str) -> None:
    size = {"width": 1440, "height": 960}
    for page in opened(chromium, address, viewport=size, java_script_enabled=False):
        page.goto("/returns/9bX2")
        expect(page.get_by_role("link", name="Look again")).to_be_visible()
        page.get_by_role("link", name="Compare").click()
        expect(page.get_by_role("heading", name="Dents or scratches?")).to_be_visible()
        expect(page.locator(".pane img")).to_have_count(2)
        page.goto("/admin/enrolments/1")
        expect(page.get_by_role("link", name="Check again")).to_be_visible()


def test_the_theme_is_a_form_and_stays(page: Page) -> None:
    page.goto("/returns")
    page.get_by_role("button", name="Dark colours").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate(BACKGROUND) == "rgb(13, 15, 18)"


STYLES, SCRIPTS, ICONS, PHONE = 12_288, 20_480, 5_120, 2_048
"""Bytes of gzip that one page may have, after UI.md section 14."""

EVERYTHING = "/_ui"
"""The sheet of components, for development, that links all there is."""


@pytest.fixture(scope="module")
def linked(example_app: Flask) -> dict[str, Linked]:
    """What each page makes a browser load, and the classes of its elements."""
    client = example_app.test_client()
    return {path: Linked.by(client, path) for path in PAGES if path != EVERYTHING}


def test_no_page_loads_more_styles_or_scripts_than_its_budget(linked: dict[str, Linked]) -> None:
    heavy = {
        path: (page.styles, page.scripts)
        for path, page in linked.items()
        if page.weight(page.styles) > STYLES or page.weight(page.scripts) > SCRIPTS
    }
    assert heavy == {}
    assert max(len(page.styles) for page in linked.values()) > 3
    assert any("viewer.js" in name for page in linked.values() for name in page.scripts)


def test_each_page_links_the_styles_of_every_class_it_uses(linked: dict[str, Linked]) -> None:
    names = (assets.BUNDLE, *(f"{folder}.css" for folder in assets.FOLDERS))
    known = set().union(*(page.styled for page in linked.values()))
    lacking = {path: page.classes & known - page.styled for path, page in linked.items()}
    assert {path: classes for path, classes in lacking.items() if classes} == {}
    assert {name for page in linked.values() for name in page.styles} <= set(names)


def test_the_rules_the_phone_and_the_icons_keep_their_budget(example_app: Flask) -> None:
    client = example_app.test_client()
    for more in ("inspection.css", "lists.css"):  # where one tries rules, and in dry runs
        names = ("app.css", "rules.css", more)
        assert sum(len(sent(client, example_app, name)) for name in names) <= STYLES
    assert len(sent(client, example_app, "phone.css")) <= PHONE  # it comes on top where one tries
    assert len(sent(client, example_app, "icons.svg")) <= ICONS


def test_a_list_of_25_rows_with_signed_urls_keeps_its_budget(example_app: Flask) -> None:
    page = example_app.test_client().get("/returns").data
    assert page.count(b"X-Amz-Signature=") > 60
    assert len(gzip.compress(page, 6)) <= 12_288
