"""A tiny run of the real thing: every architecture once, and ours under disconnects."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from bench.article import camera, ground, measuring
from bench.article.arms import ARMS
from bench.article.ground import Ground
from bench.article.measuring import Round
from bench.article.profiles import Profile

SIZE = 30_000
NETWORK = Profile("test", "Test", 20e6, 20e6, 0.04, 0.0, 2)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    folder: Path = tmp_path_factory.mktemp("article")
    with ground.opened(NETWORK, "shaper", 4, folder) as opened:
        yield opened


@pytest.mark.aws
@pytest.mark.parametrize("arm", ARMS)
def test_a_merchant_sees_every_photo(place: Ground, arm: str) -> None:
    done = measuring.run_round(place, Round(arm, SIZE), 1, spread=0.0)
    assert len(done.samples) == NETWORK.phones
    for sample in done.samples:
        assert (sample.lost, sample.failed, sample.failures) == (False, False, 0)
        assert sample.seen
        assert sample.moved_on
    over = done.ocean_bytes
    assert over > SIZE * 0.8 if arm == "conventional" else 300 < over < 15_000


@pytest.mark.aws
def test_our_queue_brings_every_photo_through_disconnects(place: Ground) -> None:
    done = measuring.run_round(place, Round("ours", SIZE, 1, cuts=1.0), 1, spread=0.0)
    for sample in done.samples:
        assert sample.preview
        assert sample.seen
        assert not sample.lost


def test_a_large_photo_is_compressed_and_previewed() -> None:
    sent = camera.compressed(camera.photo(700_000))
    assert 50_000 < len(sent.data) <= camera.MOST_BYTES
    with Image.open(io.BytesIO(sent.data)) as image:
        assert (image.format, image.size) == ("JPEG", (sent.width, sent.height))
        assert max(image.size) == camera.LONGER_SIDE
    assert 20 <= len(sent.preview) <= 56


def test_a_small_photo_stays_as_the_camera_made_it() -> None:
    taken = camera.photo(SIZE)
    assert SIZE * 0.7 < len(taken) <= SIZE
    assert camera.compressed(taken).data == taken
