"""Pictures as they are taken anew at each door: the demo has few, and no photo is taken twice.

Each door holds its phone otherwise: turned, nearer, and looking aside, so that two photos of one
article are no look-alikes. Two doors get a picture that was used before, on purpose.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import cos, radians, sin
from random import Random

from PIL import Image, ImageEnhance

from qcportal.demo import goods, pictures
from qcportal.demo.pictures import Picture
from qcportal.demo.plan import Door, Part

TURNS = (-14, -10, -6, -2, 2, 6, 10, 14)
NEARER = (1.24, 1.42, 1.63, 1.88)
LOOKS = (0.08, 0.5, 0.92)
STEP = 115
"""Doors that follow each other are held otherwise in every way."""

QUALITY = 88


def taken_anew(picture: Picture, view: int) -> bytes:
    """Give the picture's bytes as it is seen in this view, numbered from 0."""
    dice = Random(f"view/{view}")
    seen = _seen(_decoded(picture), _held(view, dice))
    target = io.BytesIO()
    light = ImageEnhance.Brightness(seen).enhance(dice.uniform(0.9, 1.08))
    light.save(target, "JPEG", quality=QUALITY)
    return target.getvalue()


def plant(doors: Sequence[Door]) -> list[Door]:
    """Let executives use a picture a second time, as the index of the pictures has it.

    The first fitting doors of one executive are taken, else those of two: the second one need not
    have what the picture shows.
    """
    changed = {door.number: door for door in doors}
    for copy in pictures.reused():
        asked = [door for door in changed.values() if _asks(door, copy)]
        pairs = [
            (one, other)
            for one in asked
            for other in asked
            if one.number < other.number and _shows(one, copy)
        ]
        pairs.sort(key=lambda pair: pair[0].executive != pair[1].executive)
        for door, planted in zip(
            pairs[0] if pairs else (), (pictures.by_file(copy.of), copy), strict=False
        ):
            changed[door.number] = replace(door, planted=(*door.planted, planted))
    return [changed[door.number] for door in doors]


def _asks(door: Door, copy: Picture) -> bool:
    """Tell whether a door of today has such an article."""
    told = {goods.product_of(item["client_sku_id"]) for item in door.body["items"]}
    return copy.product in told and door.part is Part.SHIFT


def _shows(door: Door, copy: Picture) -> bool:
    """Tell whether the article at a door has what the picture shows."""
    sku = str(pictures.products()[copy.product]["sku"])
    flaw = door.flaws[sku]
    return (flaw.defect if flaw else None) == copy.defect


@dataclass(frozen=True)
class _Held:
    """How a phone is held: turned by degrees, so much nearer, and looking to a side."""

    turn: float
    nearer: float
    look: tuple[float, float]


def _held(view: int, dice: Random) -> _Held:
    cells = len(TURNS) * len(NEARER) * len(LOOKS) ** 2
    cell, turn = divmod(view * STEP % cells, len(TURNS))
    cell, nearer = divmod(cell, len(NEARER))
    down, across = divmod(cell, len(LOOKS))
    return _Held(
        TURNS[turn] + dice.uniform(-0.8, 0.8),
        NEARER[nearer] * dice.uniform(0.98, 1.02),
        (LOOKS[across], LOOKS[down]),
    )


def _seen(image: Image.Image, held: _Held) -> Image.Image:
    """Give what the phone sees, never beyond the edge of the picture."""
    width, height = image.size
    along, athwart = cos(radians(held.turn)), sin(radians(held.turn))
    needed = (along * width + abs(athwart) * height, along * height + abs(athwart) * width)
    nearer = max(held.nearer, needed[0] / width, needed[1] / height)
    along, athwart = along / nearer, athwart / nearer
    x = width / 2 + (held.look[0] - 0.5) * (width - needed[0] / nearer)
    y = height / 2 + (held.look[1] - 0.5) * (height - needed[1] / nearer)
    start_x = x - along * width / 2 - athwart * height / 2
    start_y = y + athwart * width / 2 - along * height / 2
    matrix = (along, athwart, start_x, -athwart, along, start_y)
    return image.transform(image.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)


@lru_cache(maxsize=16)
def _decoded(picture: Picture) -> Image.Image:
    with Image.open(io.BytesIO(pictures.content(picture)), formats=["JPEG"]) as image:
        return image.convert("RGB")
