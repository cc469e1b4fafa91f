"""Reading much of a list: in slices, each in a transaction that takes no lock and ends with it."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, Select

from qcportal.db import db, writing

SLICE = 1_000


def read(statement: Select[Any]) -> Sequence[Row[Any]]:
    """Read all rows of a statement; what follows may take a while, and no lock is held."""
    token = writing.set(False)
    try:
        return db.session.execute(statement).all()
    finally:
        db.session.rollback()
        writing.reset(token)


def slices(statement: Select[Any], key: Any, *, size: int = SLICE) -> Iterator[Sequence[Row[Any]]]:
    """Read a statement slice by slice, newest first by `key`, a column of the statement.

    The key is an id: it never changes, so no row is passed by or told twice although the list
    moves meanwhile, and every slice costs the same.
    """
    ordered = statement.order_by(key.desc()).limit(size)
    rows = read(ordered)
    while rows:
        yield rows
        if len(rows) < size:
            return
        rows = read(ordered.where(key < getattr(rows[-1], key.key)))
