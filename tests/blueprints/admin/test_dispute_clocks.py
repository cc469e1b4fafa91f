"""The clocks of a merchant's disputes and the carrier's calendar, as admins set them."""

import uuid
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from qcportal import accounts, disputes
from qcportal.db import db
from qcportal.disputes import Deadlines, Holiday
from tests.world import World, csrf_of

CLOCKS = {
    "file_days": "10",
    "reply_days": "2",
    "decide_days": "4",
    "appeal_days": "14",
    "weekend": ["6"],
    "two_above": "1,00,000",
}


def post(browser: FlaskClient, path: str, form: dict[str, Any]) -> Any:
    return browser.post(path, data=form | {"csrf_token": csrf_of(browser, path.split("/ho")[0])})


def clocks(world: World) -> Deadlines:
    with world.inside(commit=False):
        return disputes.deadlines_of(accounts.get_merchant(world.a.id))


def names(world: World) -> list[str]:
    with world.inside(commit=False):
        return [each.name for each in db.session.scalars(select(Holiday).order_by(Holiday.name))]


def test_operations_set_the_clocks_of_a_merchant(world: World) -> None:
    browser, path = world.signed_in(world.clerk), f"/admin/merchants/{world.a.id}/disputes"
    page = browser.get(path).text
    assert 'value="25000"' in page
    assert "Sent now, decided until" in page
    answer = post(browser, path, CLOCKS)
    assert answer.status_code == 303
    assert clocks(world) == Deadlines(10, 2, 4, 14, (6,), 10_000_000)
    assert 'value="100000"' in browser.get(path).text
    post(browser, path, CLOCKS | {"two_above": " "})
    assert clocks(world).two_above is None
    other = f"/admin/merchants/{world.b.id}/disputes"
    assert 'value="25000"' in browser.get(other).text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"decide_days": "0"}, "Give 1 to 365 days."),
        ({"reply_days": "many"}, "1 to 365"),
        ({"weekend": list("0123456")}, "leave one to work on"),
        ({"weekend": ["9"]}, "There is a problem"),
        ({"two_above": "much"}, "Give an amount of rupees"),
        ({"two_above": "-5"}, "Give an amount of rupees"),
    ],
)
def test_bad_clocks_are_told_and_nothing_is_kept(world: World, change: Any, words: str) -> None:
    browser, path = world.signed_in(world.clerk), f"/admin/merchants/{world.a.id}/disputes"
    answer = post(browser, path, CLOCKS | change)
    assert answer.status_code == 400
    assert words in answer.text
    assert clocks(world) == Deadlines()


def test_a_free_day_is_added_once_or_every_year_and_removed(world: World) -> None:
    browser = world.signed_in(world.clerk)
    national = names(world)
    assert len(national) == 3
    page = browser.get("/admin/holidays?year=2026").text
    assert all(name in page for name in national)
    form = {"day": "2026-11-09", "name": "Diwali"}
    answer = post(browser, "/admin/holidays", form)
    assert answer.location.endswith("/admin/holidays?year=2026")
    again = post(browser, "/admin/holidays", form)
    assert again.status_code == 409
    assert "free already" in again.text
    post(browser, "/admin/holidays", {"day": "2026-05-01", "name": "May Day", "yearly": "y"})
    assert "Diwali" in browser.get("/admin/holidays?year=2026").text
    later = browser.get("/admin/holidays?year=2027").text
    assert "May Day" in later
    assert "Diwali" not in later
    with world.inside(commit=False):
        diwali = db.session.scalars(select(Holiday).where(Holiday.name == "Diwali")).one()
        merchant = accounts.get_merchant(world.a.id)
        assert not disputes.calendar_of(merchant).works_on(date(2026, 11, 9))
    path = f"/admin/holidays/{diwali.id}/remove"
    token = csrf_of(browser, "/admin/holidays")
    assert browser.post(path, data={"csrf_token": token}).status_code == 303
    assert browser.post(path, data={"csrf_token": token}).status_code == 404
    assert "Diwali" not in names(world)


def test_bad_days_and_years_are_told(world: World) -> None:
    browser = world.signed_in(world.clerk)
    assert post(browser, "/admin/holidays", {"day": "", "name": "X"}).status_code == 400
    assert post(browser, "/admin/holidays", {"day": "2026-02-30", "name": "X"}).status_code == 400
    assert post(browser, "/admin/holidays", {"day": "1999-01-01", "name": "X"}).status_code == 400
    for year in ("x", "-1", "99999999999"):
        assert browser.get(f"/admin/holidays?year={year}").status_code == 200
    assert len(names(world)) == 3


def test_others_look_and_change_nothing(world: World) -> None:
    with world.inside():
        email = world._person("anu@carrier.example", "Anu Das", "auditor", None)
    browser, path = world.signed_in(email), f"/admin/merchants/{world.a.id}/disputes"
    assert "Keep these clocks" not in browser.get(path).text
    assert "Let it be free" not in browser.get("/admin/holidays").text
    token = csrf_of(browser, "/admin/holidays")
    for each in (path, "/admin/holidays", f"/admin/holidays/{uuid.uuid4()}/remove"):
        assert browser.post(each, data={"csrf_token": token}).status_code == 403
    assert world.signed_in(world.a.owner).get(path).status_code == 404
    assert world.client.get("/admin/holidays").status_code == 303
