"""Photos as cameras give them, and what a phone should do with one before it sends it.

`compressed` is what a client should do: the longer side to 1600 pixels, and the best quality that
fits into 250 KB. Nobody judges a scratch by more, and a slow network carries nothing else.
"""

import base64
import io
from dataclasses import dataclass
from functools import cache

from PIL import Image

from qcportal import thumbhash
from qcportal.demo import pictures

PRODUCT, ANGLE = "stryda-shoe", "whole"
LONGER_SIDE, MOST_BYTES = 1600, 250_000
QUALITIES = (85, 80, 75, 70, 65, 60, 50, 40)
PREVIEW_SIDE = 48
NOISE = 22


@dataclass(frozen=True)
class Compressed:
    """A photo as it is sent, and its ThumbHash in base64."""

    data: bytes
    width: int
    height: int
    preview: str


@cache
def photo(size: int) -> bytes:
    """Give a JPEG of about so many bytes: a doorstep picture with the noise of a sensor."""
    megapixels = max(0.3, size / 170_000)
    width = int((megapixels * 1e6 * 3 / 4) ** 0.5)
    drawn = Image.open(
        io.BytesIO(pictures.content(pictures.at_the_door(PRODUCT, ANGLE, defect=None)))
    )
    large = drawn.convert("RGB").resize((width, width * 4 // 3), Image.Resampling.BICUBIC)
    noise = Image.effect_noise(large.size, NOISE).convert("RGB")
    taken = Image.blend(large, noise, 0.12)
    low, high = 5, 98
    while low < high:  # the highest quality that is not above the size
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(_jpeg(taken, middle)) <= size else (low, middle - 1)
    return _jpeg(taken, low)


def compressed(data: bytes) -> Compressed:
    """Compress what a camera gave; what is small enough already stays as it is."""
    with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
        if len(data) <= MOST_BYTES:
            return Compressed(data, *image.size, _preview(image))
        image.draft("RGB", (LONGER_SIDE, LONGER_SIDE))
        image.thumbnail((LONGER_SIDE, LONGER_SIDE))
        small = image.convert("RGB")
    tries = (_jpeg(small, quality) for quality in QUALITIES)
    sent = next((each for each in tries if len(each) <= MOST_BYTES), None)
    return Compressed(sent or _jpeg(small, QUALITIES[-1]), *small.size, _preview(small))


def _preview(image: Image.Image) -> str:
    tiny = image.copy()
    tiny.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    rgba = tiny.convert("RGBA")
    return base64.b64encode(thumbhash.encode(*rgba.size, rgba.tobytes())).decode()


def _jpeg(image: Image.Image, quality: int) -> bytes:
    sink = io.BytesIO()
    image.save(sink, "JPEG", quality=quality)
    return sink.getvalue()
