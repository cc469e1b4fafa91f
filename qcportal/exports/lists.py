"""The lists that can be exported; a new one adds itself with `register`."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from qcportal import errors
from qcportal.db import db
from qcportal.exports.columns import Column


@dataclass(frozen=True)
class ExportedList:
    """A list as it is exported: its columns, and the rows that some filters leave.

    `rows` gives a statement of columns without an order, and the column that its rows are read in
    the order of: an id. `filters` are plain JSON, as a job keeps them. Without a merchant it is
    the carrier's list over all of them, with the columns of `carrier` before the others.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[uuid.UUID | None, Mapping[str, Any]], tuple[Select[Any], Any]]
    carrier: tuple[Column, ...] = ()

    def columns_for(self, merchant_id: uuid.UUID | None) -> tuple[Column, ...]:
        """Give the columns of a merchant's file, or with None of the carrier's."""
        return self.columns if merchant_id else (*self.carrier, *self.columns)

    def count(self, merchant_id: uuid.UUID | None, filters: Mapping[str, Any]) -> int:
        """Count the rows that an export would have, in one statement."""
        statement, _ = self.rows(merchant_id, filters)
        counted = select(func.count()).select_from(statement.order_by(None).subquery())
        return db.session.scalar(counted) or 0


_lists: dict[str, ExportedList] = {}


def register(exported: ExportedList) -> ExportedList:
    """Let a list be exported under its name."""
    _lists[exported.name] = exported
    return exported


def get_list(name: str) -> ExportedList:
    """Get a list by its name, or raise NotFound."""
    if name not in _lists:
        raise errors.NotFound()
    return _lists[name]


def names() -> tuple[str, ...]:
    """Name the lists that can be exported."""
    return tuple(_lists)
