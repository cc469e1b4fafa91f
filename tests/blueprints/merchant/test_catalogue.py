"""The pages of the catalogue: what is in it, and how a file gets there."""

import io
import re
import uuid

import pytest
from flask.testing import FlaskClient

from qcportal import catalogue, jobs
from qcportal.catalogue import Entry
from qcportal.history import SYSTEM
from qcportal.storage import PhotoStore
from qcportal.worker import Worker, runners_with
from tests.world import World, csrf_of

SHEET = b"sku,name,price,colour\nTEE-1,Tee,499,Blue\nTEE-2,Tee,cheap,Red\n"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """What the portal and its worker keep in the bucket."""
    held: dict[str, bytes] = {}
    monkeypatch.setattr(
        PhotoStore, "put_derived", lambda _s, key, data, _t: held.update({key: data})
    )
    monkeypatch.setattr(PhotoStore, "get", lambda _s, key, _version, limit: held[key][:limit])
    return held


@pytest.fixture
def owner(world: World) -> FlaskClient:
    return world.signed_in(world.a.owner)


def send(browser: FlaskClient, data: bytes, name: str = "list.csv"):
    form = {"csrf_token": csrf_of(browser, "/catalogue"), "file": (io.BytesIO(data), name)}
    return browser.post("/catalogue/imports", data=form)


def multipart(token: str, data: bytes) -> dict[str, object]:
    """Write a form with a file as browsers do; the test client leaves its own open."""
    parts = [
        b'--edge\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token.encode(),
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename="large.csv"\r\n\r\n'
        + data,
        b"--edge--\r\n",
    ]
    return {"data": b"\r\n".join(parts), "content_type": "multipart/form-data; boundary=edge"}


def work(world: World) -> None:
    with world.app.app_context():
        assert Worker(runners_with(world.app.extensions["qcportal.store"]), ()).once()


def fill(world: World, count: int) -> None:
    with world.inside():
        entries = [
            Entry(
                f"SKU-{number:03}",
                {"name": f"Thing {number}", "price_paise": 49_950},
                {"size": "M"},
            )
            for number in range(count)
        ]
        catalogue.put_entries(world.a.id, entries)


def test_an_empty_catalogue_says_what_it_is_for_and_offers_a_file(world: World, owner) -> None:
    page = owner.get("/catalogue").text
    assert "No SKUs yet" in page
    assert "/catalogue/template.csv" in page
    template = owner.get("/catalogue/template.csv")
    assert template.mimetype == "text/csv"
    assert template.data.startswith(b"\xef\xbb\xbfsku,name,")


def test_the_file_to_fill_in_can_be_sent_as_it_is(world: World, owner, bucket) -> None:
    sheet = owner.get("/catalogue/template.csv").data.replace(
        b"https://cdn.example.com/tee-blue.jpg", b""
    )
    assert send(owner, sheet).status_code == 303
    work(world)
    with world.inside(commit=False):
        assert catalogue.get_item(world.a.id, "TEE-BLU-M").attributes["ean"] == "4006381333931"


def test_skus_are_listed_searched_and_paged(world: World, owner) -> None:
    fill(world, 60)
    page = owner.get("/catalogue").text
    assert "60 SKUs" in page
    assert "SKU-049" in page
    assert "SKU-050" not in page
    assert "₹499.50" in page
    rest = owner.get(re.search(r'href="(/catalogue\?after=[^"]+)"', page)[1]).text
    assert ">Thing 50<" in rest
    assert ">Thing 49<" not in rest
    found = owner.get("/catalogue?q=thing+17").text
    assert "SKU-017" in found
    assert "SKU-018" not in found
    assert "Nothing matches" in owner.get("/catalogue?q=zebra").text


def test_a_file_is_sent_watched_and_corrected(world: World, owner, bucket) -> None:
    sent = send(owner, SHEET)
    assert sent.status_code == 303
    where = sent.headers["Location"]
    waiting = owner.get(where).text
    assert "Waiting" in waiting
    assert f'hx-get="{where}/live"' in waiting
    assert "Look again" in waiting
    work(world)
    part = owner.get(f"{where}/live").text
    assert "hx-get" not in part, "there is nothing left to wait for"
    assert "<html" not in part
    done = owner.get(where).text
    for words in ("Done", "100 %", "SKUs added", "Rows not taken", "cheap is no amount"):
        assert words in done
    assert "Attribute <code>colour</code>" in done
    rows = owner.get(f"{where}/rows-to-correct.csv")
    assert rows.status_code == 303
    assert "rows-to-correct.csv" in rows.headers["Location"]
    assert "list.csv" in owner.get("/catalogue").text


def test_what_is_no_catalogue_is_said_beside_the_field(world: World, owner, bucket) -> None:
    for data, words in [
        (b"name,price\n", "No column is called “sku”"),
        (b"", "The file is empty"),
        (b"PK\x03\x04 nothing", "damaged"),
    ]:
        answer = send(owner, data)
        assert answer.status_code == 400
        assert words in answer.text
    assert bucket == {}
    none = owner.post("/catalogue/imports", data={"csrf_token": csrf_of(owner, "/catalogue")})
    assert none.status_code == 400
    assert "Choose a file." in none.text


def test_an_import_that_failed_says_why(world: World, owner, bucket) -> None:
    where = send(owner, SHEET).headers["Location"]
    key = next(iter(bucket))
    bucket[key] = b"sku,SKU\n1,1\n"
    work(world)
    page = owner.get(where).text
    assert "The import stopped." in page
    assert "Several columns mean sku" in page


def test_an_import_can_be_cancelled_once(world: World, owner, bucket) -> None:
    where = send(owner, SHEET).headers["Location"]
    token = csrf_of(owner, where)
    assert owner.post(f"{where}/cancel", data={"csrf_token": token}).status_code == 303
    page = owner.get(where).text
    assert "Cancelled" in page
    assert "hx-get" not in page
    assert owner.post(f"{where}/cancel", data={"csrf_token": token}).status_code == 409


def test_who_only_looks_may_not_import(world: World, owner, bucket) -> None:
    where = send(owner, SHEET).headers["Location"]
    viewer = world.signed_in(world.a.viewer)
    page = viewer.get("/catalogue").text
    assert "Import a file" not in page
    assert "Cancel the import" not in viewer.get(where).text
    token = csrf_of(viewer, "/catalogue")
    assert viewer.post(f"{where}/cancel", data={"csrf_token": token}).status_code == 403
    form = {"csrf_token": token, "file": (io.BytesIO(SHEET), "list.csv")}
    assert viewer.post("/catalogue/imports", data=form).status_code == 403


def test_another_merchants_import_does_not_exist(world: World, owner, bucket) -> None:
    where = send(owner, SHEET).headers["Location"]
    other = world.signed_in(world.b.owner)
    for path in (where, f"{where}/live", f"{where}/rows-to-correct.csv"):
        assert other.get(path).status_code == 404
    assert other.get(f"/catalogue/imports/{uuid.uuid4()}").status_code == 404
    assert "list.csv" not in other.get("/catalogue").text


def test_a_job_of_another_kind_is_no_import(world: World, owner) -> None:
    with world.inside():
        job_id = jobs.start(world.a.id, "dry_run", {}, by=SYSTEM).id
    assert owner.get(f"/catalogue/imports/{job_id}").status_code == 404


def test_a_form_may_hold_a_large_file_and_no_other_form_may(world: World, owner, bucket) -> None:
    rows = b"sku,name\n" + b"".join(b"SKU-%07d,%s\n" % (n, b"x" * 90) for n in range(30_000))
    token = csrf_of(owner, "/catalogue")
    assert owner.post("/catalogue/imports", **multipart(token, rows)).status_code == 303
    assert owner.post("/catalogue/imports", **multipart(token, rows * 20)).status_code == 413
    for browser in (owner, world.client):
        assert browser.post("/sign-in", **multipart(token, rows)).status_code == 413
