"""What the phones of a fault run send: true photos, and files that the portal has to survive."""

import io

import pytest
from PIL import Image

from qcportal import imaging
from qcportal.capture_kinds import SHIPPED
from qcportal.demo.chaos import files


def test_a_photo_is_a_small_jpeg_of_its_own_each_time_the_same() -> None:
    one, other = files.photo("770001/whole"), files.photo("770001/box")
    assert one == files.photo("770001/whole")
    assert one != other
    with Image.open(io.BytesIO(one), formats=["JPEG"]) as image:
        image.load()
        assert image.size == (files.SIDE, files.SIDE)
    assert SHIPPED["photo"].min_bytes < len(one) < 8_000


def test_damage_keeps_the_size_and_changes_the_bytes() -> None:
    data = files.photo("x")
    assert len(files.damaged(data)) == len(data)
    assert files.damaged(data) != data


def test_the_bomb_is_small_and_refused_unopened() -> None:
    data = files.bomb("x")
    assert SHIPPED["photo"].min_bytes < len(data) < 100_000
    with pytest.raises(imaging.ImageRefused):
        imaging.analyse_limited(data)


def test_a_corrupt_file_is_no_picture() -> None:
    with pytest.raises(imaging.ImageRefused):
        imaging.analyse_limited(files.corrupt("x"))


def test_an_oversize_file_is_larger_than_a_photo_may_be() -> None:
    assert len(files.oversize("x")) > SHIPPED["photo"].max_bytes
