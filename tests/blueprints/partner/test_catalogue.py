"""A merchant's back-end sets the picture of a SKU, which the pages show beside the door photo."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from qcportal.catalogue import SIZES, CataloguePicture
from qcportal.db import db
from qcportal.storage import PhotoStore
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
