"""The fail-closed scope: whose rows may be touched now. No scope, no tenant row.

Three belts: ORM criteria on every tenant entity, a guard on the SQL that really goes out, and on
Postgres row level security fed by `app.tenant` (see the first migration).
"""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, ForeignKey, Uuid, bindparam, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria

from qcportal.db import Key, db

EVERYONE = "*"
SCHEMA_VERBS = {"ALTER", "COMMENT", "CREATE", "DROP", "PRAGMA", "RELEASE", "ROLLBACK", "SAVEPOINT"}
"""What may name a tenant table outside a scope: it reads and writes no row."""


class TenancyError(RuntimeError):
    """Code reached for tenant rows outside its scope: a bug of ours, never the user's."""


@dataclass(frozen=True)
class Scope:
    """One merchant's rows, or with `merchant_id` None everybody's, for a stated reason."""

    merchant_id: uuid.UUID | None
    reason: str

    @property
    def setting(self) -> str:
        """Give the value of Postgres' `app.tenant`."""
        return EVERYONE if self.merchant_id is None else str(self.merchant_id)


_scope: ContextVar[Scope | None] = ContextVar("tenancy_scope", default=None)
_flushing: ContextVar[bool] = ContextVar("tenancy_flushing", default=False)


class TenantOwned:
    """Column set of every table whose rows belong to one merchant; see `table_args`."""

    merchant_id: Mapped[Key] = mapped_column(ForeignKey("merchants.id"))


def table_args(*constraints: Any) -> tuple[Any, ...]:
    """Give the `__table_args__` of a tenant table: its constraints and the mark we guard by."""
    return (*constraints, {"info": {"tenant": True}})


def carrier_args(*constraints: Any) -> tuple[Any, ...]:
    """Give the `__table_args__` of a table about several merchants: no merchant's scope has it."""
    return (*constraints, {"info": {"carrier": True}})


def current() -> Scope | None:
    """Give the scope in force, or None."""
    return _scope.get()


def enter_tenant(merchant_id: uuid.UUID) -> Token[Scope | None]:
    """Open one merchant's scope until `leave`; for request guards."""
    _forget_loaded()
    return _scope.set(Scope(merchant_id, "tenant"))


def enter_system(reason: str) -> Token[Scope | None]:
    """Open everybody's scope until `leave`; the reason says which guard or job did so."""
    if not reason:
        raise TenancyError("a system scope needs a reason")
    return _scope.set(Scope(None, reason))


def leave(token: Token[Scope | None]) -> None:
    """Close the scope that `enter_*` opened."""
    _scope.reset(token)


@contextmanager
def tenant(merchant_id: uuid.UUID) -> Iterator[None]:
    """Work inside one merchant's rows."""
    token = enter_tenant(merchant_id)
    try:
        yield
    finally:
        leave(token)


@contextmanager
def system(reason: str) -> Iterator[None]:
    """Work across merchants, for a stated reason (a job, a sign-in, the callback door)."""
    token = enter_system(reason)
    try:
        yield
    finally:
        leave(token)


def _forget_loaded() -> None:
    """Drop what a wider scope loaded: the identity map would hand it out unasked."""
    if db.session.registry.has():
        if db.session.new or db.session.dirty or db.session.deleted:
            db.session.flush()
        db.session.expunge_all()


def _needed(what: str) -> Scope:
    scope = _scope.get()
    if scope is None:
        raise TenancyError(f"no scope is open: {what}")
    return scope


@event.listens_for(Session, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    """Add the tenant criterion to every entity of the statement; check what is inserted."""
    scope = _scope.get()
    if scope is None or scope.merchant_id is None:
        return
    if state.is_insert:
        _check_inserted(state, scope.merchant_id)
        return
    state.statement = narrowed(state.statement)


def narrowed(statement: Any) -> Any:
    """Give a statement with the criterion; one that is kept is narrowed once, for all merchants."""
    found = _kept.get(statement)
    if found is None:
        found = _kept[statement] = statement.options(_OWN_ROWS)
    return found


def _own_merchant() -> uuid.UUID:
    """Give whose rows a statement may see, at the moment it is executed."""
    scope = _needed("a merchant's statement is about to be executed")
    if scope.merchant_id is None:
        raise TenancyError("a statement of one merchant's scope is executed in everybody's")
    return scope.merchant_id


_own_id = bindparam("own_merchant_id", callable_=_own_merchant, type_=Uuid())
# It goes no further than its statement: what is loaded later is narrowed by the scope of then.
_OWN_ROWS = with_loader_criteria(
    TenantOwned,
    lambda cls: cls.merchant_id == _own_id,
    include_aliases=True,
    propagate_to_loaders=False,
    track_closure_variables=False,
)
_kept: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
"""Statements with the criterion by those without it, for as long as somebody keeps the latter."""


def _check_inserted(state: ORMExecuteState, merchant_id: uuid.UUID) -> None:
    table = getattr(state.statement, "table", None)
    if table is None or not table.info.get("tenant"):
        return
    given: Any = state.parameters
    rows: list[Any] = [given] if isinstance(given, dict) else list(given or [])
    if not rows or any(row.get("merchant_id") != merchant_id for row in rows):
        raise TenancyError(f"a bulk insert into {table.name} must name its own merchant per row")


@event.listens_for(Session, "before_flush")
def _check_flushed(session: Session, _context: Any, _instances: Any) -> None:
    _flushing.set(True)
    changed = [*session.new, *session.dirty, *session.deleted]
    owned = [thing for thing in changed if isinstance(thing, TenantOwned)]
    if not owned:
        return
    scope = _needed("a tenant row is about to be written")
    for thing in owned:
        if scope.merchant_id not in (None, thing.merchant_id):
            raise TenancyError(f"{type(thing).__name__} of another merchant is about to be written")


@event.listens_for(Session, "after_flush")
@event.listens_for(Session, "after_soft_rollback")
def _end_flush(_session: Session, _context: Any) -> None:
    _flushing.set(False)


@event.listens_for(Engine, "begin")
@event.listens_for(Engine, "rollback_savepoint")
def _forget_setting(connection: Connection, *_rest: Any) -> None:
    connection.info.pop("app.tenant", None)


@event.listens_for(Engine, "before_cursor_execute")
def _guard(
    connection: Connection, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: Any
) -> None:
    """Refuse what names a tenant table outside a scope, whichever way the SQL was made."""
    shape = _shape(statement)
    if not shape.touches:
        return
    scope = _needed(statement[:80])
    if scope.merchant_id is not None and shape.carrier:
        raise TenancyError(f"the carrier's own table in a merchant's scope: {statement[:80]}")
    if scope.merchant_id is not None and not _is_fenced(shape, context):
        raise TenancyError(f"SQL without the tenant's own criterion: {statement[:80]}")
    if connection.dialect.name == "postgresql":
        _tell_postgres(connection, scope.setting)


def _tell_postgres(connection: Connection, setting: str) -> None:
    if connection.info.get("app.tenant") == setting:
        return
    cursor = connection.connection.cursor()
    cursor.execute("SELECT set_config('app.tenant', %s, true)", (setting,))
    cursor.close()
    connection.info["app.tenant"] = setting


@dataclass(frozen=True)
class _Shape:
    touches: bool
    inserts: bool
    names_merchant: bool
    carrier: bool = False


def _is_fenced(shape: _Shape, context: Any) -> bool:
    if _flushing.get():
        return True  # every object of the flush was checked before it began
    if shape.inserts:
        return getattr(context, "compiled", None) is not None  # its rows were checked above
    return shape.names_merchant


@lru_cache(maxsize=8192)
def _shape(statement: str) -> _Shape:
    verb = statement.lstrip().split(None, 1)[0].upper() if statement.strip() else ""
    if verb in SCHEMA_VERBS:
        return _Shape(False, False, False)
    carrier = bool(_tables("carrier").search(statement))
    touches = carrier or bool(_tables("tenant").search(statement))
    names_merchant = bool(re.search(r"merchant_id\"?\s*=", statement))
    return _Shape(touches, verb == "INSERT", names_merchant, carrier)


@lru_cache(maxsize=2)
def _tables(mark: str) -> re.Pattern[str]:
    names = [table.name for table in db.metadata.tables.values() if table.info.get(mark)]
    return re.compile(r"\b(" + "|".join(sorted(names)) + r")\b", re.IGNORECASE)
