"""The number of bits in which two prints differ, as SQL of either database."""

import sqlite3
from typing import Any

from sqlalchemy import Engine, Integer, event
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_HALF = (1 << 64) - 1


class apart(FunctionElement[int]):  # written like the SQL functions beside it
    """`apart(high, low, other_high, other_low)`."""

    inherit_cache = True
    type = Integer()


@compiles(apart, "postgresql")
def _on_postgres(element: Any, compiler: Any, **options: Any) -> str:
    high, low, other_high, other_low = (
        compiler.process(each, **options) for each in element.clauses
    )
    return (
        f"(bit_count(({high} # {other_high})::bit(64)) + bit_count(({low} # {other_low})::bit(64)))"
    )


@compiles(apart, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"bits_apart({compiler.process(element.clauses, **options)})"


def bits_apart(high: int, low: int, other_high: int, other_low: int) -> int:
    """Count them, for the database that cannot."""
    return ((high ^ other_high) & _HALF).bit_count() + ((low ^ other_low) & _HALF).bit_count()


@event.listens_for(Engine, "connect")
def _teach_sqlite(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("bits_apart", 4, bits_apart, deterministic=True)
