"""The history is append-only, chained, and tells when somebody touched it."""

import uuid

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from qcportal import history
from qcportal.db import db
from qcportal.history import SYSTEM, Actor, Entry, HistoryEvent, HistoryHead
from tests.world import World, a_capture, an_arrival, an_inspection


def events_of(chain: uuid.UUID) -> list[HistoryEvent]:
    return list(db.session.scalars(history.select_chain(chain)))[::-1]


def lived(world: World) -> uuid.UUID:
    """Let a return go through its whole life and give its id, which is its chain."""
    rvp = world.register()
    world.assign(rvp["return_id"])
    forms = world.forms(rvp["return_id"])
    slots = [forms[slot] for slot in ("front", "damage", "imei")]
    world.field("POST", "/inspections", an_inspection(rvp, *[a_capture(each) for each in slots]))
    world.callback(*[an_arrival(each) for each in slots])
    return uuid.UUID(rvp["return_id"])


def test_a_returns_history_tells_who_did_what_in_order(world: World) -> None:
    chain = lived(world)
    with world.inside(commit=False):
        told = [(each.action, each.actor_kind) for each in events_of(chain)]
    assert told == [
        ("return_created", "api_key"),
        ("checklist_frozen", "api_key"),
        ("pickup_assigned", "system"),
        ("inspected", "device"),
        ("photos_announced", "device"),
        *[("photo_verified", "relay")] * 3,
    ]


def test_every_chain_of_a_lived_portal_holds(world: World) -> None:
    lived(world)
    with world.inside(commit=False):
        chains = set(db.session.scalars(select(HistoryEvent.chain)))
        assert len(chains) > 8
        for chain in chains:
            events = events_of(chain)
            assert history.broken_link(events) is None
            head = db.session.get(HistoryHead, chain)
            assert (head.seq, head.hash) == (len(events), events[-1].hash)


def test_a_refusal_to_write_leaves_no_gap(world: World) -> None:
    chain = uuid.uuid4()
    with world.inside(commit=False):
        history.record([Entry(chain, None, "tried", SYSTEM)])
        db.session.rollback()
    with world.inside():
        history.record([Entry(chain, None, "done", SYSTEM), Entry(chain, None, "again", SYSTEM)])
    with world.inside(commit=False):
        assert [(each.seq, each.action) for each in events_of(chain)] == [(1, "done"), (2, "again")]


def test_text_of_all_kinds_keeps_the_chain_whole(world: World) -> None:
    chain = uuid.uuid4()
    actor = Actor("user", "1", "Zoë 'x' \"y\" \\ मीरा 📷")
    data = {"note": "ünï\n\t", "number": 1.5, "nothing": None, "deep": {"b": [1, {"a": 2}]}}
    with world.inside():
        history.record([Entry(chain, world.a.id, "noted", actor, data)])
    with world.inside(commit=False):
        assert history.broken_link(events_of(chain)) is None


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE history_events SET action = 'nothing'",
        "DELETE FROM history_events",
        "DELETE FROM history_events WHERE seq > 1",
        "UPDATE history_events SET seq = seq + 1",
    ],
)
def test_the_database_itself_refuses_to_change_it(world: World, sql: str) -> None:
    chain = lived(world)
    with world.inside(commit=False):
        with pytest.raises(SQLAlchemyError, match="append-only"):
            db.session.execute(text(sql))
        db.session.rollback()
        assert len(events_of(chain)) == 8


def test_postgres_refuses_to_empty_it(pg_world: World) -> None:
    chain = lived(pg_world)
    with pg_world.inside(commit=False):
        with pytest.raises(SQLAlchemyError, match="append-only"):
            db.session.execute(text("TRUNCATE history_events"))
        db.session.rollback()
        assert len(events_of(chain)) == 8


def unseal(world: World) -> None:
    """Do what only the owner of the database can: take the triggers away."""
    names = {
        "sqlite": [
            "DROP TRIGGER history_events_no_update",
            "DROP TRIGGER history_events_no_delete",
        ],
        "postgresql": ["ALTER TABLE history_events DISABLE TRIGGER USER"],
    }
    with world.inside():
        for sql in names[db.engine.dialect.name]:
            db.session.execute(text(sql))


CRIMES = {
    "another verdict": 'UPDATE history_events SET data = \'{"verdict": "failed"}\' WHERE seq = 4',
    "another actor": "UPDATE history_events SET actor_label = 'Somebody' WHERE seq = 2",
    "another action": "UPDATE history_events SET action = 'return_kept' WHERE seq = 1",
    "one left out": "DELETE FROM history_events WHERE seq = 2",
    "another order": "UPDATE history_events SET seq = 70 WHERE seq = 2",
    "a forged hash": "UPDATE history_events SET hash = previous_hash WHERE seq = 4",
}


@pytest.mark.parametrize("crime", CRIMES)
def test_a_tampered_row_is_found(world: World, crime: str) -> None:
    chain = lived(world)
    unseal(world)
    with world.inside():
        changed = db.session.execute(
            text(CRIMES[crime] + " AND chain = :chain"), {"chain": _key(chain)}
        )
        assert changed.rowcount == 1
    with world.inside(commit=False):
        assert history.broken_link(events_of(chain)) is not None


def _key(chain: uuid.UUID) -> object:
    return chain.hex if db.engine.dialect.name == "sqlite" else chain
