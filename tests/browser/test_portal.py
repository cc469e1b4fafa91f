"""The real portal in a real browser, with photos that really went through S3 and the relay."""

import base64
import hashlib
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from qcportal import thumbhash
from tests import site as sites
from tests.browser.pages import ASK_AXE, AXE, RULES, opened, press
from tests.databases import wait_until
from tests.site import PICTURES, Site
from tests.world import PASSWORD, a_capture, an_inspection

pytestmark = [pytest.mark.browser, pytest.mark.aws]
DOOR = (PICTURES / "nuvio-phone-door-1-whole.jpg").read_bytes()
THUMBNAIL = re.compile(r"/d/[0-9a-f-]{36}/[0-9a-f]{16}-\d+\.webp\?")
ANYTHING = re.compile(".*")
LONG = 30_000
DESK = {"width": 1440, "height": 960}
SLOTS = ("front", "damage", "imei")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with sites.running(tmp_path_factory.mktemp("site"), imaging=True) as running:
        with (PICTURES / "nuvio-phone-catalogue.jpg").open("rb") as picture:
            answer = running.world.client.put(
                "/api/v1/catalogue/NUV-P8-BLK/picture",
                data=picture.read(),
                headers={"Authorization": f"Bearer {running.world.a.token}"},
                content_type="image/jpeg",
            )
        assert answer.status_code == 200, answer.text
        yield running


@pytest.fixture
def browser_page(chromium: Browser, site: Site) -> Iterator[Page]:
    yield from opened(chromium, site.url, viewport=DESK)


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()


def inspected(site: Site) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """Register a return and inspect it; its photos are announced with previews, none is sent."""
    world = site.world
    rvp = world.register()
    world.assign(rvp["return_id"])
    forms = world.forms(rvp["return_id"])
    captures = [a_capture(forms[slot], DOOR, thumbhash=preview()) for slot in SLOTS]
    answer = world.field("POST", "/inspections", an_inspection(rvp, *captures))
    assert answer.status_code == 201, answer.text
    return rvp, forms, DOOR


def preview() -> str:
    with Image.open(io.BytesIO(DOOR)) as source:
        small = source.convert("RGBA")
    small.thumbnail((100, 100))
    packed = thumbhash.encode(small.width, small.height, small.tobytes())
    return base64.b64encode(packed).decode()


def verified(site: Site, rvp: dict[str, Any]) -> int:
    return site.world.return_row(rvp["return_id"]).photos_here


def test_a_photo_appears_without_a_reload_and_then_the_page_is_quiet(
    site: Site, browser_page: Page
) -> None:
    rvp, forms, data = inspected(site)
    page = browser_page
    sign_in(page, site.world.a.owner)
    page.goto(f"/returns/{rvp['return_id']}")
    page.evaluate("window.sameDocument = true")
    blurred = page.locator(".stage .photo-blur").first
    expect(blurred).to_be_visible()
    assert blurred.evaluate("image => image.naturalWidth") > 0
    expect(page.locator("#photos-badge")).to_contain_text("3 photos on the way")
    for slot in SLOTS:
        assert site.send(forms[slot], data).status_code == 201
    expect(page.locator("#photos-badge")).to_contain_text("All 3 photos here", timeout=LONG)
    arrived = page.locator(".stage .compare .photo img").first
    expect(arrived).to_have_attribute("src", THUMBNAIL, timeout=LONG)
    loaded = "image => image.complete && image.naturalWidth > 0"
    page.wait_for_function(loaded, arg=arrived.element_handle())
    assert page.evaluate("sameDocument") is True
    expect(page.locator("#live")).not_to_have_attribute("hx-get", ANYTHING, timeout=LONG)
    assert page.evaluate("broken") == []


def test_the_merchants_pages_are_accessible_with_real_photos(chromium: Browser, site: Site) -> None:
    rvp, forms, data = inspected(site)
    for slot in SLOTS[:2]:
        site.send(forms[slot], data)
    assert wait_until(lambda: verified(site, rvp) == 2, seconds=30)
    faults: dict[str, Any] = {}
    for scheme, width in (("light", 1440), ("dark", 390)):
        size = {"width": width, "height": 900}
        for page in opened(chromium, site.url, viewport=size, color_scheme=scheme):
            sign_in(page, site.world.a.owner)
            for path in ("/", "/returns", f"/returns/{rvp['return_id']}", "/account/sessions"):
                page.goto(path)
                page.wait_for_load_state("networkidle")
                page.evaluate(AXE)
                found = page.evaluate(ASK_AXE, RULES) + page.evaluate("broken")
                if found:
                    faults[f"{scheme} {path}"] = found
    assert faults == {}


def test_everything_can_be_read_without_scripts(chromium: Browser, site: Site) -> None:
    rvp, forms, data = inspected(site)
    for slot in SLOTS:
        site.send(forms[slot], data)
    assert wait_until(lambda: verified(site, rvp) == 3, seconds=30)
    for page in opened(chromium, site.url, java_script_enabled=False):
        sign_in(page, site.world.a.viewer)
        page.get_by_role("link", name="Returns", exact=True).first.click()
        page.get_by_role("searchbox").fill(rvp["awb"][:9])
        page.get_by_role("searchbox").press("Enter")
        page.locator("a.row-link").first.click()
        expect(page.get_by_role("heading", name="Nuvio P8 phone")).to_be_visible()
        expect(page.get_by_text("Which IMEI does *#06# show?").first).to_be_visible()
        page.get_by_role("link", name="Compare").click()
        expect(page.get_by_text("Back to the return")).to_be_visible()


def test_an_admin_enrols_a_phone_and_the_page_says_so_by_itself(
    site: Site, browser_page: Page
) -> None:
    page = browser_page
    sign_in(page, site.world.admin)
    page.goto("/admin/people")
    page.get_by_role("button", name="Enrol a phone").first.click()
    code = page.locator(".enrol-code").inner_text()
    assert page.locator(".qr svg").is_visible()
    answer = site.world.call("POST", "/api/v1/field/enrolments", {"code": code})
    assert answer.status_code == 201
    expect(page.get_by_text("is ready")).to_be_visible(timeout=LONG)
    assert page.evaluate("broken") == []


def test_an_original_opens_by_a_signed_address_of_the_bucket(
    site: Site, browser_page: Page
) -> None:
    rvp, forms, data = inspected(site)
    site.send(forms["front"], data)
    assert wait_until(lambda: verified(site, rvp) == 1, seconds=30)
    page = browser_page
    sign_in(page, site.world.a.owner)
    photo = site.world.photo_rows(rvp["return_id"])["front"]
    answer = page.request.get(f"/photos/{photo.id}")
    assert hashlib.sha256(answer.body()).hexdigest() == hashlib.sha256(data).hexdigest()
    saved = page.request.get(f"/photos/{photo.id}?download=1")
    assert saved.body() == data
    assert "response-content-disposition=attachment" in saved.url
    page.goto(f"/returns/{rvp['return_id']}")
    press(page, "c")
    for _ in range(2):
        press(page, "+")
    sharp = page.locator(f".pane-door img[src='/photos/{photo.id}']")
    expect(sharp).to_be_visible(timeout=LONG)
    assert sharp.evaluate("image => image.naturalWidth") > 0
    assert page.evaluate("broken") == []
