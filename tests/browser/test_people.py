"""From an invitation to a role, and a look as a store: in a browser without scripts, with mail."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from qcportal import create_app, tenancy
from qcportal.commands import mailing
from qcportal.db import db
from tests.conftest import make_settings, migrate
from tests.databases import free_port
from tests.smtp_server import Postman, mail_server
from tests.world import PASSWORD, World

pytestmark = pytest.mark.browser
DESK = {"width": 1440, "height": 960}
PHONE = {"width": 390, "height": 844}


class Office:
    """A running portal, the mail server it sends to, and a worker that works when told."""

    def __init__(self, url: str, world: World, postman: Postman) -> None:
        self.url, self.world, self.postman = url, world, postman

    def work(self) -> None:
        """Do once what a worker does of mail."""
        with self.world.app.app_context():
            for duty in mailing.duties(self.world.app, threading.Event()):
                with tenancy.system("test"):
                    duty.do()
                    db.session.commit()
                db.session.remove()

    def link(self) -> str:
        """Give the address in the newest letter."""
        plain = self.postman.got[-1][1].get_body(("plain",)).get_content()
        return next(word for word in plain.split() if "proof=" in word)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    database = f"sqlite:///{tmp_path_factory.mktemp('people') / 'portal.db'}"
    migrate(database)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with mail_server() as postman:
        app = create_app(
            make_settings(
                database, mail_host="127.0.0.1", mail_port=postman.port, mail_security="none",
                mail_from="Doorstep <portal@carrier.example>", public_url=url,
            )
        )  # fmt: skip
        world = World(app)
        server = make_server("127.0.0.1", port, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Office(url, world, postman)
        server.shutdown()
        thread.join()
        server.server_close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def plain_browser(chromium: Browser, office: Office, **options: object) -> Page:
    context = chromium.new_context(
        base_url=office.url, java_script_enabled=False, **({"viewport": DESK} | options)
    )
    context.set_default_timeout(15_000)
    return context.new_page()


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_an_owner_invites_somebody_who_joins_and_whose_role_changes_under_their_hands(
    chromium: Browser, office: Office
) -> None:
    owner = plain_browser(chromium, office)
    sign_in(owner, office.world.a.owner)
    owner.get_by_role("link", name="People").first.click()
    owner.get_by_label("Mail address").fill("nila@fern.example")
    owner.get_by_label("Role", exact=True).select_option("viewer")
    owner.get_by_role("button", name="Send invitation").click()
    expect(owner.get_by_text("An invitation is on its way to nila@fern.example")).to_be_visible()
    expect(owner.get_by_role("row", name="nila@fern.example")).to_contain_text("Waiting")

    office.work()
    to, letter = office.postman.got[-1]
    assert to == "nila@fern.example"
    assert letter["Subject"] == "Owner of Fern Home invites you to Doorstep"

    nila = plain_browser(chromium, office, viewport=PHONE)
    nila.goto(office.link())
    assert "proof" not in nila.url
    nila.get_by_label("Your name").fill("Nila Rao")
    nila.get_by_label("Password").fill("short")
    nila.get_by_role("button", name="Open account").click()
    expect(nila.get_by_role("alert")).to_contain_text("12 to 256 characters")
    nila.get_by_label("Password").fill("seven wet stones sing")
    nila.get_by_role("button", name="Open account").click()
    nila.goto("/people")
    expect(nila.get_by_text("This needs the role Owner. Yours is Viewer.")).to_be_visible()

    owner.reload()
    row = owner.get_by_role("row", name="nila@fern.example")
    row.get_by_label("Role of Nila Rao").select_option("owner")
    row.get_by_role("button", name="Change").click()
    nila.goto("/people")
    expect(nila.get_by_role("heading", name="People")).to_be_visible()
    row = owner.get_by_role("row", name="nila@fern.example")
    row.get_by_role("button", name="Switch off").click()
    nila.goto("/people")
    expect(nila.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_person_chooses_their_mails_and_a_new_password(chromium: Browser, office: Office) -> None:
    page = plain_browser(chromium, office)
    sign_in(page, office.world.b.viewer)
    page.goto("/settings")
    page.get_by_role("link", name="Mail").click()
    group = page.get_by_role("group", name="An item waits for your decision at the door")
    expect(group.get_by_label("Never")).to_be_checked()
    group.get_by_label("Once a day").check()
    page.get_by_label("The daily mail comes at").select_option("18")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(group.get_by_label("Once a day")).to_be_checked()
    expect(page.get_by_label("The daily mail comes at")).to_have_value("18")

    page.context.clear_cookies()
    page.goto("/sign-in")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("Email").fill(office.world.b.viewer)
    page.get_by_role("button", name="Send the link").click()
    office.work()
    page.goto(office.link())
    page.get_by_label("New password").fill("nine slow rivers bend")
    page.get_by_role("button", name="Change password").click()
    sign_in(page, office.world.b.viewer, "nine slow rivers bend")
    page.goto("/returns")
    expect(page.get_by_role("heading", name="Returns", exact=True)).to_be_visible()


def test_an_admin_looks_as_a_store_and_comes_back(chromium: Browser, office: Office) -> None:
    admin, world = plain_browser(chromium, office), office.world
    sign_in(admin, world.admin)
    admin.goto(f"/admin/merchants/{world.a.id}")
    admin.get_by_role("button", name="View as this store").click()
    banner = admin.get_by_role("region", name="Looking as a store")
    for path in ("/returns", "/reviews", "/rules", "/catalogue", "/admin", "/settings"):
        admin.goto(path)
        expect(banner).to_contain_text("You are looking at Fern Home")
    banner.get_by_role("button", name="Leave").click()
    expect(admin.get_by_role("heading", name="Fern Home")).to_be_visible()
    expect(banner).to_have_count(0)
    admin.goto("/admin/audit?kind=viewing")
    rows = admin.get_by_role("row")
    expect(rows.nth(1)).to_contain_text("Stopped looking as the store")
    expect(rows.nth(2)).to_contain_text("Looked at a page as the store")
    rows.nth(2).get_by_text("1 fact").click()
    expect(rows.nth(2)).to_contain_text("/catalogue")
