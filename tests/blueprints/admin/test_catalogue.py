"""The catalogue of any merchant, as the carrier's people look after it."""

import io

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
def held(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """What the portal and its worker keep in the bucket."""
    kept: dict[str, bytes] = {}
    monkeypatch.setattr(
        PhotoStore, "put_derived", lambda _s, key, data, _t: kept.update({key: data})
    )
    monkeypatch.setattr(PhotoStore, "get", lambda _s, key, _version, limit: kept[key][:limit])
    return kept


def place_of(world: World) -> str:
    return f"/admin/merchants/{world.a.id}/catalogue"


def send(browser: FlaskClient, place: str, data: bytes = SHEET):
    token = csrf_of(browser, "/account/second-step")
    form = {"csrf_token": token, "file": (io.BytesIO(data), "winter.csv")}
    return browser.post(f"{place}/imports", data=form)


def test_a_clerk_imports_for_a_merchant_and_watches(world: World, held) -> None:
    clerk, place = world.signed_in(world.clerk), place_of(world)
    assert f'href="{place}"' in clerk.get(f"/admin/merchants/{world.a.id}").text
    sent = send(clerk, place)
    assert sent.status_code == 303
    where = sent.headers["Location"]
    assert where.startswith(f"{place}/imports/")
    assert f'hx-get="{where}/live"' in clerk.get(where).text
    with world.app.app_context():
        assert Worker(runners_with(world.app.extensions["qcportal.store"]), ()).once()
    done = clerk.get(where).text
    assert "cheap is no amount" in done
    assert "by Om Rao" in done
    assert clerk.get(f"{where}/rows-to-correct.csv").status_code == 303
    page = clerk.get(place).text
    assert "TEE-1" in page
    assert f'href="/admin/merchants/{world.a.id}"' in page
    with world.inside(commit=False):
        assert (catalogue.count_items(world.a.id), catalogue.count_items(world.b.id)) == (1, 0)


def test_its_merchant_sees_the_same_import(world: World, held) -> None:
    where = send(world.signed_in(world.clerk), place_of(world)).headers["Location"]
    own = where.replace(f"/admin/merchants/{world.a.id}", "")
    assert "winter.csv" in world.signed_in(world.a.owner).get(own).text
    assert world.signed_in(world.b.owner).get(own).status_code == 404


def test_a_page_of_one_merchant_shows_nothing_of_another(world: World, held) -> None:
    with world.inside():
        catalogue.put_entries(world.b.id, [Entry("KILN-1", {"name": "Vase"})])
        theirs = jobs.start(world.b.id, "catalogue_import", {"file_name": "b.csv"}, by=SYSTEM).id
    clerk, place = world.signed_in(world.clerk), place_of(world)
    assert "KILN-1" not in clerk.get(place).text
    assert clerk.get(f"{place}/imports/{theirs}").status_code == 404


def test_who_only_looks_may_not_import(world: World, held) -> None:
    with world.inside():
        world._person("auditor@carrier.example", "Ira Sen", "auditor", None)
    auditor, place = world.signed_in("auditor@carrier.example"), place_of(world)
    assert "Import a file" not in auditor.get(place).text
    assert send(auditor, place).status_code == 403
    assert held == {}


def test_the_pages_of_no_merchant_do_not_exist(world: World) -> None:
    clerk = world.signed_in(world.clerk)
    nobody = "/admin/merchants/00000000-0000-7000-8000-000000000000/catalogue"
    assert clerk.get(nobody).status_code == 404
