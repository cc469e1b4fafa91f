"""Questions that exactly one row answers, so that several of them are asked in one statement."""

from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, CompoundSelect, FromClause, Select, func, select, true

from qcportal.db import db
from qcportal.language import COUNTED

T = TypeVar("T")


@dataclass(frozen=True)
class Question(Generic[T]):
    """A statement that gives one row whatever there is, and how its columns are read.

    `values` are its parameters. Who gives them, if only none, says that the statement is kept: what
    it is part of is kept too, so the parameters of one name have to mean the same everywhere.
    """

    statement: Select[*tuple[Any, ...]]
    read: Callable[..., T]
    values: Mapping[str, Any] | None = None

    def ask(self) -> T:
        """Ask this alone."""
        return self.read(*db.session.execute(self.statement, self.values or {}).one())


def ask_together(*questions: Question[Any]) -> list[Any]:
    """Ask all of them in one statement; gives the answers in their order."""
    if not questions:
        return []
    join = _join_kept if all(each.values is not None for each in questions) else _join
    together, widths = join(*(question.statement for question in questions))
    values = dict(ChainMap(*(dict(question.values or {}) for question in questions)))
    row = iter(db.session.execute(together, values).one())
    return [
        question.read(*islice(row, width))
        for question, width in zip(questions, widths, strict=True)
    ]


def _join(*statements: Select[*tuple[Any, ...]]) -> tuple[Select[Any], list[int]]:
    """Put statements of one row beside each other; gives also how many columns each has."""
    parts = [statement.subquery() for statement in statements]
    row: FromClause = parts[0]
    for part in parts[1:]:
        row = row.join(part, true())
    return select(*parts).select_from(row), [len(part.c) for part in parts]


_join_kept = lru_cache(maxsize=512)(_join)


def count_some(found: Select[Any] | CompoundSelect[Any]) -> ColumnElement[int]:
    """Count the rows of a statement up to COUNTED and one, for the same cost at any size."""
    some = found.limit(COUNTED + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()
