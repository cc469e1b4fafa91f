"""ThumbHash: about 25 bytes that decode to a blurred preview of a photo, before the photo arrives.

The format is Evan Wallace's (https://evanw.github.io/thumbhash/): a few terms of the cosine
transform of lightness, yellow-blue, red-green and alpha, each stored in 4 bits.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from math import cos, floor, pi
from operator import mul

from PIL import Image

from qcportal.errors import Fault, Invalid

LARGEST_SIDE = 100
PREVIEW_BYTES = 200
_PREVIEW_QUALITIES = (50, 25, 10, 0)
_DECODED_SIDE = 32
# The quantised colour terms lose strength; the format makes up for it when it decodes.
_SATURATION = 1.25

_NOISE = 1e-12

Colour = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Channel:
    """A channel's mean, and its terms over `nx` x `ny` frequencies as fractions of the scale."""

    mean: float
    scale: float
    nx: int
    ny: int
    terms: Sequence[float]


def encode(width: int, height: int, rgba: bytes) -> bytes:
    """Hash `width * height` RGBA pixels, 8 bits each, alpha not premultiplied, rows from the top.

    Sides of 1-100 pixels; anything else is Invalid.
    """
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
        raise _invalid("bad_size", f"A side has 1-{LARGEST_SIDE} pixels.")
    if len(rgba) != width * height * 4:
        raise _invalid("bad_pixels", "There are not 4 bytes for each pixel.")
    alpha = [value / 255 for value in rgba[3::4]]
    has_alpha = sum(alpha) < width * height
    nx, ny = _frequencies(width, height, 5 if has_alpha else 7)
    light, yellow, red = _lightness_and_colour(rgba, alpha)
    channels = [
        _analysed(light, width, height, (max(3, nx), max(3, ny))),
        _analysed(yellow, width, height, (3, 3)),
        _analysed(red, width, height, (3, 3)),
    ]
    if has_alpha:
        channels.append(_analysed(alpha, width, height, (5, 5)))
    landscape = width > height
    return _packed(channels, ny if landscape else nx, landscape=landscape)


def decode(thumbhash: bytes) -> tuple[int, int, bytes]:
    """Give width, height and RGBA pixels of the preview; the longer side has 32 pixels.

    A hash that no encoder makes is Invalid.
    """
    channels = _unpacked(thumbhash)
    ratio = approximate_aspect_ratio(thumbhash)
    width = _rounded(_DECODED_SIDE * min(1, ratio))
    height = _rounded(_DECODED_SIDE / max(1, ratio))
    planes = [list(_synthesised(channel, width, height)) for channel in channels]
    if len(planes) == 3:
        planes.append([1.0] * (width * height))
    pixels = (_rgb(*lpq) + (alpha,) for *lpq, alpha in zip(*planes, strict=True))
    return width, height, bytes(int(255 * _clamped(value)) for value in chain(*pixels))


def average_rgba(thumbhash: bytes) -> Colour:
    """Give the mean colour as red, green, blue and alpha between 0 and 1."""
    light, yellow, red, *alpha = _unpacked(thumbhash)
    r, g, b = _rgb(light.mean, yellow.mean, red.mean)
    return _clamped(r), _clamped(g), _clamped(b), alpha[0].mean if alpha else 1.0


def approximate_aspect_ratio(thumbhash: bytes) -> float:
    """Give width / height of the original, as closely as the hash knows it."""
    nx, ny = _light_frequencies(thumbhash)
    return nx / ny


def preview_webp(thumbhash: bytes) -> bytes:
    """Give the preview as WebP, small enough to stand inside a page (about 200 bytes)."""
    width, height, rgba = decode(thumbhash)
    image = Image.frombytes("RGBA", (width, height), rgba)
    if not thumbhash[2] >> 7:
        image = image.convert("RGB")
    data = b""
    for quality in _PREVIEW_QUALITIES:
        target = io.BytesIO()
        image.save(target, "WEBP", quality=quality, alpha_quality=quality, method=6)
        data = target.getvalue()
        if len(data) <= PREVIEW_BYTES:
            break
    return data


def _frequencies(width: int, height: int, limit: int) -> tuple[int, int]:
    longest = max(width, height)
    return max(1, _rounded(limit * width / longest)), max(1, _rounded(limit * height / longest))


def _lightness_and_colour(
    rgba: bytes, alpha: Sequence[float]
) -> tuple[list[float], list[float], list[float]]:
    # What is transparent takes the mean colour, so that it adds no terms of its own.
    total = sum(alpha)
    planes = []
    for offset in range(3):
        values = [value / 255 for value in rgba[offset::4]]
        mean = sum(map(mul, values, alpha)) / total if total else 0.0
        planes.append([mean * (1 - a) + a * v for v, a in zip(values, alpha, strict=True)])
    pixels = list(zip(planes[0], planes[1], planes[2], strict=True))
    return (
        [(r + g + b) / 3 for r, g, b in pixels],
        [(r + g) / 2 - b for r, g, b in pixels],
        [r - g for r, g, _ in pixels],
    )


@lru_cache(maxsize=256)
def _triangle(nx: int, ny: int) -> tuple[tuple[int, int], ...]:
    """Give the (x, y) frequencies that are stored, without the constant one."""
    kept = ((cx, cy) for cy in range(ny) for cx in range(nx) if cx * ny < nx * (ny - cy))
    return tuple(pair for pair in kept if pair != (0, 0))


@lru_cache(maxsize=1024)
def _wave(frequency: int, length: int) -> tuple[float, ...]:
    return tuple(cos(pi / length * frequency * (place + 0.5)) for place in range(length))


def _analysed(plane: list[float], width: int, height: int, count: tuple[int, int]) -> _Channel:
    nx, ny = count
    rows = [plane[start : start + width] for start in range(0, width * height, width)]
    # Rows first, columns second: the transform is separable, which saves most of the work.
    columns = [[sum(map(mul, row, _wave(cx, width))) for row in rows] for cx in range(nx)]
    terms = [
        sum(map(mul, columns[cx], _wave(cy, height))) / (width * height)
        for cx, cy in _triangle(nx, ny)
    ]
    scale = max(map(abs, terms))
    if scale < _NOISE:
        return _Channel(sum(plane) / (width * height), 0.0, nx, ny, [0.0] * len(terms))
    # Rounding noise around zero would choose between two equally near steps by chance.
    fractions = [term / scale if abs(term) > _NOISE else 0.0 for term in terms]
    return _Channel(sum(plane) / (width * height), scale, nx, ny, fractions)


def _packed(channels: Sequence[_Channel], shorter: int, *, landscape: bool) -> bytes:
    light, yellow, red, *alpha = channels
    head = (
        _rounded(63 * light.mean)
        | _rounded(31.5 + 31.5 * yellow.mean) << 6
        | _rounded(31.5 + 31.5 * red.mean) << 12
        | _rounded(31 * light.scale) << 18
        | bool(alpha) << 23
        | shorter << 24
        | _rounded(63 * yellow.scale) << 27
        | _rounded(63 * red.scale) << 33
        | landscape << 39
    )
    nibbles = [_rounded(15 * mean_and_scale) for a in alpha for mean_and_scale in (a.mean, a.scale)]
    for channel in channels:
        # A channel without variation is written as zeros, as the reference does.
        centre = 0.5 if channel.scale else 0.0
        nibbles += [_rounded(15 * (centre + 0.5 * term)) for term in channel.terms]
    nibbles += [0] * (len(nibbles) % 2)
    pairs = zip(nibbles[::2], nibbles[1::2], strict=True)
    return head.to_bytes(5, "little") + bytes(low | high << 4 for low, high in pairs)


def _unpacked(thumbhash: bytes) -> list[_Channel]:
    nx, ny = _light_frequencies(thumbhash)
    head = int.from_bytes(thumbhash[:5], "little")
    nibbles = iter([half for byte in thumbhash[5:] for half in (byte & 15, byte >> 4)])
    alpha = [(next(nibbles) / 15, next(nibbles) / 15, 5, 5)] if head >> 23 & 1 else []
    yellow, red = (head >> 6 & 63) / 31.5 - 1, (head >> 12 & 63) / 31.5 - 1
    outlines = [
        ((head & 63) / 63, (head >> 18 & 31) / 31, max(3, nx), max(3, ny)),
        (yellow, (head >> 27 & 63) / 63 * _SATURATION, 3, 3),
        (red, (head >> 33 & 63) / 63 * _SATURATION, 3, 3),
        *alpha,
    ]
    return [_Channel(*outline, terms=_terms(nibbles, *outline[2:])) for outline in outlines]


def _terms(nibbles: Iterator[int], nx: int, ny: int) -> list[float]:
    return [next(nibbles) / 7.5 - 1 for _ in _triangle(nx, ny)]


def _light_frequencies(thumbhash: bytes) -> tuple[int, int]:
    if len(thumbhash) < 5:
        raise _invalid("bad_hash", "A ThumbHash has at least 5 bytes.")
    has_alpha, landscape = thumbhash[2] >> 7, thumbhash[4] >> 7
    longer, shorter = (5 if has_alpha else 7), thumbhash[3] & 7
    if not 0 < shorter <= longer:
        raise _invalid("bad_hash", "The ThumbHash has an impossible aspect ratio.")
    pair = (longer, shorter) if landscape else (shorter, longer)
    terms = len(_triangle(max(3, pair[0]), max(3, pair[1]))) + 2 * len(_triangle(3, 3))
    terms += has_alpha * (2 + len(_triangle(5, 5)))
    if len(thumbhash) != 5 + (terms + 1) // 2:
        raise _invalid("bad_hash", "The ThumbHash does not have the length that it announces.")
    return pair


def _synthesised(channel: _Channel, width: int, height: int) -> Iterator[float]:
    for y in range(height):
        row = [0.0] * channel.nx
        for (cx, cy), term in zip(_triangle(channel.nx, channel.ny), channel.terms, strict=True):
            row[cx] += 2 * channel.scale * term * _wave(cy, height)[y]
        for x in range(width):
            waves = (_wave(cx, width)[x] for cx in range(channel.nx))
            yield channel.mean + sum(map(mul, row, waves))


def _rgb(light: float, yellow: float, red: float) -> tuple[float, float, float]:
    b = light - 2 / 3 * yellow
    r = (3 * light - b + red) / 2
    return r, r - red, b


def _clamped(value: float) -> float:
    return max(0.0, min(1.0, value))


def _rounded(value: float) -> int:
    # Halves go up, as in the reference; Python's own rounding sends them to the even side.
    return floor(value + 0.5)


def _invalid(code: str, message: str) -> Invalid:
    return Invalid(message, faults=[Fault("", code, message)])
