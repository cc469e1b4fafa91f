"""The home pages name what needs a person and nothing else, and ask little of the database."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from qcportal import accounts, clock, disputes, returns, tenancy, webhooks
from qcportal.db import db
from qcportal.disputes import Dispute
from qcportal.history import SYSTEM
from qcportal.returns import Return
from qcportal.webhooks import EndpointFields
from tests.disputes import cases
from tests.world import World

MISSING_AFTER = 172_800
NOON = datetime(2026, 11, 17, 6, 30, tzinfo=UTC)


def needs(world: World, store=None) -> returns.Needs:
    at = clock.now()
    with world.inside():
        return returns.needs_question(
            today=at.replace(hour=0, minute=0, second=0, microsecond=0),
            lately=at - timedelta(days=30),
            missing_after=MISSING_AFTER,
            merchant_id=store,
        ).ask()


def test_a_quiet_day_says_so_and_what_was_done(world: World) -> None:
    page = world.signed_in(world.a.owner).get("/").text
    assert "Nothing needs you" in page
    assert "0 returns were checked today." in page
    page = world.signed_in(world.admin).get("/admin").text
    assert "Nothing needs you" in page


def test_what_failed_today_leads_to_the_list_of_today(world: World) -> None:
    cases.inspected(world)
    browser = world.signed_in(world.a.owner)
    page = browser.get("/").text
    assert "1 return failed today" in page
    link = page.split('href="/returns?tab=failed')[1].split('"')[0]
    listed = browser.get("/returns?tab=failed" + link.replace("&amp;", "&")).text
    assert listed.count('class="row-link"') == 1
    assert "failed today" not in world.signed_in(world.b.owner).get("/").text
    assert "1 return failed today" in world.signed_in(world.admin).get("/admin").text


def test_returns_are_counted_for_what_they_lack_once_each(world: World) -> None:
    one, other = cases.inspected(world), cases.inspected(world)
    with world.inside():
        long_ago = clock.now() - timedelta(days=3)
        changes = {"photos_absent": 1, "photos_coming": 1, "coming_since": long_ago}
        for rvp, values in ((one, changes), (other, changes | {"photos_absent": 0})):
            where = Return.id == uuid.UUID(rvp["return_id"])
            db.session.execute(update(Return).where(where).values(**values))
    assert needs(world) == returns.Needs(checked=2, failed=2, lacking=2)
    with world.inside():
        values = {"activity_at": clock.now() - timedelta(days=31), "checked_at": None}
        db.session.execute(update(Return).values(**values))
    assert needs(world) == returns.Needs(checked=0, failed=0, lacking=0)


def test_disputes_that_wait_for_the_merchant_are_counted_with_their_clock(world: World) -> None:
    rvp = cases.inspected(world)
    with world.inside():
        begun = disputes.draft(cases.a_claim(world, rvp), by=cases.CLAIMS)
        merchant_id = begun.merchant_id
    with world.inside(), tenancy.tenant(merchant_id):
        assert disputes.count_needs(merchant_id).drafts.count == 0  # a week is left
        soon = clock.now() + timedelta(hours=3)
        db.session.execute(update(Dispute).values(file_by=soon))
        found = disputes.count_needs(merchant_id)
        assert (found.drafts.count, found.drafts.first) == (1, soon)
        assert (found.questions.count, found.appeals.count) == (0, 0)
        db.session.execute(update(Dispute).values(file_by=clock.now() - timedelta(hours=1)))
        assert disputes.count_needs(merchant_id).drafts.count == 0  # it is over


def test_admins_hear_of_disputes_to_decide_and_of_late_ones(world: World) -> None:
    with clock.frozen(NOON):
        late = cases.sent(world)
    with clock.frozen(late.decide_by + timedelta(seconds=1)):
        cases.sent(world)
        page = world.signed_in(world.admin).get("/admin").text
    assert "1 dispute is late" in page
    assert 'href="/admin/disputes?late=1"' in page
    assert "1 dispute to decide" in page
    assert 'href="/admin/disputes"' in page.split("1 dispute to decide")[0].split("is late")[1]


def test_admins_hear_of_paused_webhooks(world: World) -> None:
    with world.inside():
        merchant = accounts.find_merchant_by_slug("fern")
        assert merchant is not None
        fields = EndpointFields("https://example.com/hook")
        endpoint = webhooks.create(merchant, fields, by=SYSTEM)
        webhooks.pause(endpoint, reason="ten failures", by=SYSTEM)
        assert webhooks.count_paused() == {merchant.id: 1}
        path = f"/admin/merchants/{merchant.id}/webhooks"
    page = world.signed_in(world.admin).get("/admin").text
    assert "1 webhook is paused" in page
    assert path in page


@pytest.mark.parametrize("path", ["/", "/admin"])
def test_strangers_are_sent_to_sign_in(world: World, path: str) -> None:
    assert world.client.get(path).status_code == 303
