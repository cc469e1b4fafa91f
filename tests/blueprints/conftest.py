"""What the tests of the doors share."""

import pytest
from flask import Flask

from tests.world import World


@pytest.fixture
def lite_world(lite_app: Flask) -> World:
    """The world on SQLite alone, for what is refused before any database is asked."""
    return World(lite_app)
