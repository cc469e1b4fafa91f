"""What a print is made of, and that the bands miss nothing that is near enough."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal import imaging
from qcportal.demo.pictures import FOLDER
from qcportal.likeness.prints import (
    ANYBODY,
    BANDS,
    GUARANTEED,
    SAME_PERSON,
    Print,
    bands,
    nearby,
    read,
)

DIGITS = st.integers(0, 2**192 - 1).map(lambda bits: f"{bits:048x}")
INDEX = {entry["file"]: entry for entry in json.loads((FOLDER / "index.json").read_text())}


def a_print(digits: str) -> Print:
    found = read(digits)
    assert found is not None
    return found


def of_file(name: str) -> Print:
    return a_print(imaging.analyse((FOLDER / name).read_bytes()).dhash)


@given(DIGITS)
def test_a_print_holds_every_bit_in_numbers_of_64_bits(digits: str) -> None:
    found = a_print(digits)
    assert all(-(2**63) <= part < 2**63 for part in vars(found).values())
    bits = found.differences << 64 | found.frequencies & (2**64 - 1)
    assert f"{bits:048x}" == digits


@pytest.mark.parametrize("digits", [None, "0123456789abcdef", ""])
def test_what_earlier_relays_sent_is_no_print(digits: str | None) -> None:
    assert read(digits) is None


@given(DIGITS, st.sets(st.integers(64, 191), max_size=GUARANTEED))
def test_prints_within_the_guaranteed_distance_share_a_band_but_for_one_bit(
    digits: str, turned: set[int]
) -> None:
    bits = int(digits, 16)
    for place in turned:
        bits ^= 1 << place
    one, other = bands(a_print(digits)), bands(a_print(f"{bits:048x}"))
    assert any(other[band] in nearby(one[band], band) for band in range(BANDS))


def test_bands_are_small_enough_for_an_integer_column() -> None:
    assert max(bands(a_print("f" * 48))) == 2**26 - 1
    assert [len(nearby(0, band)) for band in range(BANDS)] == [27, 27, 27, 26, 26]


@pytest.mark.parametrize("digits", ["0" * 48, "f" * 48, "0" * 30 + "7f" + "3" * 16])
def test_a_bare_surface_is_plain(digits: str) -> None:
    assert a_print(digits).plain


@pytest.mark.parametrize("name", [name for name in INDEX if name.startswith("gate-reused-")])
def test_a_reused_demo_picture_is_near_its_original_and_to_nothing_else(name: str) -> None:
    found, original = of_file(name), INDEX[name]["of"]
    assert found.near(of_file(original), SAME_PERSON)
    others = [each for each in INDEX if each.partition("-")[0] in name and each != original]
    for other in (each for each in others if not each.startswith("gate-")):
        assert not found.near(of_file(other), SAME_PERSON), other


def test_another_angle_of_the_same_article_is_another_picture() -> None:
    names = [f"terrae-mug-door-{angle}.jpg" for angle in ("1-whole", "4-rim")]
    one, other = (of_file(name) for name in names)
    assert not one.plain
    assert not one.near(other, SAME_PERSON)
    assert not one.near(other, ANYBODY)
