"""In which language a page comes: the account's word, then the cookie's, then the browser's."""

import pytest

from tests.world import World, csrf_of

HINDI, ENGLISH = '<html lang="hi-IN"', '<html lang="en-IN"'


def choose(browser, code: str, **more: str):
    form = {"language": code, "csrf_token": csrf_of(browser, "/sign-in")}
    return browser.post("/language", data=form | more)


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ("hi", HINDI),
        ("hi-IN,en;q=0.5", HINDI),
        ("en-GB,hi;q=0.5", ENGLISH),
        ("hi;q=0, en", ENGLISH),
        ("ta, fr", ENGLISH),
        ("", ENGLISH),
        (";;;,", ENGLISH),
    ],
)
def test_the_browsers_wish_is_heard(lite_world: World, wish: str, told: str) -> None:
    page = lite_world.client.get("/sign-in", headers={"Accept-Language": wish})
    assert told in page.text


def test_a_choice_holds_before_and_without_signing_in(lite_world: World) -> None:
    browser = lite_world.client
    answer = choose(browser, "hi", next="/sign-in?next=/returns")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/returns")
    assert HINDI in browser.get("/sign-in", headers={"Accept-Language": "en"}).text
    choose(browser, "en")
    assert ENGLISH in browser.get("/sign-in", headers={"Accept-Language": "hi"}).text


def test_a_choice_goes_with_the_account(lite_world: World) -> None:
    first = lite_world.signed_in(lite_world.a.owner)
    choose(first, "hi")
    assert HINDI in lite_world.signed_in(lite_world.a.owner).get("/").text
    other = lite_world.signed_in(lite_world.a.owner)
    other.set_cookie("language", "en")
    assert HINDI in other.get("/", headers={"Accept-Language": "en"}).text
    choose(other, "en")
    assert ENGLISH in first.get("/", headers={"Accept-Language": "hi"}).text


def test_signing_in_keeps_the_accounts_language_in_the_browser(lite_world: World) -> None:
    choose(lite_world.signed_in(lite_world.a.owner), "hi")
    browser = lite_world.signed_in(lite_world.a.owner)
    assert browser.get_cookie("language").value == "hi"


@pytest.mark.parametrize("code", ["", "tlh", "HI", "hi\x00", "../hi"])
def test_a_language_that_we_do_not_speak_is_refused(lite_world: World, code: str) -> None:
    browser = lite_world.client
    answer = choose(browser, code)
    assert answer.status_code == 400
    assert "Choose one of the languages" in answer.text
    assert browser.get_cookie("language") is None


def test_the_switch_never_leads_away_from_the_site(lite_world: World) -> None:
    assert choose(lite_world.client, "hi", next="//elsewhere.example").location == "/"
    assert lite_world.client.post("/language", data={"language": "hi"}).status_code == 400
    assert lite_world.client.get("/language").status_code == 405


def test_programs_are_answered_in_english(lite_world: World) -> None:
    hindi = {"Accept-Language": "hi", "Cookie": "language=hi"}
    answer = lite_world.client.get("/api/v1/returns", headers=hindi)
    assert answer.get_json()["title"] == "Sign in or send a valid credential"


def test_an_error_page_speaks_the_readers_language(lite_world: World) -> None:
    page = lite_world.client.get("/no/such/page", headers={"Accept-Language": "hi"})
    assert page.status_code == 404
    assert HINDI in page.text


def test_the_language_of_one_request_is_not_the_next_ones(lite_world: World) -> None:
    browser = lite_world.client
    assert HINDI in browser.get("/sign-in", headers={"Accept-Language": "hi"}).text
    assert ENGLISH in browser.get("/sign-in").text
