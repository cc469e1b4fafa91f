"""What the tests of the doors share."""

import pytest
from flask import Flask

from tests.conftest import Fresh
from tests.world import World


@pytest.fixture
def lite_world(lite_app: Flask, sqlite_app: Fresh) -> World:
    """The world on SQLite alone, for what is refused before any database is asked."""
    return sqlite_app.populate()
