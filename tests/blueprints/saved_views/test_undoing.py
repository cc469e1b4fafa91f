"""A deleted view comes back by Undo; two people who save at once are told apart."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from qcportal import saved_views
from tests.blueprints.saved_views.test_saving import FAILED, kept, save, send
from tests.world import World, csrf_of


def undo_form(page: str) -> dict[str, str]:
    """Give the fields of the toast that brings a view back, or nothing."""
    found = re.search(
        r'<form [^>]*action="[^"]*/saved-views/restore">(.*?)</form>', page, re.DOTALL
    )
    fields = re.findall(r'name="([^"]+)" value="([^"]*)"', found[1]) if found else []
    return {name: unescape(value) for name, value in fields if name != "csrf_token"}


@pytest.mark.parametrize("shared", [{}, {"shared": "1"}])
def test_a_deleted_view_comes_back_as_it_was(world: World, shared: dict[str, str]) -> None:
    owner = world.signed_in(world.a.owner)
    save(owner, "Failed “here”", **FAILED, **shared)
    (before,) = kept(world)
    send(owner, f"/saved-views/{before.id}/delete")
    page = owner.get("/saved-views").text
    assert "is deleted. What it showed is untouched." in page
    assert kept(world) == []
    form = undo_form(page)
    answer = send(owner, "/saved-views/restore", **form)
    assert answer.headers["Location"] == "/saved-views"
    page = owner.get("/saved-views").text
    assert "The view is back." in page
    (after,) = kept(world)
    for name in ("name", "key", "list", "filters", "shelf", "merchant_id"):
        assert getattr(after, name) == getattr(before, name), name
    assert undo_form(page) == {}, "it is offered once"


def test_days_up_to_today_are_kept_as_such_when_a_view_comes_back(world: World) -> None:
    owner = world.signed_in(world.a.owner)
    days = re.search(r"from=([0-9-]+)&amp;to=([0-9-]+)", owner.get("/returns").text)
    assert days
    save(owner, "Lately", list="returns", **{"from": days[1], "to": days[2]})
    (before,) = kept(world)
    assert "last" in before.filters
    send(owner, f"/saved-views/{before.id}/delete")
    send(owner, "/saved-views/restore", **undo_form(owner.get("/saved-views").text))
    assert kept(world)[0].filters == before.filters


def test_a_name_that_was_taken_meanwhile_is_asked_for_again_with_nothing_lost(world: World) -> None:
    owner = world.signed_in(world.a.owner)
    save(owner, "Mine", **FAILED)
    send(owner, f"/saved-views/{kept(world)[0].id}/delete")
    form = undo_form(owner.get("/saved-views").text)
    save(owner, "mine", list="returns", tab="passed")
    answer = send(owner, "/saved-views/restore", **form)
    assert answer.status_code == 409
    assert "There is a view of this name already." in answer.text
    assert '<input type="hidden" name="city" value="Pune">' in answer.text
    assert 'value="Mine"' in answer.text
    assert len(kept(world)) == 1


def test_undo_gives_no_more_than_saving_does(world: World) -> None:
    viewer = world.signed_in(world.a.viewer)
    refused = send(viewer, "/saved-views/restore", name="x", shared="1", **FAILED)
    assert refused.status_code == 403
    assert world.client.post("/saved-views/restore").status_code in (302, 303, 400)
    assert viewer.get("/saved-views/restore").status_code == 405
    assert kept(world) == []


@pytest.fixture
def race(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two people both look for a free place before either takes one, where that is possible."""
    looked, find = threading.Barrier(2), saved_views._find_held

    def find_together(*args: Any) -> dict[str, int]:
        found = find(*args)
        try:
            looked.wait(timeout=1)
        except threading.BrokenBarrierError:  # SQLite lets one writer in at a time
            pass
        return found

    monkeypatch.setattr(saved_views, "_find_held", find_together)


def at_once(world: World, *names: str) -> list[int]:
    """Let an owner save shared views at once in two browsers; gives the status of each answer."""
    browsers = [world.signed_in(world.a.owner) for _name in names]
    tokens = [csrf_of(each, "/settings/password") for each in browsers]

    def post(browser: FlaskClient, token: str, name: str) -> int:
        form = {"csrf_token": token, "name": name, "shared": "1", **FAILED}
        answer = browser.post("/saved-views/save", data=form)
        assert answer.status_code != 409 or "There is a view of this name already." in answer.text
        assert answer.status_code != 409 or f'value="{name}"' in answer.text
        return answer.status_code

    with ThreadPoolExecutor(len(names)) as pool:
        return sorted(pool.map(post, browsers, tokens, names))


@pytest.mark.usefixtures("race")
def test_of_two_who_save_one_name_at_once_one_is_told_and_keeps_what_was_typed(
    world: World,
) -> None:
    assert at_once(world, "Failed", "FAILED") == [303, 409]
    assert [view.key for view in kept(world)] == ["failed"]


@pytest.mark.usefixtures("race")
def test_two_who_save_two_names_at_once_both_have_their_view(world: World) -> None:
    assert at_once(world, "One", "Two") == [303, 303]
    views = kept(world)
    assert {view.key for view in views} == {"one", "two"}
    assert [view.place for view in views] == [1, 2]
