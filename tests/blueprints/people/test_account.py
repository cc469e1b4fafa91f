"""One's own settings: mails, password, and the way back for who forgot it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from qcportal import accounts, clock, history, mail
from qcportal.db import db
from qcportal.history import SYSTEM
from qcportal.mail import Mail
from qcportal.password_resets import PasswordReset
from tests.blueprints.people.conftest import links
from tests.mail.conftest import person
from tests.world import PASSWORD, World, csrf_of

BETTER = "seven wet stones sing"


def post(browser, path: str, page: str = "", **form: str):
    token = csrf_of(browser, page or path)
    return browser.post(path, data={"csrf_token": token, **form})


# --- settings ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["owner", "admin", "viewer"])
def test_settings_lead_to_everything_that_can_be_set(world: World, who: str) -> None:
    email = world.admin if who == "admin" else getattr(world.a, who)
    browser = world.signed_in(email)
    page = browser.get("/settings")
    assert page.status_code == 200
    for path in ("/settings/notifications", "/settings/password", "/account/second-step",
                 "/account/sessions"):  # fmt: skip
        assert f'href="{path}"' in page.text
        assert browser.get(path).status_code == 200


def test_a_person_chooses_what_to_be_told(world: World) -> None:
    browser = world.signed_in(world.a.owner)
    page = browser.get("/settings/notifications").text
    assert "A webhook was paused after failures" in page
    assert "A decision was appealed" not in page
    answer = post(browser, "/settings/notifications", digest_hour="18", webhook="never")
    assert answer.status_code == 303
    with world.inside(commit=False):
        kept = mail.choices_of(person(world.a.owner).id)
    assert (kept.digest_hour, dict(kept.chosen)) == (18, {"webhook": "never"})
    post(browser, "/settings/notifications", digest_hour="18", review="daily")
    with world.inside(commit=False):
        kept = mail.choices_of(person(world.a.owner).id)
    assert dict(kept.chosen) == {"webhook": "never", "review": "daily"}


def test_admins_are_offered_what_their_role_is_told(world: World) -> None:
    with world.inside():
        world._person("aud@carrier.example", "Anu", "auditor", None)
    assert (
        "A decision was appealed"
        in world.signed_in(world.admin).get("/settings/notifications").text
    )
    assert (
        "A decision was appealed"
        not in world.signed_in(world.clerk).get("/settings/notifications").text
    )
    auditor = world.signed_in("aud@carrier.example").get("/settings/notifications").text
    assert "nothing that your role is told" in auditor


@pytest.mark.parametrize(
    "form",
    [{"digest_hour": "24"}, {"digest_hour": "x"}, {"digest_hour": "-1"}, {"digest_hour": "²"},
     {}, {"digest_hour": "9", "review": "hourly"}],
)  # fmt: skip
def test_a_choice_that_is_none_is_refused_in_words(world: World, form: dict[str, str]) -> None:
    browser = world.signed_in(world.a.owner)
    answer = post(browser, "/settings/notifications", **form)
    assert answer.status_code == 400
    assert "There is a problem." in answer.text


# --- password ----------------------------------------------------------------------------------


def test_a_password_is_changed_and_every_other_session_ends(world: World) -> None:
    browser, other = world.signed_in(world.a.owner), world.signed_in(world.a.owner)
    answer = post(browser, "/settings/password", current=PASSWORD, password=BETTER)
    assert answer.status_code == 303
    assert browser.get("/returns").status_code == 200
    assert other.get("/returns").status_code == 303
    with world.inside(commit=False):
        owner = person(world.a.owner)
        assert accounts.check_password(owner, BETTER)
        assert not accounts.check_password(owner, PASSWORD)
        events = db.session.scalars(history.select_chain(owner.id)).all()
    assert events[0].action == "password_set"


@pytest.mark.parametrize(
    ("current", "password", "said"),
    [("wrong wrong wrong", BETTER, "not your current password"),
     (PASSWORD, "short", "12 to 256"),
     (PASSWORD, "aaaaaaaaaaaaaaa", "guessed first"),
     ("", "", "Enter your current password")],
)  # fmt: skip
def test_a_password_that_cannot_be_is_refused(
    world: World, current: str, password: str, said: str
) -> None:
    browser = world.signed_in(world.a.owner)
    answer = post(browser, "/settings/password", current=current, password=password)
    assert answer.status_code == 400
    assert said in answer.text
    with world.inside(commit=False):
        assert accounts.check_password(person(world.a.owner), PASSWORD)


def test_guessing_the_current_password_is_slowed_down(world: World) -> None:
    browser = world.signed_in(world.a.owner)
    for _ in range(10):
        post(browser, "/settings/password", current="wrong wrong wrong", password=BETTER)
    answer = post(browser, "/settings/password", current=PASSWORD, password=BETTER)
    assert answer.status_code == 429


# --- forgotten ---------------------------------------------------------------------------------


def forgot(world: World, email: str):
    return post(world.client, "/forgot-password", email=email)


def test_who_forgot_the_password_gets_a_link_that_works_once(mailing: World) -> None:
    signed_in = mailing.signed_in(mailing.a.owner)
    assert forgot(mailing, mailing.a.owner).headers["Location"] == "/sign-in"
    (link,) = links(mailing)
    browser = mailing.client
    assert browser.get(link).headers["Location"] == "/new-password"
    answer = post(browser, "/new-password", password=BETTER)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert signed_in.get("/returns").status_code == 303, "signed out everywhere"
    with mailing.inside(commit=False):
        assert accounts.check_password(person(mailing.a.owner), BETTER)
    again = mailing.client
    again.get(link)
    assert again.get("/new-password").status_code == 404


def test_a_stranger_is_told_the_same_and_gets_nothing(mailing: World) -> None:
    known, unknown = forgot(mailing, mailing.a.owner), forgot(mailing, "who@nowhere.example")
    assert known.headers["Location"] == unknown.headers["Location"]
    assert known.status_code == unknown.status_code
    with mailing.inside(commit=False):
        assert db.session.scalar(select(func.count()).select_from(Mail)) == 1


def test_a_closed_account_gets_no_link(mailing: World) -> None:
    with mailing.inside():
        accounts.deactivate(person(mailing.a.viewer), by=SYSTEM)
    forgot(mailing, mailing.a.viewer)
    assert links(mailing) == []


def test_a_link_lives_an_hour_and_a_letter_box_is_not_filled(mailing: World) -> None:
    for _ in range(5):
        forgot(mailing, mailing.a.owner)
    found = links(mailing)
    assert len(found) == 3
    with mailing.inside():
        past = clock.now() - timedelta(seconds=1)
        db.session.execute(update(PasswordReset).values(expires_at=past))
    browser = mailing.client
    browser.get(found[0])
    assert browser.get("/new-password").status_code == 404


def test_a_weak_password_is_said_and_the_link_still_works(mailing: World) -> None:
    forgot(mailing, mailing.a.owner)
    (link,) = links(mailing)
    browser = mailing.client
    browser.get(link)
    weak = post(browser, "/new-password", password="short")
    assert weak.status_code == 400
    assert "12 to 256" in weak.text
    assert post(browser, "/new-password", password=BETTER).status_code == 303


def test_the_secret_of_a_link_is_kept_nowhere(mailing: World) -> None:
    forgot(mailing, mailing.a.owner)
    (link,) = links(mailing)
    secret = link.partition("proof=")[2]
    assert len(secret) == 64
    with mailing.inside(commit=False):
        (letter,) = db.session.scalars(select(Mail))
        (reset,) = db.session.scalars(select(PasswordReset))
        assert secret not in str(letter.data) + str(vars(reset))


def test_without_mail_the_page_says_whom_to_ask(world: World) -> None:
    page = world.client.get("/forgot-password")
    assert "sends no mail" in page.text
    token = csrf_of(world.client, "/forgot-password")
    assert token
    browser = world.client
    form = {"csrf_token": csrf_of(browser, "/forgot-password"), "email": world.a.owner}
    assert browser.post("/forgot-password", data=form).status_code == 400


def test_who_has_no_link_finds_nothing_behind_it(world: World) -> None:
    browser = world.client
    assert browser.get("/new-password").status_code == 404
    assert browser.get("/join").status_code == 404
