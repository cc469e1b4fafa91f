"""A bucket for every test of packs."""

from collections.abc import Iterator

import pytest

from tests.held_bucket import HeldBucket, held_bucket
from tests.world import World


@pytest.fixture
def bucket(world: World) -> Iterator[HeldBucket]:
    with held_bucket(world.app) as held:
        yield held
