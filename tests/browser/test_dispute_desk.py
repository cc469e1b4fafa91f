"""Admins decide disputes in a real browser: by keys alone, two at once, and without scripts."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from qcportal import accounts, disputes
from qcportal.db import db
from qcportal.disputes import Box, Citation, Dispute, ItemClaim, NewDispute
from qcportal.history import Actor
from tests import site as sites
from tests.browser.pages import ASK_AXE, AXE, COUNT_VIOLATIONS, RULES, press
from tests.databases import wait_until
from tests.disputes.cases import CLAIMS, TEXT, _answers, row
from tests.site import PICTURES, Site
from tests.world import PASSWORD, a_capture, an_inspection

pytestmark = [pytest.mark.browser, pytest.mark.aws]
DOOR = (PICTURES / "nuvio-phone-door-1-whole.jpg").read_bytes()
DESK = {"width": 1440, "height": 960}
WHY = "The first photo shows the damage beside the box."


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with sites.running(tmp_path_factory.mktemp("desk"), imaging=True) as running:
        with (PICTURES / "nuvio-phone-catalogue.jpg").open("rb") as picture:
            answer = running.world.client.put(
                "/api/v1/catalogue/NUV-P8-BLK/picture",
                data=picture.read(),
                headers={"Authorization": f"Bearer {running.world.a.token}"},
                content_type="image/jpeg",
            )
        assert answer.status_code == 200, answer.text
        with running.world.inside():
            running.world._person("bala@carrier.example", "Bala Rao", "dispute_officer", None)
        yield running


@pytest.fixture(autouse=True)
def nothing_waits(site: Site) -> None:
    """Begin each test with an empty queue: what waits is withdrawn by its merchant."""
    with site.world.inside():
        disputes.settle_due()
        for case in disputes.get_queue(disputes.QueueFilter(), by=CLAIMS, size=100).rows:
            disputes.withdraw(case.id, by=CLAIMS)


def prepared(site: Site, count: int) -> list[Dispute]:
    """Raise disputes on returns whose first photo really went through S3 and the relay."""
    world, made = site.world, []
    for _ in range(count):
        rvp = world.register()
        world.assign(rvp["return_id"])
        form = world.forms(rvp["return_id"])["front"]
        body = an_inspection(rvp, a_capture(form, DOOR))
        body["items"] = [_answers(item, "damage") for item in rvp["items"]]
        body["app_verdict"] = None
        assert world.field("POST", "/inspections", body).status_code == 201
        assert site.send(form, DOOR).status_code == 201
        made.append((rvp, form))
    assert wait_until(lambda: all(_here(site, rvp) for rvp, _ in made), seconds=60)
    return [_raised(site, rvp, uuid.UUID(form["photo_id"])) for rvp, form in made]


def _here(site: Site, rvp: dict) -> bool:
    photo = site.world.photo_rows(rvp["return_id"])["front"]
    return photo.verified_at is not None and bool(photo.thumbnails)


def _raised(site: Site, rvp: dict, photo_id: uuid.UUID) -> Dispute:
    new = NewDispute(
        return_id=uuid.UUID(rvp["return_id"]),
        kind="should_have_passed",
        text=TEXT,
        items=tuple(ItemClaim(uuid.UUID(item["item_id"]), 150_000) for item in rvp["items"]),
        citations=(Citation(photo_id, box=Box(0.3, 0.35, 0.35, 0.3)),),
    )
    with site.world.inside():
        return disputes.send(disputes.draft(new, by=CLAIMS).id, by=CLAIMS)


@contextmanager
def at_the_desk(
    chromium: Browser, site: Site, email: str, *, refused: bool = False, **options: Any
) -> Iterator[Page]:
    """Sign in; any script error fails the test, and so does a refusal that is not expected."""
    options = {"viewport": DESK, "reduced_motion": "reduce"} | options
    context = chromium.new_context(base_url=site.url, **options)
    if options.get("java_script_enabled", True):
        context.add_init_script(COUNT_VIOLATIONS)
    context.set_default_timeout(15_000)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto("/sign-in")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    yield page
    context.close()
    assert [each for each in wrong if not (refused and "status of 4" in each)] == []


def ready(page: Page, number: int | None) -> None:
    """Wait until the dispute with this number is open and its keys work."""
    expect(page.locator("#docket")).to_contain_text(f"D-{number} ")
    expect(page.locator("form[data-ready]")).to_be_attached()


def outcome(site: Site, dispute: Dispute) -> str | None:
    kept = row(site.world, dispute.id)
    return kept.pending_outcome or kept.outcome


def test_twenty_disputes_are_decided_by_keys_alone(chromium: Browser, site: Site) -> None:
    made = prepared(site, 20)
    wanted = ["approved" if place % 2 else "rejected" for place in range(20)]
    with at_the_desk(chromium, site, site.world.admin) as page:
        press(page, "g")
        press(page, "d")
        expect(page.get_by_role("heading", name="Disputes", exact=True)).to_be_visible()
        press(page, "j")
        for place, dispute in enumerate(made):
            ready(page, dispute.number)
            if place == 3:  # the one before is taken back, and decided otherwise
                press(page, "z")
                ready(page, made[2].number)
                assert row(site.world, made[2].id).state == "under_review"
                press(page, "a")
                ready(page, dispute.number)
                wanted[2] = "approved"
            if wanted[place] == "rejected":
                press(page, str(place % 5 + 1))
            press(page, "a" if wanted[place] == "approved" else "r")
        expect(page.get_by_text("Every dispute that was sent is answered.").first).to_be_visible()
        assert page.evaluate("broken") == []
    assert [outcome(site, each) for each in made] == wanted


def test_declining_without_a_reason_asks_for_one_and_typing_is_no_key(
    chromium: Browser, site: Site
) -> None:
    (dispute,) = prepared(site, 1)
    with at_the_desk(chromium, site, site.world.admin) as page:
        page.goto(f"/admin/disputes/{dispute.id}")
        ready(page, dispute.number)
        press(page, "r")
        expect(page.locator("[data-part=need-reason]")).to_be_visible()
        expect(page.get_by_role("radio", name="The photos show otherwise")).to_be_focused()
        press(page, "4")
        text = page.get_by_label("Words to the merchant")
        expect(text).to_have_value("Nothing that was sent proves the claim.")
        text.fill("")
        text.press_sequentially("a r z s are letters here")
        press(page, "Control+a")
        assert row(site.world, dispute.id).state == "under_review"
        expect(text).to_have_value("a r z s are letters here")
        page.locator("#docket").click()
        press(page, "q")
        expect(page.get_by_label("Question")).to_be_focused()
        page.locator("#docket").click()
        press(page, "r")
        expect(page.get_by_text("Every dispute that was sent is answered.").first).to_be_visible()
        press(page, "z")
        ready(page, dispute.number)
    assert row(site.world, dispute.id).state == "under_review"


def test_of_two_admins_who_decide_at_once_one_wins_and_the_other_is_told(
    chromium: Browser, site: Site
) -> None:
    (dispute,) = prepared(site, 1)
    with (
        at_the_desk(chromium, site, site.world.admin, refused=True) as asha,
        at_the_desk(chromium, site, "bala@carrier.example") as bala,
    ):
        asha.goto(f"/admin/disputes/{dispute.id}")
        ready(asha, dispute.number)
        bala.goto(f"/admin/disputes/{dispute.id}")
        expect(bala.get_by_text("Asha Shinde is looking at it")).to_be_visible()
        with site.world.inside():
            person = disputes.Person(_actor("Asha Shinde"), "system")
            disputes.release(dispute.id, by=person)
        bala.reload()
        ready(bala, dispute.number)
        press(bala, "a")
        expect(bala.get_by_text("Every dispute that was sent is answered.").first).to_be_visible()
        asha.get_by_role("button", name="Uphold").first.click()
        expect(asha.get_by_role("alert")).to_contain_text("Bala Rao decided it: upheld.")
    kept = row(site.world, dispute.id)
    assert kept.pending_outcome == "approved" or kept.outcome == "approved"


def _actor(name: str) -> Actor:
    people = db.session.scalars(accounts.select_users())
    return next(user.actor for user in people if user.name == name)


def test_everything_works_without_scripts(chromium: Browser, site: Site) -> None:
    first, second, third = prepared(site, 3)
    options = {"java_script_enabled": False, "refused": True}
    with at_the_desk(chromium, site, site.world.admin, **options) as page:
        page.goto("/admin/disputes")
        page.get_by_role("link", name="Open it").click()
        expect(page.locator("#docket")).to_contain_text(f"D-{first.number}")
        page.get_by_role("button", name="Decline").first.click()
        expect(page.get_by_role("alert")).to_contain_text("Choose a reason")
        page.get_by_role("radio", name="Nothing that was sent proves the claim").check()
        page.get_by_label("Words to the merchant").fill(WHY)
        page.get_by_role("button", name="Decline").first.click()
        expect(page.locator("#docket")).to_contain_text(f"D-{second.number}")
        page.get_by_role("button", name="Undo Z").click()
        expect(page.locator("#docket")).to_contain_text(f"D-{first.number}")
        page.get_by_role("button", name="Skip").click()
        page.get_by_text("Ask the merchant").click()
        page.get_by_label("Question").fill("Which lot was this phone from?")
        page.get_by_role("button", name="Send the question").click()
        expect(page.locator("#docket")).to_contain_text(f"D-{third.number}")
        page.get_by_text("Item by item, or a part of the sum").click()
        page.get_by_role("radio", name="In part").check()
        page.get_by_label("Sum granted").fill("500")
        page.get_by_role("radio", name="The answer is right by").check()
        page.get_by_label("Words to the merchant").fill(WHY)
        page.get_by_role("button", name="Decide item by item").click()
        expect(page.locator("#docket")).to_contain_text(f"D-{first.number}")
    assert outcome(site, third) == "partially_approved"
    assert row(site.world, second.id).state == "info_requested"


def test_the_desk_is_accessible_and_keeps_the_policy(chromium: Browser, site: Site) -> None:
    dispute, _other = prepared(site, 2)
    faults = {}
    paths = (
        "/admin/disputes",
        "/admin/disputes?whose=unassigned&kind=inspection_not_done",
        f"/admin/disputes/{dispute.id}",
        f"/admin/disputes/{dispute.id}/like",
        f"/admin/merchants/{site.world.a.id}/disputes",
        "/admin/holidays",
    )
    for scheme, width in (("light", 1440), ("dark", 390), ("light", 320)):
        size = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
        with at_the_desk(chromium, site, site.world.admin, **size) as page:
            for path in paths:
                page.goto(path)
                page.wait_for_load_state("networkidle")
                page.evaluate(AXE)
                found = page.evaluate(ASK_AXE, RULES) + page.evaluate("broken")
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    found.append("scrolls sideways")
                if found:
                    faults[f"{scheme} {width} {path}"] = found
    assert faults == {}
