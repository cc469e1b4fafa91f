"""Walking streams side by side: each sorted by the same key, none of them held whole."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, collate

from qcportal import errors
from qcportal.db import db

ROWS = 1000


def stream(statement: Select[Any]) -> Iterator[Any]:
    """Read rows as they are asked for, some at a time."""
    yield from db.session.execute(statement.execution_options(yield_per=ROWS))


def in_byte_order(column: Any) -> ColumnElement[str]:
    """Give a text column in the order of its bytes: S3's order of keys, and Python's."""
    postgres = db.engine.dialect.name == "postgresql"
    return collate(column, "C") if postgres else column


def side_by_side(
    *streams: Iterable[Any], key: Callable[[Any], Any]
) -> Iterator[tuple[Any, tuple[list[Any], ...]]]:
    """Give each key with what every stream has under it, in order.

    Raises Unavailable for a stream that is not in order: what it hides could not be seen.
    """
    groups = [groupby(_checked(each, key), key=key) for each in streams]
    heads = [_next(group) for group in groups]
    while any(heads):
        current = min(head[0] for head in heads if head)
        found: tuple[list[Any], ...] = tuple(
            head[1] if head and head[0] == current else [] for head in heads
        )
        heads = [
            _next(group) if head and head[0] == current else head
            for group, head in zip(groups, heads, strict=True)
        ]
        yield current, found


def _next(group: Iterator[tuple[Any, Iterator[Any]]]) -> tuple[Any, list[Any]] | None:
    found = next(group, None)
    return (found[0], list(found[1])) if found else None


def _checked(things: Iterable[Any], key: Callable[[Any], Any]) -> Iterator[Any]:
    last = None
    for thing in things:
        here = key(thing)
        if last is not None and here < last:
            raise errors.Unavailable(f"A listing is not in order: {here} comes after {last}.")
        last = here
        yield thing
