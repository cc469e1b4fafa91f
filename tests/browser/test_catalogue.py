"""The catalogue in a browser: a file goes in, its bar moves, and every state is accessible."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from qcportal.storage import PhotoStore
from qcportal.worker import Worker, runners_with
from tests.browser.pages import ASK_AXE, AXE, RULES, opened
from tests.world import PASSWORD, World

pytestmark = pytest.mark.browser
SHEET = (
    "sku,name,category,price,colour\n"
    + "".join(f"KURTA-{n:03},Cotton kurta {n},Ethnic wear,{499 + n},नीला\n" for n in range(60))
    + "KURTA-900,Cotton kurta,Ethnic wear,call us,Red\n"
)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    held: dict[str, bytes] = {}
    monkeypatch.setattr(
        PhotoStore, "put_derived", lambda _s, key, data, _t: held.update({key: data})
    )
    monkeypatch.setattr(PhotoStore, "get", lambda _s, key, _version, limit: held[key][:limit])


@pytest.fixture
def site(lite_app: Flask, bucket: None) -> Iterator[tuple[World, str]]:
    """The portal on a loopback port, with its two merchants."""
    world = World(lite_app)
    server = make_server("127.0.0.1", 0, lite_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield world, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/(admin/?)?$"))


def work(world: World) -> None:
    with world.app.app_context():
        assert Worker(runners_with(world.app.extensions["qcportal.store"]), ()).once()


def is_sound(page: Page) -> None:
    page.evaluate(AXE)
    assert page.evaluate(ASK_AXE, RULES) == []
    assert page.evaluate("broken") == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize(
    ("theme", "width"), [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 320)]
)
def test_a_file_goes_in_while_one_looks_on(
    chromium: Browser, site: tuple[World, str], tmp_path: Path, theme, width: int
) -> None:
    world, address = site
    sheet = tmp_path / "winter.csv"
    sheet.write_text(SHEET, encoding="utf-8")
    size = {"width": width, "height": 900}
    for page in opened(chromium, address, viewport=size, color_scheme=theme):
        sign_in(page, world.a.owner)
        page.goto("/catalogue")
        expect(page.get_by_role("heading", name="No SKUs yet")).to_be_visible()
        is_sound(page)
        page.get_by_label("CSV or ZIP").set_input_files(sheet)
        page.get_by_role("button", name="Import").click()
        expect(page.get_by_text("Not begun yet")).to_be_visible()
        is_sound(page)
        page.evaluate("window.sameDocument = true")
        work(world)
        expect(page.get_by_role("heading", name="Rows to correct")).to_be_visible()
        assert page.evaluate("window.sameDocument"), "it filled in without a reload"
        expect(page.get_by_text("61 of 61 rows and pictures")).to_be_visible()
        expect(page.get_by_role("link", name="Look again")).to_have_count(0)
        is_sound(page)
        page.goto("/catalogue?q=kurta+7")
        page.get_by_text("1 attribute", exact=False).first.click()
        expect(page.get_by_text("नीला").first).to_be_visible()
        is_sound(page)


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_the_carrier_looks_after_a_merchants_catalogue(
    chromium: Browser, site: tuple[World, str], tmp_path: Path, theme, width: int
) -> None:
    world, address = site
    sheet = tmp_path / "winter.csv"
    sheet.write_text(SHEET, encoding="utf-8")
    size = {"width": width, "height": 900}
    for page in opened(chromium, address, viewport=size, color_scheme=theme):
        sign_in(page, world.clerk)
        page.goto(f"/admin/merchants/{world.a.id}")
        is_sound(page)
        page.get_by_role("main").get_by_role("link", name="Catalogue").click()
        page.get_by_label("CSV or ZIP").set_input_files(sheet)
        page.get_by_role("button", name="Import").click()
        work(world)
        expect(page.get_by_role("heading", name="Rows to correct")).to_be_visible()
        expect(page.get_by_text("all of this file but the rows to correct")).to_be_visible()
        is_sound(page)
        page.get_by_role("main").get_by_role("link", name="Catalogue").click()
        expect(page.get_by_text("KURTA-001", exact=True)).to_be_visible()
        is_sound(page)


def test_without_scripts_a_link_looks_again(
    chromium: Browser, site: tuple[World, str], tmp_path: Path
) -> None:
    world, address = site
    sheet = tmp_path / "winter.csv"
    sheet.write_text(SHEET, encoding="utf-8")
    for page in opened(chromium, address, java_script_enabled=False):
        sign_in(page, world.a.owner)
        page.goto("/catalogue")
        page.get_by_label("CSV or ZIP").set_input_files(sheet)
        page.get_by_role("button", name="Import").click()
        work(world)
        page.get_by_role("link", name="Look again").click()
        expect(page.get_by_text("61 of 61 rows and pictures")).to_be_visible()
