"""The second step: switched on with a code, each code once, recovery codes once."""

import re
from datetime import timedelta

import pyotp
from flask.testing import FlaskClient

from qcportal import clock
from tests.world import PASSWORD, World, csrf_of


def switched_on(world: World) -> tuple[str, list[str]]:
    """Switch the admin's second step on; gives the secret and the recovery codes."""
    browser = world.signed_in(world.admin)
    page = browser.get("/account/second-step").text
    secret = re.search(r'class="break">([A-Z2-7]+)<', page)[1]
    token = csrf_of(browser, "/account/second-step")
    form = {"code": pyotp.TOTP(secret).now(), "csrf_token": token}
    answer = browser.post("/account/second-step", data=form)
    assert answer.status_code == 200, answer.text
    codes = re.findall(r"<li><code>([^<]+)</code>", answer.text)
    assert len(codes) == 10
    assert codes[0] not in browser.get("/account/second-step").text
    return secret, codes


def asked(world: World) -> tuple[FlaskClient, str]:
    """Enter the password; gives the browser that is asked for a code."""
    browser = world.client
    token = csrf_of(browser, "/sign-in")
    form = {"email": world.admin, "password": PASSWORD, "csrf_token": token}
    answer = browser.post("/sign-in", data=form)
    assert answer.status_code == 200
    assert "Enter your code" in answer.text
    assert browser.get("/admin").status_code == 303
    return browser, token


def entered(browser: FlaskClient, token: str, code: str) -> int:
    return browser.post("/sign-in", data={"code": code, "csrf_token": token}).status_code


def test_a_code_of_the_app_lets_in_once(world: World) -> None:
    secret, _ = switched_on(world)
    later = clock.now() + timedelta(seconds=60)
    code = pyotp.TOTP(secret).at(later)
    with clock.frozen(later):
        browser, token = asked(world)
        assert entered(browser, token, code) == 303
        assert browser.get("/admin").status_code == 200
        again, token = asked(world)
        assert entered(again, token, code) == 400


def test_a_recovery_code_lets_in_once(world: World) -> None:
    _, codes = switched_on(world)
    browser, token = asked(world)
    assert entered(browser, token, codes[3].upper().replace("-", " ")) == 303
    again, token = asked(world)
    assert entered(again, token, codes[3]) == 400
    assert entered(again, token, codes[4]) == 303


def test_a_wrong_first_code_switches_nothing_on(world: World) -> None:
    browser = world.signed_in(world.admin)
    token = csrf_of(browser, "/account/second-step")
    answer = browser.post("/account/second-step", data={"code": "000000", "csrf_token": token})
    assert answer.status_code == 400
    assert "not the code of the app" in answer.text
    world.signed_in(world.admin)


def test_switching_it_off_asks_for_no_code(world: World) -> None:
    _, codes = switched_on(world)
    browser, token = asked(world)
    assert entered(browser, token, codes[0]) == 303
    token = csrf_of(browser, "/account/second-step")
    assert browser.post("/account/second-step/off", data={"csrf_token": token}).status_code == 303
    world.signed_in(world.admin)


def test_a_code_without_a_password_goes_nowhere(world: World) -> None:
    _, codes = switched_on(world)
    browser = world.client
    token = csrf_of(browser, "/sign-in")
    assert entered(browser, token, codes[0]) == 303
    assert browser.get("/admin").status_code == 303
