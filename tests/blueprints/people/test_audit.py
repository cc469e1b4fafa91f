"""The history across a store and the carrier, and mail as admins see it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from qcportal import accounts, clock, disputes, mail
from qcportal.db import db
from qcportal.history import SYSTEM
from qcportal.mail import Mail
from tests.disputes.cases import ASHA, DECLINED, in_review
from tests.mail.conftest import a_mail, person
from tests.world import World, csrf_of


def texts(page: str) -> list[str]:
    """Give what the rows of the history say."""
    return re.findall(r'<td role="cell"><(?:a|span) class="strong"[^>]*>([^<]+)<', page)


@pytest.fixture
def busy(world: World) -> World:
    """A world in which people did things in both stores."""
    for store in (world.a, world.b):
        owner = world.signed_in(store.owner)
        token = csrf_of(owner, "/settings/password")
        with world.inside(commit=False):
            viewer_id = person(store.viewer).id
        owner.post(f"/people/{viewer_id}/set-role", data={"csrf_token": token, "role": "claims"})
    return world


def test_an_auditor_reads_who_did_what_in_every_store(busy: World) -> None:
    with busy.inside():
        email = busy._person("aud@carrier.example", "Anu Das", "auditor", None)
    browser = busy.signed_in(email)
    page = browser.get("/admin/audit").text
    assert texts(page).count("Gave somebody another role") == 2
    assert "Owner of Fern Home" in page
    assert "Owner of Kiln Street" in page
    assert texts(page)[0] == "Signed in"


def test_the_list_is_narrowed_by_store_person_kind_and_days(busy: World) -> None:
    browser = busy.signed_in(busy.admin)
    with busy.inside(commit=False):
        owner = person(busy.a.owner)
    of_store = browser.get(f"/admin/audit?store={busy.a.id}&kind=people").text
    assert texts(of_store) == ["Gave somebody another role"]
    of_person = browser.get(f"/admin/audit?person={owner.id}").text
    assert set(texts(of_person)) == {"Gave somebody another role", "Signed in"}
    assert texts(browser.get("/admin/audit?until=2020-01-01&since=").text) == []
    today = clock.now().date().isoformat()
    assert texts(browser.get(f"/admin/audit?since={today}&kind=sign_in").text)
    for nonsense in ("since=x", "until=9999-99-99", "store=x", "kind=x", "person=x'", "who=x"):
        assert browser.get(f"/admin/audit?{nonsense}").status_code == 200
    assert "A day looks like" in browser.get("/admin/audit?since=tomorrow").text
    assert browser.get("/admin/audit?before=nonsense").status_code == 400


def test_of_one_store_also_machines_are_shown_on_request(busy: World) -> None:
    busy.register()
    browser = busy.signed_in(busy.admin)
    people = browser.get(f"/admin/audit?store={busy.a.id}").text
    everything = browser.get(f"/admin/audit?store={busy.a.id}&who=everything").text
    assert "Registered a return" not in texts(people)
    assert "Registered a return" in texts(everything)
    assert "Registered a return" not in texts(browser.get("/admin/audit?who=everything").text)


def test_an_owner_reads_the_history_of_the_own_store_alone(busy: World) -> None:
    admin = busy.signed_in(busy.admin)
    token = csrf_of(admin, "/settings/password")
    admin.post(f"/admin/merchants/{busy.a.id}/view-as", data={"csrf_token": token})
    page = busy.signed_in(busy.a.owner).get("/audit").text
    assert "Began to look as the store" in texts(page)
    assert "Asha Shinde" in page
    assert "Kiln" not in page
    assert busy.b.owner not in page
    with busy.inside(commit=False):
        foreign = person(busy.b.owner).id
    page = busy.signed_in(busy.a.owner).get(f"/audit?person={foreign}&store={busy.b.id}").text
    assert texts(page) == []


def test_pages_go_back_without_a_gap(busy: World) -> None:
    with busy.inside():
        viewer = person(busy.a.viewer)
        for turn in range(60):
            accounts.set_role(viewer, ("viewer", "claims")[turn % 2], by=viewer.actor)
    browser = busy.signed_in(busy.a.owner)
    first = browser.get("/audit?kind=people")
    older = re.search(r'href="(/audit\?[^"]*before=[^"]+)" rel="next"', first.text)
    assert older
    second = browser.get(older[1].replace("&amp;", "&"))
    assert len(texts(first.text)) == 50
    assert len(texts(second.text)) == 11


@pytest.mark.parametrize("who", ["viewer", "clerk"])
def test_others_do_not_read_it(world: World, who: str) -> None:
    browser = world.signed_in(world.clerk if who == "clerk" else world.a.viewer)
    answer = browser.get("/admin/audit" if who == "clerk" else "/audit")
    assert answer.status_code == 403
    assert "This needs the role" in answer.text


# --- mail --------------------------------------------------------------------------------------


def dead(world: World) -> str:
    with world.inside():
        letter = a_mail()
        letter.state, letter.next_at, letter.reason = "dead", None, "The mail server says 550 no"
        return str(letter.id)


def test_what_was_given_up_is_shown_with_its_reason_and_sent_again(world: World) -> None:
    mail_id = dead(world)
    browser = world.signed_in(world.clerk)
    page = browser.get("/admin/mail?state=dead").text
    assert "The mail server says 550 no" in page
    assert "chitra@fern.example" in page
    token = csrf_of(browser, "/admin/mail")
    path = f"/admin/mail/{mail_id}/send-again"
    assert browser.post(path, data={"csrf_token": token}).status_code == 303
    assert browser.post(path, data={"csrf_token": token}).status_code == 409
    with world.inside(commit=False):
        assert db.session.scalars(select(Mail)).one().state == "waiting"
        assert mail.count_by_state() == {"waiting": 1}


def test_who_only_looks_sends_nothing_again(world: World) -> None:
    mail_id = dead(world)
    with world.inside():
        email = world._person("aud@carrier.example", "Anu", "auditor", None)
    browser = world.signed_in(email)
    assert "Send again" not in browser.get("/admin/mail").text
    token = csrf_of(browser, "/settings/password")
    answer = browser.post(f"/admin/mail/{mail_id}/send-again", data={"csrf_token": token})
    assert answer.status_code == 403


def test_a_portal_without_mail_says_so(world: World) -> None:
    assert "No mail is set up." in world.signed_in(world.admin).get("/admin/mail").text
    assert SYSTEM.label == "Portal"


def test_a_store_reads_of_a_decision_once_it_holds(world: World) -> None:
    dispute = in_review(world)
    with world.inside():
        disputes.decide(dispute.id, DECLINED, by=ASHA)
    owner, admin = world.signed_in(world.a.owner), world.signed_in(world.admin)
    page = owner.get("/audit?who=everything&kind=disputes").text
    assert "Sent a dispute" in texts(page)
    assert "Asha Shinde" not in page
    assert "rejected" not in page
    assert "Decided a dispute" in texts(admin.get("/admin/audit").text)
    with world.inside(), clock.frozen(clock.now() + timedelta(seconds=11)):
        disputes.settle_due()
    assert "rejected" in owner.get("/audit?who=everything&kind=disputes").text
