"""Append-only, hash-chained record of who did what to which thing.

Each thing (a return, a merchant, a device) has a chain of its own, so that writers of different
things never wait for each other. A trigger refuses UPDATE and DELETE (first migration).
"""

import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    and_,
    bindparam,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from qcportal import clock, tenancy
from qcportal.db import (
    At,
    Base,
    Document,
    Id,
    Key,
    Line,
    MaybeKey,
    Word,
    compact_json,
    db,
    new_id,
    partial_index,
)

BY_PEOPLE = "actor_kind = 'user'"
GENESIS = "0" * 64


class HistoryEvent(tenancy.TenantOwned, Base):
    """One thing that happened; `merchant_id` is empty for what concerns the carrier alone."""

    __tablename__ = "history_events"
    __table_args__ = tenancy.table_args(
        Index(None, "chain", "seq", unique=True),
        Index(None, "merchant_id", "at"),
        partial_index("at", "id", where=BY_PEOPLE),
        partial_index("merchant_id", "at", "id", where=BY_PEOPLE),
    )

    id: Mapped[Id]
    merchant_id: Mapped[MaybeKey] = mapped_column(  # type: ignore[assignment]
        ForeignKey("merchants.id"), nullable=True
    )
    chain: Mapped[Key]
    seq: Mapped[int]
    at: Mapped[At]
    action: Mapped[Word]
    actor_kind: Mapped[Word]
    actor_id: Mapped[Line]
    actor_label: Mapped[Line]
    data: Mapped[Document]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class HistoryHead(Base):
    """The end of one chain; its row is what a writer of the chain locks."""

    __tablename__ = "history_heads"

    chain: Mapped[Key] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(String(64))


_events, _heads = cast(Table, HistoryEvent.__table__), cast(Table, HistoryHead.__table__)
# Every change of anything runs these three, so they are put together once.
APPEND = insert(_events)
MOVE_HEADS = update(_heads).where(_heads.c.chain == bindparam("end_of"))
LOCK_HEADS = (
    select(_heads.c.chain, _heads.c.seq, _heads.c.hash)
    .where(_heads.c.chain.in_(bindparam("chains", expanding=True)))
    .order_by(_heads.c.chain)
    .with_for_update()
)


@dataclass(frozen=True)
class Actor:
    """Who did it: `kind` is user, device, executive, api_key, relay or system."""

    kind: str
    id: str
    label: str


RELAY = Actor("relay", "relay", "Upload relay")
SYSTEM = Actor("system", "system", "Portal")


@dataclass(frozen=True)
class Entry:
    """Something to be recorded; `chain` is the id of the thing it happened to."""

    chain: uuid.UUID
    merchant_id: uuid.UUID | None
    action: str
    actor: Actor
    data: Mapping[str, Any] = field(default_factory=dict)


Listener = Callable[[Sequence[Entry], datetime], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Call `listener` with all that is recorded and when, inside the recording transaction.

    Once for each listener, however often it is asked for. What it writes is kept or lost together
    with what it was told of.
    """
    if listener not in _listeners:
        _listeners.append(listener)


def select_chain(chain: uuid.UUID) -> Select[HistoryEvent]:
    """Select the events of one thing, newest first."""
    return select(HistoryEvent).where(HistoryEvent.chain == chain).order_by(HistoryEvent.seq.desc())


def find_latest(chain: uuid.UUID, *, most: int) -> Sequence[HistoryEvent]:
    """Find the latest events of one thing, newest first."""
    return db.session.scalars(_LATEST, {"chain": chain, "most": most}).all()


_LATEST = (
    select(HistoryEvent)
    .where(HistoryEvent.chain == bindparam("chain"))
    .order_by(HistoryEvent.seq.desc())
    .limit(bindparam("most"))
)
"""Every page of a return asks this, so it is put together once."""


@dataclass(frozen=True)
class Wanted:
    """Which events to look for: of whom, of which kinds (by the beginnings of actions), and when.

    Without a merchant those of the scope. `by_people` leaves out phones, keys and the portal, and
    `hidden` names actions that this reader is not to see.
    """

    merchant_id: uuid.UUID | None = None
    actor_id: str = ""
    beginnings: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    by_people: bool = True
    hidden: frozenset[str] = frozenset()


def select_events(
    wanted: Wanted, *, before: tuple[datetime, uuid.UUID] | None = None
) -> Select[HistoryEvent]:
    """Select events over all things, newest first; from a moment and id on where they are given."""
    statement = select(HistoryEvent).order_by(HistoryEvent.at.desc(), HistoryEvent.id.desc())
    if wanted.by_people:
        statement = statement.where(text(BY_PEOPLE))
    if wanted.merchant_id is not None:
        statement = statement.where(HistoryEvent.merchant_id == wanted.merchant_id)
    if wanted.actor_id:
        statement = statement.where(HistoryEvent.actor_id == wanted.actor_id)
    if wanted.beginnings:
        fits = [HistoryEvent.action.startswith(each, autoescape=True) for each in wanted.beginnings]
        statement = statement.where(or_(*fits))
    if wanted.hidden:
        statement = statement.where(HistoryEvent.action.not_in(sorted(wanted.hidden)))
    if wanted.since is not None:
        statement = statement.where(HistoryEvent.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(HistoryEvent.at < wanted.until)
    if before is not None:
        at, event_id = before
        older = and_(HistoryEvent.at == at, HistoryEvent.id < event_id)
        statement = statement.where(HistoryEvent.at <= at, or_(HistoryEvent.at < at, older))
    return statement


def record(entries: Sequence[Entry]) -> None:
    """Append the entries in their order, in the caller's transaction."""
    if not entries:
        return
    at = clock.now()
    heads = _lock_heads({entry.chain for entry in entries})
    rows = [_next_row(heads, entry, at) for entry in entries]
    db.session.execute(APPEND, rows)
    moved = [{"end_of": chain, "seq": seq, "hash": tip} for chain, (seq, tip) in heads.items()]
    db.session.execute(MOVE_HEADS, moved)
    for listener in _listeners:
        listener(entries, at)


def broken_link(events: Iterable[HistoryEvent]) -> HistoryEvent | None:
    """Give the first event, oldest first, whose hash does not follow from its chain."""
    tip, expected = GENESIS, 1
    for event in events:
        body = _body(_as_row(event))
        if event.seq != expected or event.previous_hash != tip or event.hash != _link(tip, body):
            return event
        tip, expected = event.hash, expected + 1
    return None


def _lock_heads(chains: set[uuid.UUID]) -> dict[uuid.UUID, tuple[int, str]]:
    heads = _select_heads(chains)
    missing = sorted(chains - heads.keys())
    if missing:
        _insert_heads(missing)
        heads = _select_heads(chains)
    return heads


def _select_heads(chains: set[uuid.UUID]) -> dict[uuid.UUID, tuple[int, str]]:
    rows = db.session.execute(LOCK_HEADS, {"chains": sorted(chains)})
    return {chain: (seq, tip) for chain, seq, tip in rows}


def _insert_heads(chains: list[uuid.UUID]) -> None:
    from sqlalchemy.dialects import postgresql, sqlite

    dialect = db.session.get_bind().dialect.name
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = make(HistoryHead).on_conflict_do_nothing()
    rows = [{"chain": chain, "seq": 0, "hash": GENESIS} for chain in chains]
    db.session.execute(statement, rows)


def _next_row(
    heads: dict[uuid.UUID, tuple[int, str]], entry: Entry, at: datetime
) -> dict[str, Any]:
    seq, tip = heads[entry.chain]
    row: dict[str, Any] = {
        "id": new_id(),
        "merchant_id": entry.merchant_id,
        "chain": entry.chain,
        "seq": seq + 1,
        "at": at,
        "action": entry.action,
        "actor_kind": entry.actor.kind,
        "actor_id": entry.actor.id,
        "actor_label": entry.actor.label,
        "data": dict(entry.data),
        "previous_hash": tip,
    }
    row["hash"] = _link(tip, _body(row))
    heads[entry.chain] = (seq + 1, row["hash"])
    return row


def _as_row(event: HistoryEvent) -> dict[str, Any]:
    return {column.name: getattr(event, column.name) for column in HistoryEvent.__table__.columns}


def _body(row: Mapping[str, Any]) -> str:
    parts = {name: row[name] for name in ("seq", "action", "actor_kind", "actor_id", "actor_label")}
    parts |= {"chain": str(row["chain"]), "at": row["at"].isoformat(), "data": row["data"]}
    parts["merchant_id"] = str(row["merchant_id"] or "")
    return compact_json(parts)


def _link(tip: str, body: str) -> str:
    return hashlib.sha256(f"{tip}\n{body}".encode()).hexdigest()
