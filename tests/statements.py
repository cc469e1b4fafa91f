"""Hears which statements a request asks the database."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from qcportal.db import db
from tests.world import World


def asked(world: World, act: Callable[[], Any]) -> list[str]:
    """Give the statements of a request, without what begins a transaction or fences a tenant."""
    statements: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement != "BEGIN" and "set_config" not in statement:
            statements.append(statement)

    with world.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        assert act().status_code in (200, 204)
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    return statements
