"""Image analysis on real files, rotated ones, hostile ones and inside its limits."""

import ast
import io
import re
import struct
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from qcportal import imaging
from qcportal.imaging import ImageRefused


def scene(width: int = 1600, height: int = 1200) -> Image.Image:
    """A picture with an up and a left: light from one side, bright sky, a box, stripes."""
    light = Image.linear_gradient("L").transpose(Image.Transpose.ROTATE_90).resize((width, height))
    picture = Image.merge("RGB", (light, light, Image.new("L", light.size, 80)))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((width // 2, 0, width, height // 3), (200, 220, 250))
    draw.rectangle((width // 8, height // 4, width // 3, height * 3 // 4), (150, 40, 30))
    for x in range(width // 2, width, 25):
        draw.line((x, height // 2, x, height), (20, 20, 20), 5)
    return picture


def saved(picture: Image.Image, shape: str = "JPEG", **options: object) -> bytes:
    target = io.BytesIO()
    picture.save(target, shape, **options)
    return target.getvalue()


def oriented(picture: Image.Image, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "<script>alert(1)</script>"
    exif[0x8825] = {1: "N", 2: (12.0, 58.0, 0.0)}
    return saved(picture, exif=exif)


def png_claiming(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width + 7) // 8 + 1) * height, 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def distance(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


@pytest.mark.parametrize("shape", imaging.FORMATS)
def test_a_photo_is_measured_and_gets_its_thumbnails(shape: str) -> None:
    found = imaging.analyse(saved(scene(), shape))
    assert (found.width, found.height, found.format) == (1600, 1200, shape)
    sizes = {}
    for name, data in found.thumbnails.items():
        with Image.open(io.BytesIO(data)) as thumbnail:
            assert thumbnail.format == "WEBP"
            sizes[name] = thumbnail.size
    assert sizes == {1200: (1200, 900), 640: (640, 480), 320: (320, 240), 96: (96, 96)}
    assert re.fullmatch(r"[0-9a-f]{48}", found.dhash)
    assert 0.3 < found.brightness < 0.6


def test_a_small_photo_is_not_enlarged() -> None:
    found = imaging.analyse(saved(scene(200, 100)))
    with Image.open(io.BytesIO(found.thumbnails[1200])) as thumbnail:
        assert thumbnail.size == (200, 100)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_shown_upright_and_loses_its_exif(orientation: int) -> None:
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    upright = scene(400, 300)
    stored = upright.transpose(Image.Transpose(undo[orientation])) if orientation > 1 else upright
    found = imaging.analyse(oriented(stored, orientation))
    assert (found.width, found.height) == (400, 300)
    assert distance(found.dhash, imaging.analyse(saved(upright)).dhash) <= 12
    for data in found.thumbnails.values():
        assert b"EXIF" not in data
        assert b"script" not in data
        with Image.open(io.BytesIO(data)) as thumbnail:
            assert not thumbnail.getexif()


def test_a_profile_and_comments_do_not_reach_derived_files() -> None:
    marked = saved(scene(), icc_profile=b"planted profile", xmp=b"planted xmp", comment=b"planted")
    assert marked.count(b"planted") == 3
    assert all(b"planted" not in data for data in imaging.analyse(marked).thumbnails.values())


def test_the_hash_is_stable_over_compression_and_differs_between_scenes() -> None:
    first = imaging.analyse(saved(scene(), quality=90)).dhash
    smaller = saved(scene().resize((800, 600)), quality=30)
    assert distance(first, imaging.analyse(smaller).dhash) <= 12
    assert distance(first, imaging.analyse(saved(scene().rotate(180))).dhash) > 30


def test_a_blurred_photo_scores_lower_and_a_dark_one_too() -> None:
    sharp = imaging.analyse(saved(scene()))
    soft = imaging.analyse(saved(scene().filter(ImageFilter.GaussianBlur(8))))
    dark = imaging.analyse(saved(scene().point([value // 6 for value in range(256)] * 3)))
    assert soft.blur < sharp.blur / 10
    assert dark.brightness < sharp.brightness / 4


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_mode_of_a_png_is_read(mode: str) -> None:
    picture = Image.new(mode, (30, 20)) if mode == "I;16" else scene(30, 20).convert(mode)
    assert imaging.analyse(saved(picture, "PNG")).width == 30


def test_what_is_transparent_lies_on_white() -> None:
    clear = Image.new("RGBA", (30, 20), (0, 0, 0, 0))
    assert imaging.analyse(saved(clear, "PNG")).brightness == 1.0


def test_a_cmyk_photo_and_a_strip_are_read() -> None:
    assert imaging.analyse(saved(scene(30, 20).convert("CMYK"))).format == "JPEG"
    assert imaging.analyse(saved(Image.new("RGB", (2, 20_000)), "PNG")).height == 20_000
    assert imaging.analyse(saved(Image.new("RGB", (1, 1)), "PNG")).blur == 0.0


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xd8\xff\xe0", b"GIF89a", b"<svg/>", b"%PDF-1.4", b"\x89PNG\r\n\x1a\n"],
)
def test_what_is_no_image_is_refused(data: bytes) -> None:
    with pytest.raises(ImageRefused):
        imaging.analyse(data)


@pytest.mark.parametrize("shape", ["GIF", "BMP", "TIFF", "ICO", "PPM"])
def test_other_formats_are_refused_although_pillow_reads_them(shape: str) -> None:
    with pytest.raises(ImageRefused) as refusal:
        imaging.analyse(saved(scene(32, 32), shape))
    assert refusal.value.reason == "not_an_image"


@pytest.mark.parametrize("shape", ["PNG", "WEBP"])
def test_of_what_moves_the_first_picture_counts(shape: str) -> None:
    still, others = scene(640, 480), [Image.new("RGB", (640, 480), "white")] * 3
    moving = saved(still, shape, save_all=True, append_images=others, duration=50)
    found = imaging.analyse(moving)
    assert distance(found.dhash, imaging.analyse(saved(still, shape)).dhash) <= 4
    for thumbnail in found.thumbnails.values():
        assert getattr(Image.open(io.BytesIO(thumbnail)), "n_frames", 1) == 1


def test_what_is_a_picture_and_something_else_leaves_only_the_picture_in_thumbnails() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("evil.html", "<script>alert(1)</script>")
    both = saved(scene()) + b"<html><script>alert(1)</script></html>" + archive.getvalue()
    found = imaging.analyse_limited(both)
    assert (found.width, found.height) == (1600, 1200)
    for thumbnail in found.thumbnails.values():
        assert b"script" not in thumbnail and b"PK" not in thumbnail[-40:]


def test_a_photo_whose_exif_fills_a_segment_is_read_and_loses_it() -> None:
    exif = Image.Exif()
    exif[0x010E] = "x" * 60_000
    found = imaging.analyse_limited(saved(scene(), exif=exif))
    assert max(map(len, found.thumbnails.values())) < 60_000
    assert all(b"xxxxxxxx" not in each for each in found.thumbnails.values())


@pytest.mark.parametrize("side", [7_072, 9_000, 10_000, 20_000])
def test_a_bomb_is_refused_before_its_pixels_are_made(side: int) -> None:
    bomb = png_claiming(side, side)
    assert len(bomb) < 100_000
    with pytest.raises(ImageRefused) as refusal:
        imaging.analyse(bomb)
    assert refusal.value.reason == "too_many_pixels"


@pytest.mark.parametrize("shape", imaging.FORMATS)
def test_a_truncated_photo_is_refused(shape: str) -> None:
    whole = saved(scene(320, 240), shape)
    for share in (0.2, 0.5, 0.9):
        with pytest.raises(ImageRefused):
            imaging.analyse(whole[: int(len(whole) * share)])


SEEDS = [saved(scene(48, 36), shape) for shape in imaging.FORMATS]


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0), st.integers(0, 255)), max_size=8))
def test_damaged_bytes_are_measured_or_refused(whole: bytes, damage: list[tuple[int, int]]) -> None:
    data = bytearray(whole)
    for place, value in damage:
        data[place % len(data)] = value
    try:
        found = imaging.analyse(bytes(data))
    except ImageRefused as refusal:
        assert refusal.reason in {"not_an_image", "corrupt", "too_many_pixels", "too_costly"}
    else:
        assert found.width * found.height <= imaging.MOST_PIXELS


def test_the_limited_child_gives_the_same_answer() -> None:
    data = saved(scene())
    assert imaging.analyse_limited(data, timeout=60) == imaging.analyse(data)


def test_the_limited_child_inherits_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "planted")
    assert "planted" not in str(imaging._child_environment())


def test_the_limited_child_passes_a_refusal_on() -> None:
    with pytest.raises(ImageRefused) as refusal:
        imaging.analyse_limited(b"no image", timeout=60)
    assert refusal.value.reason == "not_an_image"


def test_a_child_without_memory_ends_as_a_refusal() -> None:
    with pytest.raises(ImageRefused) as refusal:
        imaging.analyse_limited(png_claiming(7_000, 7_000), timeout=60, memory=120 << 20)
    assert refusal.value.reason == "too_costly"


def test_a_child_that_takes_too_long_is_ended() -> None:
    with pytest.raises(ImageRefused) as refusal:
        imaging.analyse_limited(saved(scene()), timeout=0.001, patience=1)
    assert refusal.value.reason == "too_slow"


def test_imaging_can_travel_with_the_relay() -> None:
    tree = ast.parse(Path(imaging.__file__).read_text())
    modules = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [a.name for a in node.names]
        )
    }
    assert modules - set(sys.stdlib_module_names) == {"PIL"}
