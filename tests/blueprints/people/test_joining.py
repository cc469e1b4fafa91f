"""By invitation into a store: a link that works once, for seven days, for its newest copy only."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from qcportal import accounts, clock, history, invitations, tenancy
from qcportal.db import db
from qcportal.history import HistoryEvent
from qcportal.invitations import Invitation
from qcportal.mail import Mail
from tests.blueprints.people.conftest import links
from tests.world import PASSWORD, World, csrf_of

NEW = "new@fern.example"


def post(browser, path: str, page: str = "/people", **form: str):
    token = csrf_of(browser, page)
    return browser.post(path, data={"csrf_token": token, **form})


def invite(world: World, role: str = "claims", email: str = NEW) -> None:
    browser = world.signed_in(world.a.owner)
    answer = post(browser, "/people/invite", email=email, role=role)
    assert answer.status_code == 303, answer.text


def one(world: World) -> Invitation:
    with world.inside(commit=False):
        return db.session.scalars(select(Invitation)).one()


def accept(world: World, link: str, **form: str):
    browser = world.client
    went = browser.get(link)
    assert (went.status_code, went.headers["Location"]) == (303, "/join")
    token = csrf_of(browser, "/join")
    given = {"csrf_token": token, "name": "Nila Rao", "password": PASSWORD} | form
    return browser, browser.post("/join", data=given)


def test_who_is_invited_opens_the_account_and_is_in(mailing: World) -> None:
    invite(mailing)
    (link,) = links(mailing)
    browser, answer = accept(mailing, link)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert browser.get("/returns").status_code == 200
    assert browser.get("/people").status_code == 403
    with mailing.inside(commit=False):
        user = accounts.find_user_by_email(NEW)
        assert user is not None
        assert (user.name, user.role, user.merchant_id) == ("Nila Rao", "claims", mailing.a.id)
        said = db.session.scalars(history.select_chain(one(mailing).id)).all()
    assert [each.action for each in said] == ["invitation_accepted", "invited"]
    assert said[0].actor_label == "Nila Rao"
    assert said[1].actor_label == "Owner of Fern Home"


def test_the_secret_stands_in_no_address_after_the_first_and_nowhere_in_the_database(
    mailing: World,
) -> None:
    invite(mailing)
    (link,) = links(mailing)
    secret = link.partition("proof=")[2]
    assert len(secret) == 64
    with mailing.inside(commit=False):
        kept = one(mailing)
        assert secret not in str(vars(kept))
        (letter,) = db.session.scalars(select(Mail))
        assert secret not in str(letter.data)
        events = db.session.scalars(select(HistoryEvent)).all()
        assert all(secret not in str(each.data) for each in events)


def test_a_link_works_once(mailing: World) -> None:
    invite(mailing)
    (link,) = links(mailing)
    accept(mailing, link)
    other = mailing.client
    other.get(link)
    assert other.get("/join").status_code == 404
    assert "does not work any more" in other.get("/join").text


@pytest.mark.parametrize("over", ["expired", "revoked", "sent again", "wrong"])
def test_a_link_that_is_over_opens_nothing(mailing: World, over: str) -> None:
    invite(mailing)
    (link,) = links(mailing)
    invitation = one(mailing)
    owner = mailing.signed_in(mailing.a.owner)
    if over == "expired":
        with mailing.inside():
            past = clock.now() - timedelta(seconds=1)
            db.session.execute(update(Invitation).values(expires_at=past))
    elif over == "revoked":
        post(owner, f"/people/invitations/{invitation.id}/revoke")
    elif over == "sent again":
        assert post(owner, f"/people/invitations/{invitation.id}/send-again").status_code == 303
        assert len(set(links(mailing))) == 1, "both letters carry the newest link"
    else:
        link = link[:-1] + ("0" if link[-1] != "0" else "1")
    browser = mailing.client
    token = csrf_of(browser, "/sign-in")
    browser.get(link)
    assert browser.get("/join").status_code == 404
    form = {"csrf_token": token, "name": "Nila Rao", "password": PASSWORD}
    assert browser.post("/join", data=form).status_code in (400, 404)
    with mailing.inside(commit=False):
        assert accounts.find_user_by_email(NEW) is None


def test_an_invitation_sent_again_lives_seven_days_from_then(mailing: World) -> None:
    invite(mailing)
    with mailing.inside():
        past = clock.now() - timedelta(days=1)
        db.session.execute(update(Invitation).values(expires_at=past))
    owner = mailing.signed_in(mailing.a.owner)
    assert "Too old" in owner.get("/people").text
    post(owner, f"/people/invitations/{one(mailing).id}/send-again")
    assert one(mailing).expires_at > clock.now() + timedelta(days=6, hours=23)
    _, answer = accept(mailing, links(mailing)[-1])
    assert answer.status_code == 303


def test_a_weak_password_is_said_and_the_link_still_works(mailing: World) -> None:
    invite(mailing)
    (link,) = links(mailing)
    browser, answer = accept(mailing, link, password="short")
    assert answer.status_code == 400
    assert "12 to 256" in answer.text
    token = csrf_of(browser, "/join")
    form = {"csrf_token": token, "name": "Nila", "password": PASSWORD}
    assert browser.post("/join", data=form).status_code == 303


def test_where_no_mail_is_set_up_the_link_is_shown_once(world: World) -> None:
    owner = world.signed_in(world.a.owner)
    answer = post(owner, "/people/invite", email=NEW, role="viewer")
    assert answer.status_code == 201
    link = answer.text.partition("<code>")[2].partition("</code>")[0].replace("&amp;", "&")
    assert "proof=" in link
    assert "proof=" not in owner.get("/people").text
    _, joined = accept(world, "/" + link.split("/", 3)[3])
    assert joined.status_code == 303


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"email": "no address", "role": "viewer"}, 400, "Give a mail address"),
        ({"email": NEW, "role": "system"}, 400, "Not a valid choice"),
        ({"email": "viewer@fern.example", "role": "viewer"}, 409, "has an account"),
        ({"email": "viewer@kiln.example", "role": "viewer"}, 409, "has an account"),
        ({"role": "viewer"}, 400, "Enter a mail address"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused(
    mailing: World, form: dict[str, str], status: int, said: str
) -> None:
    answer = post(mailing.signed_in(mailing.a.owner), "/people/invite", **form)
    assert answer.status_code == status
    assert said in answer.text
    assert links(mailing) == []


def test_nobody_is_invited_twice(mailing: World) -> None:
    invite(mailing)
    answer = post(
        mailing.signed_in(mailing.a.owner), "/people/invite", email=NEW.upper(), role="viewer"
    )
    assert answer.status_code == 409
    assert "invited already" in answer.text


def test_another_stores_invitation_is_not_there(mailing: World) -> None:
    invite(mailing)
    invitation = one(mailing)
    stranger = mailing.signed_in(mailing.b.owner)
    assert NEW not in stranger.get("/people").text
    for verb in ("send-again", "revoke"):
        answer = post(stranger, f"/people/invitations/{invitation.id}/{verb}")
        assert answer.status_code == 404
    assert one(mailing).open


def test_of_two_who_use_one_link_at_once_one_is_in(mailing: World) -> None:
    invite(mailing)
    (link,) = links(mailing)
    secret = link.partition("proof=")[2]
    with mailing.inside(), tenancy.system("test"):
        found = invitations.find_usable(one(mailing).id, secret)
        assert found is not None
        invitations.accept(found, name="First", password=PASSWORD)
    _, answer = accept_late(mailing, link)
    assert answer.status_code in (400, 404)


def accept_late(world: World, link: str):
    browser = world.client
    token = csrf_of(browser, "/sign-in")
    browser.get(link)
    form = {"csrf_token": token, "name": "Second", "password": PASSWORD}
    return browser, browser.post("/join", data=form)
