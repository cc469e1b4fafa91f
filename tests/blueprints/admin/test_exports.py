"""The carrier's exports in the browser: from a list's filters to a file, for those who may see."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from qcportal import exports
from qcportal.exports import Asked
from qcportal.history import SYSTEM
from qcportal.worker import Worker, runners_with
from tests.disputes.cases import sent
from tests.held_bucket import HeldBucket, held_bucket
from tests.world import World, csrf_of


@pytest.fixture
def bucket(world: World) -> Iterator[HeldBucket]:
    with held_bucket(world.app) as held:
        yield held


@pytest.fixture
def auditor(world: World) -> FlaskClient:
    with world.inside():
        email = world._person("auditor@carrier.example", "Auditor", "auditor", None)
    return world.signed_in(email)


def button(page: str) -> str:
    """Give the address of the Export button of a list."""
    return re.search(r'href="(/admin/exports/new[^"]*)"', page)[1].replace("&amp;", "&")


def ask(browser: FlaskClient, href: str, kind: str) -> Any:
    """Choose a format on the page that an Export button leads to."""
    page = browser.get(href).text
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    return browser.post("/admin/exports", data=fields | {"format": kind})


def test_an_auditor_exports_returns_of_all_merchants(
    world: World, auditor: FlaskClient, bucket: HeldBucket
) -> None:
    awbs = [world.register()["awb"], world.register(store=world.b)["awb"]]
    href = button(auditor.get("/admin/returns?tab=failed&city=Pune").text)
    assert "tab=failed" in href
    assert "city=Pune" in href
    page = auditor.get(href).text
    assert "Whose it is" in page
    assert "Evidence files (ZIP)" not in page, "these are of one merchant"
    href = button(auditor.get("/admin/returns").text)
    where = ask(auditor, href, "csv").headers["Location"]
    assert f'hx-get="{where}/live"' in auditor.get(where).text
    assert auditor.get(f"{where}/files/1").status_code == 404
    with world.app.app_context():
        assert Worker(runners_with(world.app.extensions["qcportal.store"]), ()).once()
    assert "Ready" in auditor.get(f"{where}/live").text
    file = auditor.get(f"{where}/files/1")
    assert file.status_code == 303
    assert "/x/carrier/" in file.headers["Location"]
    (key,) = bucket.keys("x/")
    assert all(awb.encode() in bucket.get(key) for awb in awbs)
    listed = auditor.get("/admin/exports").text
    assert f'href="{where}"' in listed
    assert "/admin/exports/new?list=disputes" in listed
    assert "list=reviews" not in listed


def test_the_queues_button_keeps_its_filters(world: World, auditor: FlaskClient) -> None:
    sent(world)
    shown = f"/admin/disputes?whose=unassigned&merchant={world.b.id}"
    href = button(auditor.get(shown).text)
    assert "whose=unassigned" in href
    assert str(world.b.id) in href
    page = auditor.get(href).text
    assert "0 rows" in page
    assert "Assigned to" in page
    assert re.search(r'href="/admin/disputes\?[^"]*whose=unassigned', page), "the way back"
    assert "1 row" in auditor.get("/admin/exports/new?list=disputes").text


def test_the_photos_button_keeps_the_state_and_the_filters(
    world: World, auditor: FlaskClient
) -> None:
    shown = f"/admin/uploads/photos?state=missing&merchant={world.b.id}"
    href = button(auditor.get(shown).text)
    assert "state=missing" in href
    assert str(world.b.id) in href
    page = auditor.get(href).text
    assert "0 rows" in page
    assert re.search(r'href="/admin/uploads/photos\?[^"]*state=missing', page), "the way back"
    assert auditor.get("/admin/exports/new?list=photos&state=lost").status_code == 400
    assert "/admin/exports/new?list=photos" in auditor.get("/admin/exports").text


def test_an_export_is_cancelled(world: World, auditor: FlaskClient) -> None:
    where = ask(auditor, "/admin/exports/new", "csv").headers["Location"]
    token = csrf_of(auditor, where)
    assert auditor.post(f"{where}/cancel", data={"csrf_token": token}).status_code == 303
    assert auditor.post(f"{where}/cancel", data={"csrf_token": token}).status_code == 409
    assert auditor.get(f"{where}/cancel").status_code == 405


@pytest.mark.parametrize(
    ("query", "status"),
    [("list=people", 404), ("list=reviews", 404), ("tab=x", 400), ("from=yesterday", 400)],
)
def test_what_cannot_be_exported_is_refused(auditor: FlaskClient, query: str, status: int) -> None:
    assert auditor.get(f"/admin/exports/new?{query}").status_code == status


@pytest.mark.parametrize("kind", ["exe", "pack", ""])
def test_a_format_that_is_none_here_is_refused(auditor: FlaskClient, kind: str) -> None:
    assert ask(auditor, "/admin/exports/new", kind).status_code == 400
    assert "No exports yet" in auditor.get("/admin/exports").text


def test_merchants_exports_and_the_carriers_are_apart(world: World, auditor: FlaskClient) -> None:
    with world.inside():
        theirs = exports.start(world.a.id, Asked("returns", "csv", {}), by=SYSTEM).id
        ours = exports.start(None, Asked("returns", "csv", {}), by=SYSTEM).id
    owner = world.signed_in(world.a.owner)
    token = csrf_of(owner, "/account/second-step")
    for path in ("", "/live", "/files/1"):
        assert auditor.get(f"/admin/exports/{theirs}{path}").status_code == 404
        assert owner.get(f"/exports/{ours}{path}").status_code == 404
        assert owner.get(f"/admin/exports/{ours}{path}").status_code == 404
    for path in (f"/exports/{ours}/cancel", f"/admin/exports/{ours}/cancel", "/admin/exports"):
        assert owner.post(path, data={"csrf_token": token}).status_code == 404, path
    assert str(ours) not in owner.get("/exports").text
    assert str(theirs) not in auditor.get("/admin/exports").text
    anonymous = world.client.get("/admin/exports")
    assert anonymous.headers["Location"].startswith("/sign-in")
