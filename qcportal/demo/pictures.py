"""The demo's pictures: which file shows what, and the bytes of one taken at the door."""

import base64
import io
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

from qcportal import thumbhash

FOLDER = Path(__file__).with_name("pictures")
START_OF_IMAGE, COMMENT = b"\xff\xd8", b"\xff\xfe"
PREVIEW_SIDE = 48
STAND_INS = {"glaze": ("rim", "base-glaze")}


@dataclass(frozen=True)
class Picture:
    """One file and what it shows; `defect` names what is wrong in it, `of` what it is a copy of."""

    file: str
    product: str
    role: str
    angle: str
    defect: str | None
    quality: str
    width: int
    height: int
    of: str = ""


@cache
def catalogue() -> dict[str, Picture]:
    """Give the catalogue picture of each product."""
    return {each.product: each for each in _all() if each.role == "catalogue"}


@cache
def products() -> dict[str, dict[str, Any]]:
    """Give what the index says of each product (brand, name, sku, category, price ...)."""
    return {entry["product"]["id"]: entry["product"] for entry in _index()}


def at_the_door(product: str, slot: str, *, defect: str | None, nth: int = 0) -> Picture:
    """Give the picture for a slot: its angle with the defect if there is one, else without.

    A slot that no angle fits gets the `nth` good picture of the product.
    """
    doors = [each for each in _all() if each.product == product and each.role == "door"]
    good = [each for each in doors if each.quality == "ok"]
    fit = [each for each in good if each.angle in STAND_INS.get(slot, (slot,))]
    flawed = [each for each in fit if defect and each.defect == defect]
    sound = [each for each in fit if each.defect is None]
    rest = [each for each in good if each.defect is None]
    return (flawed or sound or [rest[nth % len(rest)]])[0]


def poor(product: str) -> Picture | None:
    """Give a blurred, dark or over-exposed picture of the product, where there is one."""
    poor = [each for each in _all() if each.quality in {"blurred", "dark", "bright"}]
    return next((each for each in poor if each.product == product), None)


def reused() -> list[Picture]:
    """Give the pictures that are copies of others, as somebody would send who was not there."""
    return [each for each in _all() if each.of]


def by_file(name: str) -> Picture:
    """Give the picture of a file."""
    return next(each for each in _all() if each.file == name)


def named(data: bytes, name: str) -> bytes:
    """Give a picture's bytes as one particular photo: `name` becomes a JPEG comment.

    No two photos taken at a door have the same bytes, so neither do the demo's; the same name
    gives the same bytes again, as a phone's storage would.
    """
    comment = name.encode()
    segment = COMMENT + (len(comment) + 2).to_bytes(2, "big") + comment
    return START_OF_IMAGE + segment + data.removeprefix(START_OF_IMAGE)


@cache
def content(picture: Picture) -> bytes:
    """Give the file's bytes."""
    return (FOLDER / picture.file).read_bytes()


@cache
def preview(picture: Picture) -> str:
    """Give the picture's ThumbHash as base64."""
    with Image.open(io.BytesIO(content(picture)), formats=["JPEG"]) as image:
        image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
        small = image.convert("RGBA")
    return base64.b64encode(thumbhash.encode(*small.size, small.tobytes())).decode()


@cache
def _all() -> tuple[Picture, ...]:
    return tuple(
        Picture(
            file=entry["file"],
            product=entry["product"]["id"],
            role="gate" if entry["file"].startswith("gate-") else entry["role"],
            angle=entry["angle"],
            defect=entry["defect"],
            quality=entry["quality"],
            width=entry["width"],
            height=entry["height"],
            of=entry.get("of", ""),
        )
        for entry in _index()
    )


@cache
def _index() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads((FOLDER / "index.json").read_text()))
