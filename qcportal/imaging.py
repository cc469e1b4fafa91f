"""Guarded reading of photos that strangers sent: size, thumbnails, likeness, sharpness and light.

Nothing but the standard library and Pillow, so that the relay can carry this file with it,
and `imaging_server.py` beside it.
"""

import atexit
import base64
import contextlib
import io
import json
import math
import os
import select
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import mul
from pathlib import Path
from typing import Any, cast

import PIL
from PIL import Image, ImageFilter, ImageOps, ImageStat, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 50_000_000
THUMBNAIL_WIDTHS = (1200, 640, 320)
SQUARE_SIDE = 96
MEMORY_BYTES = 1 << 30
# Measured on doorstep photos: 6 % more bytes than Pillow's default effort for 30 % less time.
_QUALITY, _EFFORT = 78, 2
# WebP ends at 16,383 pixels; a strip that high is no use as a thumbnail anyway.
_TALLEST = 3
_SHARPNESS_SIDE, _PARTS = 1000, 6
_BLACK, _WHITE = 40, 250  # a photo without light is noise below 40; what is blown out clips
_ORIENTATION = 0x0112
_LAPLACIAN = (0, 1, 0, 1, -4, 1, 0, 1, 0)
_DCT_SIDE = 32
_WAVES = [
    [math.cos(math.pi * (2 * place + 1) * step / (2 * _DCT_SIDE)) for place in range(_DCT_SIDE)]
    for step in range(1, 9)
]
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
_turn = threading.Lock()
_server: "subprocess.Popen[bytes] | None" = None
_server_owner = 0
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

    `thumbnails` are WebP by greatest width, and a square one under 96, its side. `dhash` is 48 hex
    digits, see `_likeness`. `blur` is the variance of the Laplacian at 1000 pixels (the higher, the
    sharper), over the whole picture, and `sharpest` in the sharpest of its 36 parts. `brightness`
    is the mean light, `dark` and `bright` the shares of nearly black and of blown-out pixels, each
    0 to 1.
    """

    width: int
    height: int
    format: str
    thumbnails: Mapping[int, bytes]
    dhash: str
    blur: float
    sharpest: float
    brightness: float
    dark: float
    bright: float

    @property
    def facts(self) -> dict[str, Any]:
        """Give everything but the thumbnails, as a JSON object."""
        return {name: value for name, value in vars(self).items() if name != "thumbnails"}


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


def analyse_limited(
    data: bytes, *, timeout: float = 10.0, memory: int = MEMORY_BYTES, patience: float = 3.0
) -> Analysis:
    """Do the same in a child with `timeout` seconds of processor and `memory` bytes of addresses.

    It may take `patience` times as long by the clock: a busy machine is no fault of the file.
    Children are forked from a server with Pillow loaded; an interpreter for each would cost more.
    """
    limits = f"{math.ceil(timeout)} {memory} {len(data)}\n".encode()
    with _turn:
        server = _running_server()
        try:
            answer = _ask(server, limits + data, timeout * patience)
        except (OSError, ValueError, TimeoutError) as error:
            _stop_server()
            slow = isinstance(error, TimeoutError)
            raise ImageRefused("too_slow" if slow else "too_costly") from None
    return _read_answer(answer)


@atexit.register
def _stop_server() -> None:
    """End the server, at once: what it is busy with is not wanted any more."""
    global _server
    server, _server = _server, None
    if server is None or _server_owner != os.getpid():
        return
    for pipe in (server.stdin, server.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    server.kill()
    server.wait()


def _running_server() -> "subprocess.Popen[bytes]":
    global _server
    if _server is None or _server.poll() is not None or _server_owner != os.getpid():
        _start_server()
    return cast("subprocess.Popen[bytes]", _server)


def _start_server() -> None:
    global _server, _server_owner
    # -s: the user's own packages are not importable.
    command = [sys.executable, "-s", str(Path(__file__).with_name("imaging_server.py"))]
    _server = subprocess.Popen(  # noqa: S603 - our own interpreter and file
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_child_environment()
    )
    _server_owner = os.getpid()


def _ask(server: "subprocess.Popen[bytes]", question: bytes, timeout: float) -> bytes:
    """Send a question and read the answer, a length in a line and that many bytes."""
    if server.stdin is None or server.stdout is None:
        raise OSError("the server has no pipes")
    deadline = time.monotonic() + timeout
    server.stdin.write(question)
    server.stdin.flush()
    answer, wanted = b"", None
    while wanted is None or len(answer) < wanted:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([server.stdout], [], [], left)[0]:
            raise TimeoutError
        part = os.read(server.stdout.fileno(), 1 << 20)
        if not part:
            raise OSError("the server is gone")
        answer += part
        if wanted is None and b"\n" in answer:
            head, answer = answer.split(b"\n", 1)
            wanted = int(head)
    return answer


def _analysed(data: bytes) -> Analysis:
    with Image.open(io.BytesIO(data), formats=FORMATS) as source:
        # The header alone says how much memory the pixels would take.
        if source.width * source.height > MOST_PIXELS:
            raise ImageRefused("too_many_pixels")
        width, height = _upright_size(source)
        shape = str(source.format)
        picture = _upright_picture(source, width)
    grey = picture.convert("L")
    blur, sharpest = _sharpness(grey)
    shades = [count / (grey.width * grey.height) for count in grey.histogram()]
    return Analysis(
        width=width,
        height=height,
        format=shape,
        thumbnails=_thumbnails(picture),
        dhash=_likeness(grey),
        blur=blur,
        sharpest=sharpest,
        brightness=ImageStat.Stat(grey).mean[0] / 255,
        dark=sum(shades[:_BLACK]),
        bright=sum(shades[_WHITE:]),
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
    with_alpha, paper = picture.convert("RGBA"), Image.new("RGB", picture.size, "white")
    paper.paste(with_alpha, mask=with_alpha.getchannel("A"))
    return paper


def _thumbnails(picture: Image.Image) -> dict[int, bytes]:
    made, current = dict[int, bytes](), picture.copy()
    # Each is made from the one before: nearly the same pixels for a fraction of the work.
    for width in THUMBNAIL_WIDTHS:
        current.thumbnail((width, width * _TALLEST), Image.Resampling.LANCZOS)
        made[width] = _webp(current)
    made[SQUARE_SIDE] = _webp(ImageOps.fit(current, (SQUARE_SIDE, SQUARE_SIDE)))
    return made


def _webp(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "WEBP", quality=_QUALITY, method=_EFFORT)
    return target.getvalue()


def _likeness(grey: Image.Image) -> str:
    """Give 128 bits by which alike pictures are found, and 64 of another kind that confirm it."""
    return f"{_differences(grey):032x}{_frequencies(grey):016x}"


def _differences(grey: Image.Image) -> int:
    """Say of 8 x 8 cells whether each is darker than its right one, then than the one below."""
    cells = grey.resize((9, 9), Image.Resampling.BOX).tobytes()
    places = [row * 9 + column for row in range(8) for column in range(8)]
    darker = [cells[each] < cells[each + step] for step in (1, 9) for each in places]
    return int("".join("01"[each] for each in darker), 2)


def _frequencies(grey: Image.Image) -> int:
    """Say which of 8 x 8 low frequencies (DCT-II, without the constant ones) are above median."""
    pixels = grey.resize((_DCT_SIDE, _DCT_SIDE), Image.Resampling.BOX).tobytes()
    rows = [pixels[start : start + _DCT_SIDE] for start in range(0, len(pixels), _DCT_SIDE)]
    across = [[sum(map(mul, wave, row)) for row in rows] for wave in _WAVES]
    found = [sum(map(mul, wave, column)) for column in across for wave in _WAVES]
    middle = sorted(found)[len(found) // 2]
    return int("".join("01"[each > middle] for each in found), 2)


def _sharpness(grey: Image.Image) -> tuple[float, float]:
    scaled = grey.copy()
    scaled.thumbnail((_SHARPNESS_SIDE, _SHARPNESS_SIDE))
    if min(scaled.size) < 3:
        return 0.0, 0.0
    # Halved around 128 to fit into a byte; the border is not filtered.
    edges = scaled.filter(ImageFilter.Kernel((3, 3), _LAPLACIAN, scale=2, offset=128))
    inner = edges.crop((1, 1, edges.width - 1, edges.height - 1))
    # Most of a good photo of a plain thing is smooth: what tells is whether any part is sharp.
    whole, *parts = (ImageStat.Stat(each).var[0] * 4 for each in (inner, *_parts(inner)))
    return whole, max(parts)


def _parts(picture: Image.Image) -> Iterator[Image.Image]:
    width, height = (-(-side // _PARTS) for side in picture.size)
    for left in range(0, picture.width, width):
        for top in range(0, picture.height, height):
            right, bottom = min(left + width, picture.width), min(top + height, picture.height)
            yield picture.crop((left, top, right, bottom))


def _child_environment() -> dict[str, str]:
    # No secret of the parent goes in; a Lambda bundle finds Pillow and libpython only by these.
    libraries = os.environ.get("LD_LIBRARY_PATH", "")
    return {"PYTHONPATH": str(Path(PIL.__file__).parents[1]), "LD_LIBRARY_PATH": libraries}


def _read_answer(output: bytes) -> Analysis:
    answer = json.loads(output)
    if "refused" in answer:
        raise ImageRefused(answer["refused"])
    thumbnails = {
        int(name): base64.b64decode(text) for name, text in answer.pop("thumbnails").items()
    }
    return Analysis(**answer, thumbnails=thumbnails)
