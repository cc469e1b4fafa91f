"""Shared links: whom they let in, until when, and that all of it is on record."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from qcportal import clock, errors, history, packs, returns, tenancy
from qcportal.db import db
from qcportal.history import SYSTEM, HistoryEvent
from qcportal.packs import SharedLink, links
from tests.world import World


def share(
    world: World, return_id: str, days: int = 7, note: str = "Bank"
) -> tuple[SharedLink, str]:
    with world.inside():
        return packs.share(
            returns.get_return(uuid.UUID(return_id)), days=days, note=note, by=SYSTEM
        )


def chain(world: World, thing: uuid.UUID) -> list[HistoryEvent]:
    with world.inside(commit=False):
        wanted = select(HistoryEvent).where(HistoryEvent.chain == thing)
        events = list(db.session.scalars(wanted.order_by(HistoryEvent.seq)))
        assert history.broken_link(events) is None
        return events


def test_a_link_opens_with_its_secret_alone_and_only_a_hash_is_kept(world: World) -> None:
    rvp = world.register()
    link, secret = share(world, rvp["return_id"])
    with world.inside(commit=False):
        assert packs.find_link(secret).id == link.id
        for wrong in ("", "qcs", secret[:-1] + "_", secret.replace("qcs", "qck"), secret + "x"):
            assert packs.find_link(wrong) is None
        (row,) = db.session.execute(select(SharedLink.__table__)).mappings()
    assert secret not in str(dict(row))
    assert len(secret.split("_", 2)[2]) == 43


def test_a_link_ends_by_time_and_by_hand(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rvp = world.register()
    _, first = share(world, rvp["return_id"], days=1)
    second, other = share(world, rvp["return_id"], days=30)
    later = clock.now() + timedelta(days=1, seconds=1)
    with world.inside():
        links.revoke(links.get_link(uuid.UUID(rvp["return_id"]), second.id), by=SYSTEM)
        links.revoke(links.get_link(uuid.UUID(rvp["return_id"]), second.id), by=SYSTEM)
    with world.inside(commit=False):
        assert packs.find_link(other) is None
        assert packs.find_link(first) is not None
        monkeypatch.setattr(clock, "now", lambda: later)
        assert packs.find_link(first) is None
    told = [each.action for each in chain(world, uuid.UUID(rvp["return_id"]))]
    assert told.count("pack_shared") == 2
    assert told.count("pack_unshared") == 1, "ending twice is told once"


@pytest.mark.parametrize("days", [0, 31, -1])
def test_a_link_lives_for_a_day_to_thirty(world: World, days: int) -> None:
    rvp = world.register()
    with pytest.raises(errors.Invalid) as refused:
        share(world, rvp["return_id"], days=days)
    assert refused.value.faults[0].path == "/days"
    with pytest.raises(errors.Invalid):
        share(world, rvp["return_id"], note="x" * 201)


def test_every_opening_is_an_event_of_the_links_own_chain(world: World) -> None:
    rvp = world.register()
    link, _ = share(world, rvp["return_id"])
    before = len(chain(world, uuid.UUID(rvp["return_id"])))
    with world.inside(), tenancy.tenant(world.a.id):
        links.record_opening(link, "page")
        links.record_opening(link, "archive", start=500)
    events = chain(world, link.id)
    assert [each.data for each in events] == [
        {"what": "page"}, {"what": "archive", "from_byte": 500},
    ]  # fmt: skip
    assert {each.actor_kind for each in events} == {"link"}
    assert len(chain(world, uuid.UUID(rvp["return_id"]))) == before, "the pack does not change"
    with world.inside(commit=False):
        (row,) = packs.find_links(uuid.UUID(rvp["return_id"]))
        assert (row.openings, row.opened_at is not None) == (2, True)
        assert len(packs.find_openings(link.id)) == 2


def test_a_link_that_is_opened_all_the_time_has_to_wait(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "MOST_AN_HOUR", 2)
    link, _ = share(world, world.register()["return_id"])
    with world.inside(), tenancy.tenant(world.a.id):
        links.record_opening(link, "page")
        links.record_opening(link, "page")
        with pytest.raises(errors.TooMany):
            links.record_opening(link, "page")


def test_a_return_has_so_many_living_links_and_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "MOST_ALIVE", 1)
    rvp = world.register()
    link, _ = share(world, rvp["return_id"])
    with pytest.raises(errors.Conflict):
        share(world, rvp["return_id"])
    with world.inside():
        db.session.execute(update(SharedLink).values(revoked_at=clock.now()))
    share(world, rvp["return_id"])


def test_another_merchants_links_are_not_there(world: World) -> None:
    rvp = world.register(store=world.b)
    link, _ = share(world, rvp["return_id"])
    with world.inside(commit=False), tenancy.tenant(world.a.id):
        assert packs.find_links(uuid.UUID(rvp["return_id"])) == []
        with pytest.raises(errors.NotFound):
            packs.get_link(uuid.UUID(rvp["return_id"]), link.id)
