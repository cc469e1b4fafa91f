"""Looking as a store: read only, one store, never in secret, and back at any time."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from qcportal import clock
from qcportal.db import db
from qcportal.history import HistoryEvent
from qcportal.sessions import BrowserSession
from tests.world import World, csrf_of


def begin(world: World, email: str | None = None):
    browser = world.signed_in(email or world.admin)
    token = csrf_of(browser, "/settings/password")
    answer = browser.post(f"/admin/merchants/{world.a.id}/view-as", data={"csrf_token": token})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/returns")
    return browser, token


def on_record(world: World) -> list[tuple[str, str, str]]:
    with world.inside(commit=False):
        found = db.session.scalars(
            select(HistoryEvent)
            .where(HistoryEvent.action.startswith("view_as_"))
            .order_by(HistoryEvent.seq)
        )
        return [(e.action, e.actor_label, e.data.get("path", "")) for e in found]


def test_an_admin_sees_the_stores_pages_and_every_page_is_on_record(world: World) -> None:
    rvp = world.register()
    browser, token = begin(world)
    page = browser.get(f"/returns/{rvp['return_id']}")
    assert page.status_code == 200
    assert "You are looking at Fern Home" in page.text
    assert browser.get("/reviews?x=1").status_code == 200
    answer = browser.post("/viewing/leave", data={"csrf_token": token})
    assert answer.headers["Location"] == f"/admin/merchants/{world.a.id}"
    assert browser.get("/returns").status_code == 403
    assert on_record(world) == [
        ("view_as_begun", "Asha Shinde", ""),
        ("view_as_page", "Asha Shinde", f"/returns/{rvp['return_id']}"),
        ("view_as_page", "Asha Shinde", "/reviews?x=1"),
        ("view_as_ended", "Asha Shinde", ""),
    ]
    with world.inside(commit=False):
        seen = select(HistoryEvent.merchant_id).where(HistoryEvent.action == "view_as_page")
        assert set(db.session.scalars(seen)) == {world.a.id}


def test_the_banner_is_on_every_page_until_one_leaves(world: World) -> None:
    browser, token = begin(world)
    for path in ("/", "/returns", "/catalogue", "/admin", "/admin/users", "/settings",
                 "/returns/00000000-0000-0000-0000-000000000000",
                 "/people"):  # fmt: skip
        assert "You are looking at Fern Home" in browser.get(path).text, path
    browser.post("/viewing/leave", data={"csrf_token": token})
    assert "You are looking at" not in browser.get("/admin").text


def test_nothing_can_be_changed_meanwhile_on_any_page_of_the_store(world: World) -> None:
    import re
    import uuid

    browser, token = begin(world)
    tried = 0
    for rule in world.app.url_map.iter_rules():
        if not rule.endpoint.startswith("merchant."):
            continue
        path = re.sub(r"<int:[^>]+>", "1", rule.rule)
        path = re.sub(r"<[^>]+>", str(uuid.uuid4()), path)
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            answer = browser.open(path, method=method, data={"csrf_token": token})
            assert answer.status_code == 403, (method, path)
            assert "nothing can be changed" in answer.text
            tried += 1
    assert tried > 20


def test_looking_at_one_store_opens_no_other(world: World) -> None:
    theirs = world.register(store=world.b)
    browser, _ = begin(world)
    assert browser.get(f"/returns/{theirs['return_id']}").status_code == 404
    assert theirs["awb"] not in browser.get("/returns").text


def test_an_admin_who_looks_at_nobody_has_no_store(world: World) -> None:
    assert world.signed_in(world.admin).get("/returns").status_code == 403


def test_it_is_over_after_an_hour(world: World) -> None:
    browser, _ = begin(world)
    with world.inside():
        past = clock.now() - timedelta(hours=1)
        db.session.execute(update(BrowserSession).values(viewing_since=past))
    assert browser.get("/returns").status_code == 403
    assert "You are looking at" not in browser.get("/admin").text


def test_what_a_viewer_may_not_see_stays_closed(world: World) -> None:
    browser, _ = begin(world)
    assert browser.get("/people").status_code == 403


@pytest.mark.parametrize("who", ["owner", "viewer"])
def test_merchants_look_as_nobody(world: World, who: str) -> None:
    browser = world.signed_in(getattr(world.a, who))
    token = csrf_of(browser, "/settings/password")
    answer = browser.post(f"/admin/merchants/{world.b.id}/view-as", data={"csrf_token": token})
    assert answer.status_code == 404
    left = browser.post("/viewing/leave", data={"csrf_token": token})
    assert left.status_code == 303
    assert on_record(world) == []


def test_a_store_that_is_not_there_cannot_be_looked_at(world: World) -> None:
    browser = world.signed_in(world.admin)
    token = csrf_of(browser, "/settings/password")
    path = f"/admin/merchants/{world.executive_id}/view-as"
    assert browser.post(path, data={"csrf_token": token}).status_code == 404
