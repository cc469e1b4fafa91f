"""The compare viewer: one zoom and pan for both pictures, by keys, mouse, wheel and touch."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, Route, expect

from tests.browser.pages import opened, press

pytestmark = pytest.mark.browser
DESK = {"width": 1440, "height": 960}
PHONE = {"width": 390, "height": 844}
TOUCHED = 1_800_000_000.0
DOOR, CATALOGUE = ".pane-door img", ".pane-reference img"
# Touch goes by the last frame that was drawn.
DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
# How much of its pane a picture on its side takes, across and down.
TAKES = """selector => { const image = document.querySelector(selector),
  { clientWidth: across, clientHeight: down } = image.parentElement,
  inside = Math.min(across / image.naturalWidth, down / image.naturalHeight),
  scale = inside * Number(image.style.transform.match(/deg\\) scale\\(([\\d.]+)/)[1]);
  return [image.naturalHeight * scale / across, image.naturalWidth * scale / down]; }"""


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A page at desk size with the viewer open on the third check."""
    for page in opened(chromium, address, viewport=DESK):
        open_viewer(page)
        yield page


def open_viewer(page: Page) -> None:
    page.goto("/returns/9bX2?dispute=open")
    page.get_by_role("link", name="Compare").click()
    expect(page.locator(DOOR)).to_be_visible()
    page.locator(DOOR).evaluate("image => image.decode()")


def says(page: Page, zoom: str) -> None:
    expect(page.locator("[data-part=zoom]")).to_have_text(zoom)


def placed(page: Page, selector: str = DOOR) -> tuple[float, float, float]:
    """Give x, y and zoom of a picture as its style says them."""
    style = page.locator(selector).get_attribute("style") or ""
    found = re.search(r"translate\(([-\d.]+)px, ([-\d.]+)px\) scale\(([\d.]+)\)", style)
    assert found, style
    return float(found[1]), float(found[2]), float(found[3])


def middle(page: Page) -> tuple[float, float]:
    box: Any = page.locator(".pane-door").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_viewer_zooms_both_pictures_and_moves_on(page: Page) -> None:
    press(page, "+")
    says(page, "150%")
    assert placed(page, DOOR) == placed(page, CATALOGUE)
    press(page, "0")
    press(page, "ArrowRight")
    expect(page.locator("#viewer-title")).to_have_text("Cap and seal in place?")
    expect(page.locator("[data-part=count]")).to_have_text("4 of 7")
    press(page, "r")
    expect(page.locator(".pane-door")).to_be_hidden()
    expect(page.get_by_role("button", name="Side by side")).to_have_attribute(
        "aria-pressed", "false"
    )
    press(page, "r")
    expect(page.locator(".pane-door")).to_be_visible()
    press(page, "Escape")
    expect(page.locator("[data-key=c]")).to_be_focused()


def test_zoom_ends_at_one_and_at_eight_and_pans_inside_of_the_picture(page: Page) -> None:
    for _ in range(8):
        page.get_by_role("button", name="Zoom in").click()
    says(page, "800%")
    for _ in range(200):
        press(page, "ArrowLeft")
    assert placed(page)[0] == 0  # the left edge of the picture is the end of the way
    for _ in range(8):
        page.get_by_role("button", name="Zoom out").click()
    says(page, "100%")
    assert placed(page) == (0, 0, 1)


def test_the_wheel_zooms_at_the_pointer(page: Page) -> None:
    box: Any = page.locator(".pane-door").bounding_box()
    x, y = 100.0, 250.0
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.mouse.wheel(0, -300)
    page.wait_for_function("document.querySelector('[data-part=zoom]').value !== '100%'")
    left, top, zoom = placed(page)
    assert zoom == pytest.approx(2.718, abs=0.01)
    assert (x - left) / zoom == pytest.approx(x, abs=0.5)  # what lay under it still does
    assert (y - top) / zoom == pytest.approx(y, abs=0.5)


def test_a_double_click_goes_close_and_back_and_dragging_pans(page: Page) -> None:
    x, y = middle(page)
    page.mouse.dblclick(x, y)
    says(page, "300%")
    before = placed(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 120, y - 40, steps=4)
    page.mouse.up()
    assert placed(page) == pytest.approx((before[0] - 120, before[1] - 40, 3))
    page.mouse.dblclick(x, y)
    says(page, "100%")


def test_each_picture_zooms_alone_when_they_are_not_together(page: Page) -> None:
    page.get_by_role("button", name="Zoom together").click()
    press(page, "+")
    assert placed(page, DOOR)[2] == 1.5
    assert placed(page, CATALOGUE)[2] == 1
    page.get_by_role("button", name="Zoom together").click()
    assert placed(page, CATALOGUE)[2] == 1.5


def test_a_turned_photo_stays_inside_of_its_pane(page: Page) -> None:
    for turn in (90, 180, 270):
        page.get_by_role("button", name="Turn to the right").click()
        assert f"rotate({turn}deg)" in (page.locator(DOOR).get_attribute("style") or "")
        if turn != 180:
            assert max(page.evaluate(TAKES, DOOR)) == pytest.approx(1, abs=0.001)
    page.get_by_role("button", name="Turn to the right").click()
    assert "rotate" not in (page.locator(DOOR).get_attribute("style") or "")


def test_the_original_comes_above_160_percent_into_the_same_place(page: Page) -> None:
    held: list[Route] = []
    page.route("**/d_base-1200.webp", lambda route: held.append(route))
    press(page, "+")
    press(page, "ArrowLeft")
    assert held == []
    press(page, "+")
    before, box = placed(page), page.locator(DOOR).bounding_box()
    assert "X-Amz-Signature" in (page.locator(DOOR).get_attribute("src") or "")
    page.wait_for_timeout(100)
    held[0].continue_()
    expect(page.locator(DOOR)).to_have_attribute("src", "/pictures/d_base-1200.webp")
    assert placed(page) == before
    assert page.locator(DOOR).bounding_box() == box
    press(page, "ArrowRight")
    assert placed(page)[0] == before[0] - 60


def test_an_address_that_ended_falls_back_to_the_lasting_one(page: Page) -> None:
    press(page, "Escape")
    page.route("**/ended.webp", lambda route: route.fulfill(body="", content_type="image/webp"))
    page.evaluate("document.querySelector('[data-number=\"3\"]').dataset.door = '/ended.webp'")
    press(page, "c")
    expect(page.locator(DOOR)).to_have_attribute("src", "/pictures/d_base-1200.webp")


def test_photos_are_cited_and_taken_along_to_the_dispute(page: Page) -> None:
    link = page.locator("[data-part=dispute]")
    expect(link).to_be_hidden()
    press(page, "x")
    expect(link).to_have_text("Dispute with 1 photo")
    expect(page.get_by_role("button", name="Cite in dispute")).to_have_attribute(
        "aria-pressed", "true"
    )
    press(page, "ArrowRight")
    page.get_by_role("button", name="Cite in dispute").click()
    expect(link).to_have_text("Dispute with 2 photos")
    expect(link).to_have_attribute("href", "/returns/9bX2/dispute/new?photo=base-3&photo=cap-4")
    press(page, "x")
    expect(link).to_have_attribute("href", "/returns/9bX2/dispute/new?photo=base-3")


def test_the_download_is_that_of_the_photo_in_view(page: Page) -> None:
    download = page.get_by_role("link", name="Download the original")
    expect(download).to_have_attribute("href", "/pictures/d_base-1200.webp?download=1")
    press(page, "ArrowRight")
    expect(download).to_have_attribute("href", "/pictures/d_cap-1200.webp?download=1")


def touch(client: CDPSession, kind: str, *points: tuple[float, float], at: float = TOUCHED) -> None:
    """Touch at a moment (in seconds) of ours, since two taps have to come in quick succession."""
    given = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
    told = {"type": kind, "touchPoints": given, "timestamp": at}
    client.send("Input.dispatchTouchEvent", told)


def test_two_fingers_pinch_and_one_pans_and_two_taps_go_close(
    chromium: Browser, address: str
) -> None:
    for page in opened(chromium, address, viewport=PHONE, has_touch=True, is_mobile=True):
        open_viewer(page)
        page.evaluate(DRAWN)
        client, (x, y) = page.context.new_cdp_session(page), middle(page)
        touch(client, "touchStart", (x - 40, y), (x + 40, y))
        for way in (60, 80):
            touch(client, "touchMove", (x - way, y), (x + way, y))
        touch(client, "touchEnd")
        says(page, "200%")
        before = placed(page)
        assert placed(page, CATALOGUE) == before
        touch(client, "touchStart", (x, y))
        for way in (15, 30):
            touch(client, "touchMove", (x + way, y + way))
        touch(client, "touchEnd")
        assert placed(page) == pytest.approx((before[0] + 30, before[1] + 30, 2), abs=0.5)
        page.get_by_role("button", name="Fit to screen").click()
        for at in (TOUCHED + 9, TOUCHED + 9.1):
            touch(client, "touchStart", (x, y), at=at)
            touch(client, "touchEnd", at=at)
        says(page, "300%")


def test_without_scripts_the_viewer_is_a_page_with_both_pictures(
    chromium: Browser, address: str
) -> None:
    for page in opened(chromium, address, java_script_enabled=False):
        page.goto("/returns/9bX2")
        page.get_by_role("link", name="Compare").click()
        expect(page.locator(".pane img")).to_have_count(2)
        page.goto(f"{page.url}&dispute=open")
        cite = page.get_by_role("link", name="Cite in dispute")
        expect(cite).to_have_attribute("href", "/returns/9bX2/dispute/new?photo=base-3")
        expect(page.get_by_role("link", name="Download the original")).to_be_visible()
        page.get_by_role("link", name="Back to the return").click()
        expect(page.locator("#question")).to_have_text("Dents or scratches?")
