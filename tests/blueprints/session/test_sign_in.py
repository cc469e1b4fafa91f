"""Signing in and out: sessions live on the server, and a copied cookie dies with its session."""

from dataclasses import replace
from datetime import timedelta

import pytest

from qcportal import accounts, clock
from qcportal.history import SYSTEM
from tests.world import PASSWORD, World, csrf_of

COOKIE = "session_id"


def try_in(world: World, email: str, password: str, *, browser=None, **more: str):
    browser = browser or world.client
    form = {"email": email, "password": password, "csrf_token": csrf_of(browser, "/sign-in")}
    return browser.post("/sign-in", data=form | more)


def test_the_right_password_opens_the_right_home(world: World) -> None:
    assert try_in(world, world.a.owner, PASSWORD).location == "/"
    assert try_in(world, world.admin, PASSWORD).location.rstrip("/") == "/admin"
    assert try_in(world, world.a.owner.upper(), PASSWORD).status_code == 303


def test_an_admin_who_began_at_a_merchants_home_gets_the_admins(lite_world: World) -> None:
    browser = lite_world.client
    assert browser.get("/").location.endswith("/sign-in?next=/")
    assert try_in(lite_world, lite_world.admin, PASSWORD, browser=browser, next="/").location == (
        "/admin"
    )
    refused = browser.get("/")
    assert refused.status_code == 403
    assert '<a class="button" href="/admin">' in refused.text


def test_over_https_people_sign_in_without_a_referrer_and_out_with_their_cookie(
    lite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = lite_world.app
    secure = replace(app.extensions["qcportal.settings"], environment="production")
    monkeypatch.setitem(app.extensions, "qcportal.settings", secure)
    browser = app.test_client()
    https = {"base_url": "https://localhost"}
    token = csrf_of(browser, "/sign-in", **https)
    form = {"email": lite_world.a.owner, "password": PASSWORD, "csrf_token": token}
    assert browser.post("/sign-in", data=form, **https).status_code == 303
    token = csrf_of(browser, "/account/sessions", **https)
    answer = browser.post("/sign-out", data={"csrf_token": token}, **https)
    gone = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("__Host-session"))
    assert "Max-Age=0" in gone and "Secure" in gone and "Path=/" in gone


def test_the_cookie_is_for_this_browser_only(world: World) -> None:
    answer = try_in(world, world.a.owner, PASSWORD)
    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if COOKIE in each)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_each_sign_in_is_a_new_session(world: World) -> None:
    browser = world.client
    try_in(world, world.a.owner, PASSWORD, browser=browser)
    first = browser.get_cookie(COOKIE).value
    try_in(world, world.a.owner, PASSWORD, browser=browser)
    assert browser.get_cookie(COOKIE).value != first


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("owner@fern.example", "wrong horse battery"),
        ("nobody@fern.example", PASSWORD),
        ("owner@fern.example", PASSWORD + " "),
        ("' OR 1=1 --", PASSWORD),
        ("owner@fern.example", "x" * 300),
    ],
)
def test_whatever_is_wrong_the_answer_is_the_same(lite_world: World, email, password) -> None:
    answer = try_in(lite_world, email, password)
    assert answer.status_code == 400
    assert "The mail address or the password is not right." in answer.text
    assert password not in answer.text


def test_a_closed_account_does_not_open(world: World) -> None:
    browser = world.signed_in(world.a.viewer)
    with world.inside():
        accounts.deactivate(accounts.find_user_by_email(world.a.viewer), by=SYSTEM)
    assert try_in(world, world.a.viewer, PASSWORD).status_code == 400
    assert browser.get("/account/sessions").status_code == 303


def test_a_copied_cookie_dies_with_its_session(world: World) -> None:
    browser, thief = world.signed_in(world.a.owner), world.client
    thief.set_cookie(COOKIE, browser.get_cookie(COOKIE).value)
    assert thief.get("/account/sessions").status_code == 200
    token = csrf_of(browser, "/account/sessions")
    assert browser.post("/sign-out", data={"csrf_token": token}).status_code == 303
    assert browser.get_cookie(COOKIE) is None
    assert thief.get("/account/sessions").status_code == 303


def test_sessions_end_when_idle_and_in_any_case_after_a_day(world: World) -> None:
    start = clock.now()
    for person, idle in (
        (world.a.owner, timedelta(hours=12)),
        (world.admin, timedelta(minutes=30)),
    ):
        browser = world.signed_in(person)
        with clock.frozen(start + idle - timedelta(minutes=1)):
            assert browser.get("/account/sessions").status_code == 200
        with clock.frozen(start + 2 * idle):
            assert browser.get("/account/sessions").status_code == 303
    busy = world.signed_in(world.a.owner)
    for hours in (8, 16, 23):
        with clock.frozen(start + timedelta(hours=hours)):
            assert busy.get("/account/sessions").status_code == 200
    with clock.frozen(start + timedelta(hours=25)):
        assert busy.get("/account/sessions").status_code == 303


def test_too_many_failures_close_the_account_for_a_while(lite_world: World) -> None:
    for _ in range(10):
        try_in(lite_world, lite_world.a.owner, "wrong horse battery")
    answer = try_in(lite_world, lite_world.a.owner, PASSWORD)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900
    assert try_in(lite_world, lite_world.b.owner, PASSWORD).status_code == 303
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        assert try_in(lite_world, lite_world.a.owner, PASSWORD).status_code == 303


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "\\\\x"],
)
def test_after_signing_in_nobody_is_sent_to_another_site(lite_world: World, target: str) -> None:
    answer = try_in(lite_world, lite_world.a.owner, PASSWORD, next=target)
    assert answer.location == "/"


def test_a_form_without_its_token_changes_nothing(world: World) -> None:
    form = {"email": world.a.owner, "password": PASSWORD}
    assert world.client.post("/sign-in", data=form).status_code == 400
    browser = world.signed_in(world.a.owner)
    assert browser.post("/sign-out").status_code == 400
    assert browser.get("/account/sessions").status_code == 200


def test_one_may_end_ones_own_sessions_and_nobody_elses(world: World) -> None:
    from sqlalchemy import select

    from qcportal.db import db
    from qcportal.sessions import BrowserSession

    other = world.signed_in(world.b.owner)
    mine = world.signed_in(world.a.owner)
    with world.inside(commit=False):
        theirs = accounts.find_user_by_email(world.b.owner).id
        wanted = select(BrowserSession.id).where(BrowserSession.user_id == theirs)
        session_id = db.session.scalar(wanted)
    token = csrf_of(mine, "/account/sessions")
    answer = mine.post(f"/account/sessions/{session_id}/end", data={"csrf_token": token})
    assert answer.status_code == 404
    assert other.get("/account/sessions").status_code == 200
    own = csrf_of(other, "/account/sessions")
    other.post(f"/account/sessions/{session_id}/end", data={"csrf_token": own})
    assert other.get("/account/sessions").status_code == 303


def test_a_token_of_another_door_is_no_session(world: World) -> None:
    for token in (world.a.token, world.device_token):
        browser = world.client
        browser.set_cookie(COOKIE, token)
        headers = {"Authorization": f"Bearer {token}"}
        assert browser.get("/account/sessions", headers=headers).status_code == 303


def test_wrong_methods_are_405(lite_world: World) -> None:
    assert lite_world.client.get("/sign-out").status_code == 405
    assert lite_world.client.delete("/sign-in").status_code == 405
