"""Alembic's entry: one connection, the models' metadata, batch mode for SQLite."""

from alembic import context
from flask import current_app

from qcportal.db import db


def _compare(_context, _inspected, _metadata, inspected_type, metadata_type):
    """Say nothing about types: what the databases call them differs, what they keep does not."""
    return False


def run() -> None:
    """Run the migrations in one transaction."""
    options = {
        "target_metadata": db.metadata,
        "render_as_batch": True,
        "compare_type": _compare,
        "include_name": lambda name, kind, _parents: kind != "table" or name != "alembic_version",
    }
    given = context.config.attributes.get("connection")
    if given is not None:
        context.configure(connection=given, **options)
        with context.begin_transaction():
            context.run_migrations()
        return
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()


run()
