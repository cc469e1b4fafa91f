"""Views that are kept and files that are made of lists, in a browser without scripts."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from qcportal import create_app
from qcportal.db import db
from qcportal.worker import Worker, runners_with
from tests.browser.pages import opened
from tests.conftest import make_settings, migrate
from tests.databases import free_port
from tests.held_bucket import HeldBucket, held_bucket
from tests.reviews.cases import a_case
from tests.world import PASSWORD, World

pytestmark = pytest.mark.browser


@dataclass
class Shop:
    """A running portal with a bucket, and a worker that works when told."""

    url: str
    world: World
    bucket: HeldBucket

    def work(self) -> None:
        with self.world.app.app_context():
            assert Worker(runners_with(self.world.app.extensions["qcportal.store"]), ()).once()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    database = f"sqlite:///{tmp_path_factory.mktemp('lists') / 'portal.db'}"
    migrate(database)
    port = free_port()
    app = create_app(make_settings(database))
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with held_bucket(app) as bucket:
        yield Shop(f"http://127.0.0.1:{port}", World(app), bucket)
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def page(chromium: Browser, shop: Shop) -> Iterator[Page]:
    options = {"java_script_enabled": False, "viewport": {"width": 1440, "height": 960}}
    for page in opened(chromium, shop.url, **options):
        page.goto("/sign-in")
        page.get_by_label("Email").fill(shop.world.a.owner)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        yield page


def test_a_view_is_saved_renamed_shared_and_deleted(page: Page) -> None:
    page.goto("/returns?tab=failed")
    page.get_by_text("Save this view").click()
    page.get_by_label("Name of the view").fill("Failed ones")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_role("link", name="Failed ones")).to_be_visible()
    page.goto("/returns")
    page.get_by_role("link", name="Failed ones").click()
    assert "tab=failed" in page.url
    page.get_by_role("link", name="Look after views").click()
    page.get_by_label("Name of Failed ones").fill("What failed")
    page.get_by_role("button", name="Rename Failed ones").click()
    page.get_by_role("button", name="Share What failed").click()
    expect(page.get_by_role("button", name="Keep to myself What failed")).to_be_visible()
    page.get_by_role("button", name="Delete What failed").click()
    expect(page.get_by_text("No view is saved yet")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The view is back.")).to_be_visible()
    expect(page.get_by_label("Name of What failed")).to_be_visible()


def test_a_file_of_a_list_is_asked_for_made_and_offered(page: Page, shop: Shop) -> None:
    awb = shop.world.register()["awb"]
    page.goto("/returns")
    page.get_by_role("link", name="Export", exact=True).click()
    page.get_by_role("radio", name="CSV").check()
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_role("link", name="Look again")).to_be_visible()
    shop.work()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("Ready").first).to_be_visible()
    (key,) = shop.bucket.keys("x/")
    assert awb.encode() in shop.bucket.get(key)
    assert page.locator("a[href$='/files/1']").count() == 1


def test_what_needs_a_look_is_filtered_saved_and_decided(page: Page, shop: Shop) -> None:
    kept, other = a_case(shop.world, minutes=30), a_case(shop.world)
    page.goto("/reviews")
    expect(page.locator("article.review")).to_have_count(2)
    page.get_by_role("group").filter(has_text="Filters").locator("summary").click()
    page.get_by_label("If nobody decides").select_option(label="Leave it with the customer")
    page.get_by_role("button", name="Filter results").click()
    expect(page.locator("article.review")).to_have_count(1)
    expect(page.locator(f'article a[href$="{kept["return_id"]}"]').first).to_be_visible()
    page.get_by_text("Save this view").click()
    page.get_by_label("Name of the view").fill("With a clock")
    page.get_by_role("button", name="Save view").click()
    page.get_by_role("button", name="Accept: take it back").click()
    assert "default=fail" in page.url
    expect(page.get_by_text("No item fits these filters")).to_be_visible()
    page.get_by_role("link", name="Accepted").click()
    expect(page.locator("article.review")).to_contain_text("Decided")
    page.get_by_role("link", name="Clear all").click()
    expect(page.locator(f'article a[href$="{other["return_id"]}"]').first).to_be_visible()
    page.get_by_role("link", name="With a clock").click()
    assert "default=fail" in page.url
