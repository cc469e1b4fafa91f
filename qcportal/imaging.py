"""Guarded reading of photos that strangers sent: size, thumbnails, likeness, sharpness and light.

Nothing but the standard library and Pillow, so that the relay can carry this file with it; run as
a program it is the resource-limited child of `analyse_limited`.
"""

import base64
import io
import json
import math
import os
import resource
import struct
import subprocess
import sys
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import PIL
from PIL import Image, ImageFilter, ImageOps, ImageStat, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 50_000_000
THUMBNAIL_WIDTHS = (1200, 640, 320)
SQUARE = "square"
SQUARE_SIDE = 96
MEMORY_BYTES = 1 << 30
_QUALITY = 78
# WebP ends at 16,383 pixels; a strip that high is no use as a thumbnail anyway.
_TALLEST = 3
_SHARPNESS_SIDE = 1000
_ORIENTATION = 0x0112
_LAPLACIAN = (0, 1, 0, 1, -4, 1, 0, 1, 0)
# Pillow's decoders raise nearly anything on hostile bytes.
_DECODER_ERRORS = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class ImageRefused(Exception):
    """The bytes are not analysed; `reason` is a stable snake_case word.

    Reasons: not_an_image, too_many_pixels, corrupt, too_slow, too_costly.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Analysis:
    """What a photo shows of itself; `width` and `height` in pixels as a person sees it.

    `thumbnails` are WebP by greatest width, and a square one under "square". `dhash` is 16 hex
    digits. `blur` is the variance of the Laplacian at 1000 pixels (the higher, the sharper),
    `brightness` the mean light from 0 to 1.
    """

    width: int
    height: int
    format: str
    thumbnails: Mapping[int | str, bytes]
    dhash: str
    blur: float
    brightness: float


def analyse(data: bytes) -> Analysis:
    """Decode a JPEG, PNG or WebP of at most 50 megapixels and measure it, or raise ImageRefused."""
    try:
        return _analysed(data)
    except UnidentifiedImageError:
        raise ImageRefused("not_an_image") from None
    except _BOMBS:
        raise ImageRefused("too_many_pixels") from None
    except MemoryError:
        raise ImageRefused("too_costly") from None
    except _DECODER_ERRORS as error:
        raise ImageRefused("corrupt") from error


def analyse_limited(data: bytes, *, timeout: float = 10.0, memory: int = MEMORY_BYTES) -> Analysis:
    """Do the same in a child process with `timeout` seconds and `memory` bytes of address space.

    Whatever a hostile file does to the decoder, the caller sees an Analysis or ImageRefused.
    """
    # -s and -P: neither the user's packages nor this file's neighbours are importable.
    command = [sys.executable, "-s", "-P", __file__, str(math.ceil(timeout)), str(memory)]
    try:
        child = subprocess.run(  # noqa: S603 - our own interpreter and file, only numbers added
            command,
            input=data,
            capture_output=True,
            timeout=timeout,
            check=False,
            env=_child_environment(),
        )
    except subprocess.TimeoutExpired:
        raise ImageRefused("too_slow") from None
    return _answer(child.returncode, child.stdout)


def _analysed(data: bytes) -> Analysis:
    with Image.open(io.BytesIO(data), formats=FORMATS) as source:
        # The header alone says how much memory the pixels would take.
        if source.width * source.height > MOST_PIXELS:
            raise ImageRefused("too_many_pixels")
        width, height = _upright_size(source)
        shape = str(source.format)
        picture = _upright_picture(source, width)
    grey = picture.convert("L")
    return Analysis(
        width=width,
        height=height,
        format=shape,
        thumbnails=_thumbnails(picture),
        dhash=_dhash(grey),
        blur=_blur(grey),
        brightness=ImageStat.Stat(grey).mean[0] / 255,
    )


def _upright_size(source: Image.Image) -> tuple[int, int]:
    # EXIF orientations 5-8 lie on their side.
    lying = source.getexif().get(_ORIENTATION) in (5, 6, 7, 8)
    return (source.height, source.width) if lying else (source.width, source.height)


def _upright_picture(source: Image.Image, width: int) -> Image.Image:
    share = min(1.0, THUMBNAIL_WIDTHS[0] / width)
    # A JPEG can be decoded at a fraction of its size, which is most of the time saved.
    source.draft("RGB", (math.ceil(source.width * share), math.ceil(source.height * share)))
    source.load()
    upright = ImageOps.exif_transpose(source)
    picture = _flattened(upright)
    # EXIF, XMP and colour profiles would be copied into derived files.
    picture.info = {}
    return picture


def _flattened(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    with_alpha = picture.convert("RGBA")
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(with_alpha, mask=with_alpha.getchannel("A"))
    return paper


def _thumbnails(picture: Image.Image) -> dict[int | str, bytes]:
    made: dict[int | str, bytes] = {}
    # Each is made from the one before: nearly the same pixels for a fraction of the work.
    current = picture.copy()
    for width in THUMBNAIL_WIDTHS:
        current.thumbnail((width, width * _TALLEST), Image.Resampling.LANCZOS)
        made[width] = _webp(current)
    made[SQUARE] = _webp(ImageOps.fit(current, (SQUARE_SIDE, SQUARE_SIDE)))
    return made


def _webp(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "WEBP", quality=_QUALITY)
    return target.getvalue()


def _dhash(grey: Image.Image) -> str:
    """Give the difference hash: 64 bits, each says whether a cell is darker than its right one."""
    cells = grey.resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            left = row * 9 + column
            bits = bits << 1 | (cells[left] < cells[left + 1])
    return f"{bits:016x}"


def _blur(grey: Image.Image) -> float:
    scaled = grey.copy()
    scaled.thumbnail((_SHARPNESS_SIDE, _SHARPNESS_SIDE))
    if min(scaled.size) < 3:
        return 0.0
    # Halved around 128, because the result has to fit into a byte; the border is not filtered.
    edges = scaled.filter(ImageFilter.Kernel((3, 3), _LAPLACIAN, scale=2, offset=128))
    inner = edges.crop((1, 1, edges.width - 1, edges.height - 1))
    return ImageStat.Stat(inner).var[0] * 4


def _child_environment() -> dict[str, str]:
    # No secret of the parent goes in; a Lambda bundle finds Pillow and libpython only by these.
    libraries = os.environ.get("LD_LIBRARY_PATH", "")
    return {"PYTHONPATH": str(Path(PIL.__file__).parents[1]), "LD_LIBRARY_PATH": libraries}


def _answer(status: int, output: bytes) -> Analysis:
    if status != 0:
        raise ImageRefused("too_costly")
    answer = json.loads(output)
    if "refused" in answer:
        raise ImageRefused(answer["refused"])
    thumbnails: dict[int | str, bytes] = {
        int(name) if name.isdecimal() else name: base64.b64decode(text)
        for name, text in answer.pop("thumbnails").items()
    }
    return Analysis(**answer, thumbnails=thumbnails)


def _limit(seconds: int, memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Pipes are no files: the answer still goes out, but nothing can be written to a disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _limited_child(seconds: int, memory: int) -> None:
    data = sys.stdin.buffer.read()
    _limit(seconds, memory)
    try:
        answer = asdict(analyse(data))
    except ImageRefused as refusal:
        json.dump({"refused": refusal.reason}, sys.stdout)
        return
    answer["thumbnails"] = {
        name: base64.b64encode(thumbnail).decode("ascii")
        for name, thumbnail in answer["thumbnails"].items()
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    _limited_child(int(sys.argv[1]), int(sys.argv[2]))
