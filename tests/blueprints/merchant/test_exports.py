"""Exports in the browser: from a list's filters to a file."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from qcportal import clock, exports
from qcportal.db import db
from qcportal.exports import Asked
from qcportal.history import SYSTEM
from qcportal.jobs import Job
from qcportal.worker import Worker, runners_with
from tests.disputes.cases import in_review, row, sent
from tests.held_bucket import HeldBucket, held_bucket
from tests.packs.cases import a_packed_return
from tests.world import World, csrf_of


@pytest.fixture
def bucket(world: World) -> Iterator[HeldBucket]:
    with held_bucket(world.app) as held:
        yield held


@pytest.fixture
def owner(world: World) -> FlaskClient:
    return world.signed_in(world.a.owner)


def work(world: World) -> None:
    with world.app.app_context():
        assert Worker(runners_with(world.app.extensions["qcportal.store"]), ()).once()


def ask(browser: FlaskClient, query: str, kind: str) -> Any:
    """Choose a format on the page that an Export button leads to."""
    page = browser.get(f"/exports/new?{query}").text
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    return browser.post("/exports", data=fields | {"format": kind})


def test_the_export_button_keeps_the_filters_of_the_list(world: World, owner: FlaskClient) -> None:
    world.register()
    page = owner.get("/returns?tab=failed&city=Pune").text
    href = re.search(r'href="(/exports/new\?[^"]+)"', page)[1].replace("&amp;", "&")
    assert "tab=failed" in href
    assert "city=Pune" in href
    asked = owner.get(href).text
    assert "0 rows" in asked
    for words in ("Excel (XLSX)", "CSV", "Evidence files (ZIP)", "Checked (Asia/Kolkata)", "AWB"):
        assert words in asked


def test_disputes_and_what_needs_a_look_have_the_button_too(
    world: World, owner: FlaskClient, bucket: HeldBucket
) -> None:
    assert "/exports/new?list=reviews" in owner.get("/reviews").text
    assert "/exports/new" not in owner.get("/disputes").text
    late, other = in_review(world), sent(world)
    page = owner.get(f"/disputes?tab=in_review&q=D-9{late.number}").text
    href = re.search(r'href="(/exports/new\?list=disputes[^"]*)"', page)[1].replace("&amp;", "&")
    assert "tab=in_review" in href
    back = re.search(r'href="(/disputes\?[^"]*)"', owner.get(href).text)[1]
    assert "tab=in_review" in back
    end = row(world, late.id).decide_by
    assert end is not None
    assert other.number != late.number
    for query, rows in (
        (f"list=disputes&q=D-{late.number}", 1),
        ("list=disputes&tab=late", 0),
        ("list=disputes", 2),
        ("list=disputes&category=used", 0),
    ):
        said = "1 row" if rows == 1 else f"{rows} rows"
        assert said in owner.get(f"/exports/new?{query}").text, query
    where = ask(owner, "list=disputes&tab=in_review", "csv").headers["Location"]
    work(world)
    assert "Ready" in owner.get(where).text


def test_a_file_is_asked_for_watched_and_fetched(
    world: World, owner: FlaskClient, bucket: HeldBucket
) -> None:
    rvp = world.register()
    sent = ask(owner, "list=returns&city=Pune", "csv")
    assert sent.status_code == 303
    where = sent.headers["Location"]
    waiting = owner.get(where).text
    assert f'hx-get="{where}/live"' in waiting
    assert "Look again" in waiting
    assert owner.get(f"{where}/files/1").status_code == 404
    work(world)
    part = owner.get(f"{where}/live").text
    assert "hx-get" not in part
    assert "Ready" in part
    assert "city: Pune" in part
    file = owner.get(f"{where}/files/1")
    assert file.status_code == 303
    assert "/x/" in file.headers["Location"]
    assert re.search(r"returns-\d{4}-\d\d-\d\d\.csv", file.headers["Location"])
    (key,) = bucket.keys("x/")
    assert rvp["awb"].encode() in bucket.get(key)
    assert "Returns as CSV" in owner.get("/exports").text
    assert owner.get(f"{where}/files/2").status_code == 404


def test_evidence_files_of_a_filter_are_an_export_too(
    world: World, owner: FlaskClient, bucket: HeldBucket
) -> None:
    a_packed_return(world, bucket, here=1)
    where = ask(owner, "list=returns", "pack").headers["Location"]
    work(world)
    page = owner.get(where).text
    assert "Evidence files of returns" in page
    assert "1 return" in page
    assert owner.get(f"{where}/files/1").status_code == 303


@pytest.mark.parametrize("query", ["list=reviews&tab=waiting", "list=disputes&tab=decided"])
def test_other_lists_are_exported_with_their_own_filters(
    world: World, owner: FlaskClient, bucket: HeldBucket, query: str
) -> None:
    where = ask(owner, query, "xlsx").headers["Location"]
    work(world)
    assert "Nothing fits these filters." in owner.get(where).text


def test_an_export_is_cancelled(world: World, owner: FlaskClient) -> None:
    where = ask(owner, "list=returns", "csv").headers["Location"]
    token = csrf_of(owner, where)
    assert owner.post(f"{where}/cancel", data={"csrf_token": token}).status_code == 303
    assert "Cancelled" in owner.get(where).text
    assert owner.post(f"{where}/cancel", data={"csrf_token": token}).status_code == 409


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("list=people", 404),
        ("list=returns&tab=x", 400),
        ("list=returns&from=yesterday", 400),
        ("list=reviews&tab=x", 400),
        ("list=disputes&tab=x", 400),
    ],
)
def test_what_cannot_be_exported_is_refused(owner: FlaskClient, query: str, status: int) -> None:
    assert owner.get(f"/exports/new?{query}").status_code == status


def test_an_unknown_format_is_refused(world: World, owner: FlaskClient) -> None:
    assert ask(owner, "list=returns", "exe").status_code == 400
    assert ask(owner, "list=reviews", "pack").status_code == 400
    assert "No exports yet" in owner.get("/exports").text


def test_a_file_ends_after_a_week(world: World, owner: FlaskClient, bucket: HeldBucket) -> None:
    world.register()
    where = ask(owner, "list=returns", "csv").headers["Location"]
    work(world)
    with world.inside():
        past = clock.now() - timedelta(days=exports.KEPT_DAYS, seconds=1)
        db.session.execute(update(Job).values(ended_at=past))
    page = owner.get(where)
    assert page.status_code == 200
    assert "The file has ended" in page.text
    assert owner.get(f"{where}/files/1").status_code == 404


def test_exports_of_others_are_not_there(world: World, owner: FlaskClient) -> None:
    with world.inside():
        theirs = exports.start(world.b.id, Asked("returns", "csv", {}), by=SYSTEM).id
    token = csrf_of(owner, "/account/second-step")
    for path in (f"/exports/{theirs}", f"/exports/{theirs}/live", f"/exports/{theirs}/files/1"):
        assert owner.get(path).status_code == 404
    answer = owner.post(f"/exports/{theirs}/cancel", data={"csrf_token": token})
    assert answer.status_code == 404
    assert str(theirs) not in owner.get("/exports").text
    assert world.client.get("/exports").status_code == 303
    assert owner.get(f"/exports/{uuid.uuid4()}").status_code == 404
