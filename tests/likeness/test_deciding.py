"""One person decides on a finding; whoever comes later is told by whom."""

import threading
import uuid

import pytest

from qcportal import errors, history, likeness, tenancy
from qcportal.db import db
from qcportal.history import Actor
from qcportal.likeness import Finding, Wanted
from tests.likeness.cases import a_hash, arrive, findings, work
from tests.world import World

MIRA = Actor("user", "mira", "Mira Sen")


def a_finding(world: World, seed: int = 31) -> Finding:
    for _ in range(2):
        arrive(world, a_hash(seed))
    work(world)
    return findings(world)[-1]


def decided(world: World, finding_id: uuid.UUID, decision: str, note: str = "") -> Finding:
    with world.inside():
        return likeness.decide(finding_id, decision, by=MIRA, note=note)  # type: ignore[arg-type]


@pytest.mark.parametrize("decision", ["dismissed", "confirmed"])
def test_a_decision_is_kept_with_who_when_and_why(world: World, decision: str) -> None:
    found = a_finding(world)
    after = decided(world, found.id, decision, " The same chip. ")
    assert (after.state, after.decided_by_name, after.note) == (
        decision, "Mira Sen", "The same chip.",
    )  # fmt: skip
    assert after.decided_at is not None
    with world.inside():
        events = [each.action for each in db.session.scalars(history.select_chain(found.id))]
        assert events == ["likeness_decided", "likeness_found"]
        assert (likeness.count(Wanted()), likeness.count(Wanted(state=decision))) == (0, 1)


def test_deciding_twice_is_a_conflict_that_names_the_first(world: World) -> None:
    found = a_finding(world)
    decided(world, found.id, "confirmed")
    with pytest.raises(errors.Conflict, match="Mira Sen decided before you: confirmed re-use"):
        decided(world, found.id, "dismissed")
    assert findings(world)[0].state == "confirmed"


def test_a_note_that_is_too_long_decides_nothing(world: World) -> None:
    found = a_finding(world)
    with pytest.raises(errors.Invalid, match="1000 characters"):
        decided(world, found.id, "confirmed", "x" * 1001)
    assert findings(world)[0].state == "open"


def test_what_nobody_found_is_not_found(world: World) -> None:
    with pytest.raises(errors.NotFound):
        decided(world, uuid.uuid4(), "confirmed")


def test_of_fifty_who_decide_at_once_one_wins(world: World) -> None:
    found = a_finding(world)
    start, won, lost = threading.Barrier(50), [], []

    def choose(number: int) -> None:
        decision = ("dismissed", "confirmed")[number % 2]
        start.wait()
        with world.app.app_context(), tenancy.system("test"):
            try:
                likeness.decide(found.id, decision, by=Actor("user", "x", f"P{number}"))  # type: ignore[arg-type]
                db.session.commit()
                won.append((decision, f"P{number}"))
            except errors.Conflict as refused:
                lost.append(refused.detail)
                db.session.rollback()
            db.session.remove()

    threads = [threading.Thread(target=choose, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 49)
    after = findings(world)[0]
    assert (after.state, after.decided_by_name) == won[0]
    assert all(after.decided_by_name in each for each in lost)


def test_many_workers_at_once_find_each_pair_once(pg_world: World) -> None:
    for seed in range(12):
        for _ in range(2):
            arrive(pg_world, a_hash(40 + seed))
    start = threading.Barrier(6)

    def toil() -> None:
        start.wait()
        for _ in range(6):
            for step in (likeness.write_prints, likeness.compare):
                with pg_world.app.app_context(), tenancy.system("test"):
                    step()
                    db.session.commit()
                    db.session.remove()

    threads = [threading.Thread(target=toil) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(findings(pg_world)) == 12
