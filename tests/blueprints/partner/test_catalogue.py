"""A merchant's back-end tells what its SKUs are: one by one, by pictures, or in whole files."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from qcportal import jobs
from qcportal.catalogue import SIZES, CataloguePicture
from qcportal.db import db
from qcportal.history import SYSTEM
from qcportal.storage import PhotoStore
from qcportal.worker import Worker, runners_with
from tests.world import World


def a_picture(size: tuple[int, int] = (900, 600), kind: str = "JPEG") -> bytes:
    held = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize(size).save(held, kind)
    return held.getvalue()


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """What was put beside the uploads; the real put is tested with the store."""
    held: dict[str, bytes] = {}

    def put(_store: PhotoStore, key: str, data: bytes, _type: str) -> None:
        held[key] = data

    monkeypatch.setattr(PhotoStore, "put_derived", put)
    return held


def put(world: World, data: bytes, kind: str = "image/jpeg", *, token: str, sku: str = "NUV"):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
    return world.client.put(f"/api/v1/catalogue/{sku}/picture", data=data, headers=headers)


@pytest.mark.parametrize(
    ("kind", "name"), [("image/jpeg", "JPEG"), ("image/png", "PNG"), ("image/webp", "WEBP")]
)
def test_a_picture_is_kept_in_sizes(world: World, bucket, kind: str, name: str) -> None:
    answer = put(world, a_picture(kind=name), kind, token=world.a.token)
    assert answer.status_code == 200, answer.get_json()
    assert (answer.get_json()["width"], answer.get_json()["height"]) == (900, 600)
    assert len(bucket) == len(SIZES)
    assert all(key.startswith(f"c/{world.a.id.hex}/") for key in bucket)


def test_the_last_picture_of_a_sku_wins(world: World, bucket) -> None:
    put(world, a_picture(), token=world.a.token)
    last = put(world, a_picture((500, 500)), token=world.a.token).get_json()
    put(world, a_picture((300, 300)), token=world.b.token)
    with world.inside(commit=False):
        held = db.session.scalars(
            select(CataloguePicture).where(CataloguePicture.merchant_id == world.a.id)
        ).one()
        assert (held.sha256, held.width) == (last["sha256"], 500)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "image/jpeg"),
        (b"not a picture", "image/jpeg"),
        (b"\xff\xd8\xff" + b"x" * 500, "image/jpeg"),
        (b"{}", "application/json"),
        (b"<svg/>", "image/svg+xml"),
    ],
)
def test_what_is_no_picture_is_400(world: World, bucket, data: bytes, kind: str) -> None:
    answer = put(world, data, kind, token=world.a.token)
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert bucket == {}


def test_only_the_merchants_key_may_set_it(world: World, bucket) -> None:
    for token in ("", world.device_token):
        assert put(world, a_picture(), token=token).status_code == 401
    assert put(world, a_picture(), token=world.a.token, sku="x" * 81).status_code == 400
    assert world.partner("GET", "/catalogue/NUV/picture").status_code == 405
    assert bucket == {}


# --- what a SKU is -----------------------------------------------------------------------------

TEE = {"name": "Tee", "brand": "Fern", "price": 499.5, "attributes": {"Colour": "Blue"}}


def test_a_sku_is_told_and_read_back(world: World) -> None:
    put = world.partner("PUT", "/catalogue/TEE-1", TEE)
    assert put.status_code == 201, put.get_json()
    told = world.partner("GET", "/catalogue/TEE-1").get_json()
    assert told == put.get_json()
    assert (told["client_sku_id"], told["price"], told["mrp"]) == ("TEE-1", 499.5, None)
    assert (told["attributes"], told["pictures"]) == ({"colour": "Blue"}, {})
    again = world.partner("PUT", "/catalogue/TEE-1", TEE)
    assert (again.status_code, again.get_json()["updated_at"]) == (200, told["updated_at"])
    less = world.partner("PUT", "/catalogue/TEE-1", {"name": "Tee"}).get_json()
    assert (less["brand"], less["attributes"]) == ("", {}), "it is all that holds now"


def test_a_sku_comes_with_its_pictures(world: World, bucket) -> None:
    put(world, a_picture(), token=world.a.token, sku="TEE-1")
    world.partner("PUT", "/catalogue/TEE-1", TEE)
    told = world.partner("GET", "/catalogue/TEE-1").get_json()
    assert set(told["pictures"]) == {str(size) for size in SIZES}


def test_a_sku_of_another_merchant_does_not_exist(world: World) -> None:
    world.partner("PUT", "/catalogue/TEE-1", TEE)
    assert world.partner("GET", "/catalogue/TEE-1", store=world.b).status_code == 404
    assert world.partner("GET", "/catalogue/TEE-2").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"price": -1},
        {"price": "cheap"},
        {"unknown": 1},
        {"attributes": {"Colour": "a", "colour": "b"}},
        {"reference_images": ["http://plain.example/a.jpg"]},
    ],
)
def test_what_a_sku_cannot_be_is_told(world: World, body: dict) -> None:
    answer = world.partner("PUT", "/catalogue/TEE-1", body)
    assert answer.status_code == 400
    assert answer.get_json()["errors"]


# --- whole files -------------------------------------------------------------------------------


def send(world: World, data: bytes, kind: str = "text/csv", *, token: str = ""):
    headers = {"Authorization": f"Bearer {token or world.a.token}", "Content-Type": kind}
    return world.client.post("/api/v1/catalogue/imports", data=data, headers=headers)


@pytest.fixture
def reading(bucket: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """The bucket, from which the worker reads too."""
    monkeypatch.setattr(PhotoStore, "get", lambda _store, key, _version, limit: bucket[key][:limit])
    return bucket


def test_a_file_is_taken_and_done_by_a_worker(world: World, reading) -> None:
    asked = send(world, b"sku,price,colour\nTEE-1,499,Blue\nTEE-2,cheap,Red\n")
    assert asked.status_code == 202, asked.get_json()
    import_id = asked.get_json()["import_id"]
    assert asked.get_json()["state"] == "waiting"
    with world.app.app_context():
        assert Worker(runners_with(world.app.extensions["qcportal.store"]), ()).once()
    told = world.partner("GET", f"/catalogue/imports/{import_id}").get_json()
    assert (told["state"], told["done"], told["total"]) == ("done", 2, 2)
    assert (told["added"], told["refused"], told["corrections"]) == (1, 1, 1)
    assert told["problems"][0]["line"] == 3
    assert told["columns"][2] == {"head": "colour", "meaning": "attributes.colour"}
    assert "rows-to-correct.csv" in told["corrections_url"]
    assert world.partner("GET", "/catalogue/TEE-1").get_json()["attributes"] == {"colour": "Blue"}
    away = world.partner("GET", f"/catalogue/imports/{import_id}", store=world.b)
    assert away.status_code == 404


@pytest.mark.parametrize(
    ("data", "kind", "status", "code"),
    [
        (b"", "text/csv", 400, "empty"),
        (b"name,price\n", "text/csv", 400, "no_sku"),
        (b"sku\nA\n", "application/json", 400, "not_a_sheet"),
        (b"PK\x03\x04...", "application/zip", 400, "bad_zip"),
    ],
)
def test_a_wrong_file_is_answered_at_once(
    world: World, bucket, data: bytes, kind: str, status: int, code: str
) -> None:
    answer = send(world, data, kind)
    assert answer.status_code == status
    assert [fault["code"] for fault in answer.get_json()["errors"]] == [code]
    assert bucket == {}


def test_a_file_may_be_larger_than_other_bodies_and_not_endless(world: World, bucket) -> None:
    rows = b"sku,name\n" + b"".join(b"SKU-%07d,%s\n" % (n, b"x" * 90) for n in range(100_000))
    assert len(rows) > 10_000_000
    assert send(world, rows).status_code == 202
    assert send(world, rows * 6).status_code == 413


def test_a_job_of_another_kind_is_no_import(world: World) -> None:
    with world.inside():
        job_id = jobs.start(world.a.id, "dry_run", {}, by=SYSTEM).id
    assert world.partner("GET", f"/catalogue/imports/{job_id}").status_code == 404


def test_a_bar_code_that_can_never_match_is_refused(world: World) -> None:
    body = {"name": "Tee", "attributes": {"EAN": "4006381333932"}}
    answer = world.partner("PUT", "/catalogue/TEE-1", body)
    assert answer.status_code == 400
    [fault] = answer.get_json()["errors"]
    assert fault["path"] == "/attributes"
    assert "bar code" in fault["message"]
    right = {"name": "Tee", "attributes": {"EAN": "4006381333931", "ean_code": ""}}
    assert world.partner("PUT", "/catalogue/TEE-1", right).status_code == 201
