"""Questions that exactly one row answers, so that several of them are asked in one statement."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, FromClause, Select, func, select, true

from qcportal.db import db
from qcportal.language import COUNTED

T = TypeVar("T")


@dataclass(frozen=True)
class Question(Generic[T]):
    """A statement that gives one row whatever there is, and how its columns are read."""

    statement: Select[*tuple[Any, ...]]
    read: Callable[..., T]

    def ask(self) -> T:
        """Ask this alone."""
        return self.read(*db.session.execute(self.statement).one())


def ask_together(*questions: Question[Any]) -> list[Any]:
    """Ask all of them in one statement; gives the answers in their order."""
    if not questions:
        return []
    parts = [question.statement.subquery() for question in questions]
    row: FromClause = parts[0]
    for part in parts[1:]:
        row = row.join(part, true())
    values = iter(db.session.execute(select(*parts).select_from(row)).one())
    return [
        question.read(*islice(values, len(part.c)))
        for question, part in zip(questions, parts, strict=True)
    ]


def count_some(found: Select[Any]) -> ColumnElement[int]:
    """Count the rows of a statement up to COUNTED and one, for the same cost at any size."""
    some = found.limit(COUNTED + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()
