"""Brings a database to the schema of this version.

Apart from the app, which never needs it: Alembic would stay in the memory of every worker.
"""

from flask import Flask
from flask_migrate import Migrate, upgrade

from qcportal import config
from qcportal.db import db


def prepare(app: Flask) -> None:
    """Let Alembic find the app's database and our migrations."""
    Migrate(app, db, directory=str(config.MIGRATIONS), render_as_batch=True)


def bring_up(app: Flask) -> None:
    """Run the migrations that the app's database lacks."""
    prepare(app)
    with app.app_context():
        upgrade()
        db.engine.dispose()
