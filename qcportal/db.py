"""The database handle, column types and engine settings; no table lives here."""

import json
import sqlite3
import time
import uuid
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Annotated, Any, cast

import psycopg
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Engine,
    Index,
    MetaData,
    String,
    Text,
    Uuid,
    any_,
    bindparam,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.pool import Pool
from sqlalchemy.types import JSON, TypeDecorator

from qcportal import clock

writing: ContextVar[bool] = ContextVar("writing", default=True)
"""Whether transactions begun now may write; on SQLite such a one takes the lock at its start."""

RESTED_SECONDS = 1.0
"""A connection of the pool that lay unused for longer is asked whether it still lives."""

_DECODER = json.JSONDecoder()
_EMPTY: dict[str | bytes, type] = {b"[]": list, b"{}": dict, "[]": list, "{}": dict}

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, also on SQLite, which stores no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuse naive values, and hand SQLite plain UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Give back an aware UTC datetime."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        """Give what reads one value; a page reads 1,600, so for Postgres it is one plain call."""
        if dialect.name != "postgresql":
            return super().result_processor(dialect, coltype)
        return lambda value: None if value is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The one declarative base; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


def new_id() -> uuid.UUID:
    """Make a random id that sorts by the time of its making (UUID version 7, RFC 9562)."""
    millis = int(clock.now().timestamp() * 1000)
    random_bits = uuid.uuid4().int & ((1 << 74) - 1)
    value = (millis & ((1 << 48) - 1)) << 80 | 0x7 << 76
    value |= (random_bits >> 62) << 64 | 0b10 << 62 | random_bits & ((1 << 62) - 1)
    return uuid.UUID(int=value)


Id = Annotated[uuid.UUID, mapped_column(Uuid, primary_key=True, default=new_id)]
Key = Annotated[uuid.UUID, mapped_column(Uuid)]
MaybeKey = Annotated[uuid.UUID | None, mapped_column(Uuid, nullable=True)]
At = Annotated[datetime, mapped_column(Moment)]
MaybeAt = Annotated[datetime | None, mapped_column(Moment, nullable=True)]
Word = Annotated[str, mapped_column(String(40))]
Line = Annotated[str, mapped_column(String(300))]
Prose = Annotated[str, mapped_column(Text)]
Document = Annotated[Any, mapped_column(JSON)]


EVERY_COLUMN = {"render_nulls": True}
"""Execution options of a bulk insert: one statement, also where some rows leave a column empty."""


def partial_index(*columns: str, where: str) -> Index:
    """Index only the rows of which a condition holds, on either database."""
    return Index(None, *columns, postgresql_where=text(where), sqlite_where=text(where))


def among(column: Any, name: str, dialect: str) -> ColumnElement[bool]:
    """Tell whether a column's value is one of a list that comes as the parameter of this name.

    Postgres gets it as one array, so that the statement is the same for any number of values.
    """
    if dialect == "postgresql":
        return cast(ColumnElement[bool], column == any_(bindparam(name, type_=ARRAY(column.type))))
    return cast(ColumnElement[bool], column.in_(bindparam(name, expanding=True)))


def connection() -> Connection:
    """Give the connection of the session's transaction, for statements that make no objects.

    Past the ORM such a statement costs half; what guards a merchant's rows reads every statement.
    """
    return db.session.connection()


def compact_json(value: object) -> str:
    """Give `value` as compact JSON with sorted keys, the form that digests are taken over."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def read_json(stored: str | bytes) -> Any:
    """Read the value of a JSON column; most are empty, and all that a database gives is UTF-8.

    `json.loads` would look for the encoding of every value first, at the cost of reading it.
    """
    empty = _EMPTY.get(stored)
    if empty is not None:
        return empty()
    return _DECODER.decode(stored if isinstance(stored, str) else stored.decode())


@event.listens_for(Engine, "connect")
def _set_up_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Pool, "checkin")
def _note_rest(_connection: Any, record: Any) -> None:
    record.info["rests_since"] = time.monotonic()


@event.listens_for(Pool, "checkout")
def _wake(connection: Any, record: Any, _proxy: Any) -> None:
    """Let the pool replace a Postgres connection that died while it rested.

    One that was used a moment ago is not asked: that would be one more round trip for every
    request, and whoever meets a server that just went away is told to try again either way.
    """
    since = record.info.get("rests_since", time.monotonic())
    if not isinstance(connection, psycopg.Connection) or time.monotonic() - since < RESTED_SECONDS:
        return
    try:
        connection.autocommit = True
        connection.execute("SELECT 1")
        connection.autocommit = False
    except psycopg.Error as error:
        raise DisconnectionError("the connection died while it rested") from error


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """Take SQLite's write lock at once: a read that turns into a write fails at any time-out."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing.get() else "BEGIN")
