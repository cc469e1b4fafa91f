"""A merchant raises and follows a dispute in a real browser, with files that really go to S3."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from qcportal import disputes
from qcportal.disputes import CaseInFull
from tests import site as sites
from tests.browser.pages import ASK_AXE, AXE, RULES, opened, press
from tests.browser.test_portal import sign_in
from tests.databases import wait_until
from tests.disputes.cases import ASHA, CLAIMS
from tests.site import PICTURES, Site
from tests.world import a_capture, an_inspection

pytestmark = [pytest.mark.browser, pytest.mark.aws]
DOOR = PICTURES / "nuvio-phone-door-1-whole.jpg"
TEXT = "The photo shows the box sealed, so this return should have passed."
DESK = {"width": 1440, "height": 960}
LONG = 30_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with sites.running(tmp_path_factory.mktemp("site"), imaging=False) as running:
        yield running


def failed(site: Site) -> dict[str, Any]:
    """Give a return that failed, with the photo of its failed check in the bucket."""
    world, data = site.world, DOOR.read_bytes()
    rvp = world.register()
    world.assign(rvp["return_id"])
    forms = world.forms(rvp["return_id"])
    body = an_inspection(rvp, *[a_capture(forms[slot], data) for slot in ("front", "damage")])
    damage = body["items"][0]["answers"][1]
    damage |= {"result": "mismatch", "value": "yes", "remarks": "Found at the door"}
    answer = world.field("POST", "/inspections", body | {"app_verdict": None})
    assert answer.status_code == 201, answer.text
    for slot in ("front", "damage"):
        assert site.send(forms[slot], data).status_code == 201
    assert wait_until(lambda: here(site, rvp) == 2, seconds=30)
    return rvp


def here(site: Site, rvp: dict[str, Any]) -> int:
    return sum(1 for each in site.world.photo_rows(rvp["return_id"]).values() if each.stored_at)


def case_of(site: Site, rvp: dict[str, Any]) -> CaseInFull:
    with site.world.inside(commit=False):
        row = site.world.return_row(rvp["return_id"])
        found = disputes.find_case_of_return(row.id, by=CLAIMS)
        assert found is not None
        return disputes.get_full(found.id, by=CLAIMS)


def own_files(site: Site, rvp: dict[str, Any]) -> list[Any]:
    return [each.photo for each in case_of(site, rvp).evidence if each.own]


def test_a_dispute_is_raised_in_the_drawer_with_a_box_and_a_file(
    chromium: Browser, site: Site
) -> None:
    rvp = failed(site)
    for page in opened(chromium, site.url, refused=1, viewport=DESK):
        sign_in(page, site.world.a.owner)
        page.goto(f"/returns/{rvp['return_id']}")
        press(page, "d")
        drawer = page.locator("#drawer")
        expect(drawer.get_by_role("heading", name="Raise a dispute")).to_be_visible()
        page.evaluate(AXE)
        assert page.evaluate(ASK_AXE, RULES) + page.evaluate("broken") == []
        drawer.get_by_role("button", name="Send dispute").click()
        expect(drawer.get_by_role("alert").first).to_contain_text("Say in 20 to 1000 characters")
        draw_a_box(page)
        drawer.get_by_label("Say why").fill(TEXT)
        expect(drawer.locator("#text-count")).to_have_text(f"{len(TEXT)} of 1,000 characters.")
        drawer.locator("[data-upload]").set_input_files(DOOR)
        expect(drawer.locator("[data-sending] li")).to_contain_text("was sent", timeout=LONG)
        drawer.get_by_role("button", name="Send dispute").click()
        expect(page.get_by_text("You get an answer by")).to_be_visible()
        assert page.evaluate("broken") == []
    full = case_of(site, rvp)
    assert full.case.number
    (cited,) = [each for each in full.evidence if not each.own]
    assert cited.box is not None
    drawn = zip(cited.box, (0.2, 0.3, 0.4, 0.2), strict=True)
    assert all(abs(one - other) < 0.03 for one, other in drawn)
    assert wait_until(lambda: bool(own_files(site, rvp)[0].verified_at), seconds=30)


def test_a_file_sent_from_the_drawer_is_taken_out_again(chromium: Browser, site: Site) -> None:
    rvp = failed(site)
    for page in opened(chromium, site.url, viewport=DESK):
        sign_in(page, site.world.a.owner)
        page.goto(f"/returns/{rvp['return_id']}")
        press(page, "d")
        drawer = page.locator("#drawer")
        drawer.get_by_label("Say why").fill(TEXT)
        drawer.locator("[data-upload]").set_input_files([DOOR, DOOR])
        sending = drawer.locator("[data-sending] li")
        expect(sending.nth(1)).to_contain_text("was sent", timeout=LONG)
        assert len(own_files(site, rvp)) == 2
        sending.nth(0).get_by_role("button", name="Take it out").click()
        expect(page.get_by_text("The file was taken out of this dispute.")).to_be_visible()
        expect(page.get_by_label("Say why")).to_have_value(TEXT)
        assert len(own_files(site, rvp)) == 1
        page.get_by_role("button", name="Take it out").click()
        expect(page.get_by_role("button", name="Take it out")).to_have_count(0)
        page.get_by_role("button", name="Send dispute").click()
        expect(page.get_by_text("You get an answer by")).to_be_visible()
        assert page.evaluate("broken") == []
    assert own_files(site, rvp) == []


def draw_a_box(page: Page) -> None:
    """Draw with the mouse on the photo of the failed check, from 20, 30 to 60, 50 per cent."""
    tile = page.locator("#drawer .pick-tile", has_text="Damage")
    tile.locator("summary").click()
    frame = tile.locator("[data-draw]")
    frame.scroll_into_view_if_needed()
    expect(frame.locator("img")).to_have_js_property("complete", True)
    box = frame.bounding_box()
    assert box is not None
    for act, (x, y) in ((page.mouse.move, (0.2, 0.3)), (page.mouse.move, (0.6, 0.5))):
        act(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if x == 0.2:
            page.mouse.down()
    page.mouse.up()
    expect(frame.locator("svg rect").first).to_be_attached()
    frame.focus()
    press(page, "ArrowRight")
    press(page, "ArrowLeft")


def test_everything_goes_without_scripts(chromium: Browser, site: Site) -> None:
    rvp = failed(site)
    key = site.world.photo_rows(rvp["return_id"])["damage"].id
    for page in opened(chromium, site.url, viewport=DESK, java_script_enabled=False):
        sign_in(page, site.world.a.owner)
        page.goto(f"/returns/{rvp['return_id']}")
        page.get_by_role("link", name="Raise dispute").click()
        page.get_by_label("Say why").fill(TEXT)
        page.locator(f'.pick-tile:has([value="{key}"]) summary').click()
        for side, value in (("x", "20"), ("y", "30"), ("width", "40"), ("height", "20")):
            page.locator(f'[name="{side}-{key}"]').fill(value)
        page.get_by_role("button", name="Save and add files").click()
        page.get_by_label("Name of the file").fill("The box as it came")
        page.get_by_role("button", name="Go on to the file").click()
        page.locator("#file").set_input_files(DOOR)
        page.get_by_role("button", name="Send this file").click()
        expect(page.get_by_role("heading", name="Raise a dispute")).to_be_visible()
        page.get_by_role("button", name="Send dispute").click()
        expect(page.get_by_text("You get an answer by")).to_be_visible()
        page.get_by_role("link", name="Follow it").click()
        expect(page.locator("#cited-1 .photo-box")).to_be_visible()
        answer_without_scripts(site, page, rvp)
    full = case_of(site, rvp)
    assert [each.box for each in full.evidence if not each.own] == [(0.2, 0.3, 0.4, 0.2)]
    assert wait_until(lambda: bool(own_files(site, rvp)[0].stored_at), seconds=30)


def answer_without_scripts(site: Site, page: Page, rvp: dict[str, Any]) -> None:
    """Be asked, answer, and withdraw in the end."""
    key = case_of(site, rvp).case.id
    with site.world.inside():
        disputes.claim(key, by=ASHA)
        disputes.ask(key, "Which seal do you mean?", by=ASHA)
    page.reload()
    page.get_by_label("Your answer").fill("The one on the box.")
    page.get_by_role("button", name="Send answer").click()
    expect(page.locator("#thread")).to_contain_text("The one on the box.")
    page.get_by_text("Withdraw it", exact=True).click()
    page.get_by_role("button", name="Withdraw this dispute").click()
    expect(page.get_by_text("It was withdrawn.")).to_be_visible()


def test_ticked_rows_become_disputes(chromium: Browser, site: Site) -> None:
    rvps = [failed(site), failed(site)]
    for page in opened(chromium, site.url, viewport=DESK):
        sign_in(page, site.world.a.owner)
        page.goto("/returns")
        press(page, "j")
        press(page, "x")
        expect(page.get_by_role("button", name="Raise disputes (1)")).to_be_visible()
        press(page, "j")
        press(page, "x")
        page.get_by_role("button", name="Raise disputes (2)").click()
        page.get_by_label("Say why").fill(TEXT)
        page.get_by_role("button", name="Go on: check before sending").click()
        page.get_by_role("button", name="Send 2 disputes").click()
        expect(page.get_by_text(re.compile("Sent as D-")).first).to_be_visible()
        assert page.evaluate("broken") == []
    assert all(case_of(site, rvp).case.number for rvp in rvps)


def test_a_question_shows_by_itself_and_leaves_what_is_typed(chromium: Browser, site: Site) -> None:
    rvp = failed(site)
    for page in opened(chromium, site.url, viewport=DESK):
        sign_in(page, site.world.a.owner)
        page.goto(f"/returns/{rvp['return_id']}/dispute/new")
        page.get_by_label("Say why").fill(TEXT)
        page.get_by_role("button", name="Send dispute").click()
        page.get_by_role("link", name="Follow it").click()
        page.locator("#words-text").fill("Half a sentence")
        key = case_of(site, rvp).case.id
        with site.world.inside():
            disputes.claim(key, by=ASHA)
            disputes.ask(key, "Which seal do you mean?", by=ASHA)
        page.evaluate("htmx.trigger('#live', 'look')")
        expect(page.locator("#thread")).to_contain_text("Which seal do you mean?")
        expect(page.locator("#dispute-state")).to_have_text("Question for you")
        expect(page.locator("#news")).to_contain_text("This dispute moved on")
        expect(page.locator("#words-text")).to_have_value("Half a sentence")
        assert page.evaluate("broken") == []
