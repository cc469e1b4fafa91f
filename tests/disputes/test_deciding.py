"""Deciding: item by item, with ten seconds to undo, two people above a limit, and one appeal."""

import random
import threading
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from qcportal import accounts, clock, disputes, errors
from qcportal.db import db
from qcportal.disputes import Deadlines, DisputeDecision, ItemVerdict, Person, Ticked, Verdict
from qcportal.history import SYSTEM, Actor
from tests.disputes.cases import (
    ASHA,
    AUDIT,
    BALA,
    CLAIMS,
    DECLINED,
    DEV,
    OPS,
    UPHELD,
    WHY,
    in_review,
    inspected,
    row,
    sent,
    steps,
    told,
)
from tests.world import World

LATER = timedelta(seconds=disputes.UNDO_SECONDS)


def settled(world: World, at=None) -> int:
    with world.inside():
        return disputes.settle_due(at or clock.now() + LATER + timedelta(seconds=1))


def decided(world: World, verdict: Verdict = UPHELD, by: Person = ASHA, **changes):
    """Give a dispute whose decision holds."""
    dispute = in_review(world, **changes)
    with world.inside():
        disputes.decide(dispute.id, verdict, by=by)
    settled(world)
    return row(world, dispute.id)


def in_full(world: World, dispute_id: uuid.UUID, by: Person = ASHA):
    with world.inside(commit=False):
        return disputes.get_full(dispute_id, by=by)


@pytest.fixture
def strict(world: World) -> World:
    """A world in which two have to agree on everything."""
    with world.inside():
        disputes.set_deadlines(accounts.get_merchant(world.a.id), Deadlines(two_above=0), by=SYSTEM)
    return world


def test_a_decision_holds_after_ten_seconds_and_not_before(world: World) -> None:
    dispute = in_review(world)
    with world.inside():
        pending = disputes.decide(dispute.id, UPHELD, by=ASHA)
    assert (pending.state, pending.waits_for) == ("deciding", None)
    assert world.return_row(str(dispute.return_id)).dispute_state == "under_review"
    assert settled(world, pending.effective_at - timedelta(microseconds=1)) == 0
    assert settled(world, pending.effective_at) == 1
    assert settled(world, pending.effective_at) == 0
    done = row(world, dispute.id)
    assert (done.state, done.outcome, done.deciders) == ("approved", "approved", ["asha"])
    assert done.appeal_by == pending.effective_at + timedelta(days=7)
    assert world.return_row(str(dispute.return_id)).dispute_state == "approved"
    full = in_full(world, dispute.id)
    assert (full.items[0].outcome, full.granted_minor) == ("approved", 150_000)
    assert full.decisions[0].settled_at == pending.effective_at
    assert steps(world, dispute.id)[-2:] == ["decide", "settle"]
    assert told(world, dispute.id) == ["opened", "decided"]


def test_merchants_hear_of_a_decision_once_it_holds(world: World) -> None:
    dispute = in_review(world)
    with world.inside():
        disputes.decide(dispute.id, DECLINED, by=ASHA)
    theirs = in_full(world, dispute.id, CLAIMS)
    assert (theirs.case.state, theirs.case.outcome, theirs.decisions) == ("under_review", None, ())
    assert (theirs.case.claimed_by_name, theirs.case.clocks.effective_at) == ("", None)
    assert WHY not in str(theirs)
    with pytest.raises(errors.Conflict) as refused, world.inside():
        disputes.withdraw(dispute.id, by=CLAIMS)
    assert "declined" not in refused.value.detail
    settled(world)
    theirs = in_full(world, dispute.id, CLAIMS)
    assert (theirs.case.state, theirs.decisions[0].text) == ("rejected", WHY)


def test_within_ten_seconds_it_can_be_undone_by_who_decided(world: World) -> None:
    dispute = in_review(world)
    with world.inside():
        pending = disputes.decide(dispute.id, DECLINED, by=ASHA)
    with pytest.raises(errors.Conflict, match="Only who decided"), world.inside():
        disputes.undo(dispute.id, by=BALA)
    with world.inside():
        disputes.undo(dispute.id, by=ASHA)
    assert (row(world, dispute.id).state, settled(world)) == ("under_review", 0)
    with world.inside():
        pending = disputes.decide(dispute.id, UPHELD, by=ASHA)
    late = pytest.raises(errors.Conflict, match="cannot be undone")
    with clock.frozen(pending.effective_at), late, world.inside():
        disputes.undo(dispute.id, by=ASHA)
    settled(world)
    full = in_full(world, dispute.id)
    assert [bool(each.undone_at) for each in full.decisions] == [True, False]
    assert full.case.outcome == "approved"
    assert len(in_full(world, dispute.id, CLAIMS).decisions) == 1


def test_items_are_decided_one_by_one(world: World) -> None:
    dispute = in_review(world, rvp=inspected(world, items=3))
    first, second, third = in_full(world, dispute.id).items
    verdict = Verdict(
        "approved",
        "photos_show_it",
        WHY,
        (
            ItemVerdict(second.item_id, "rejected", reason="not_proven", text="Nothing shows it."),
            ItemVerdict(third.item_id, "partially_approved", 50_000),
        ),
    )
    with world.inside():
        disputes.decide(dispute.id, verdict, by=ASHA)
    settled(world)
    full = in_full(world, dispute.id)
    assert full.case.outcome == "partially_approved"
    assert [(each.outcome, each.granted_minor) for each in full.items] == [
        ("approved", 150_000), ("rejected", 0), ("partially_approved", 50_000),
    ]  # fmt: skip
    said = {each.item_id: (each.reason, each.text) for each in full.decisions[0].items}
    assert said[second.item_id] == ("not_proven", "Nothing shows it.")
    assert said[first.item_id] == ("photos_show_it", WHY)


@pytest.mark.parametrize(
    ("verdict", "path"),
    [
        (Verdict("rejected", "", WHY), "/reason"),
        (Verdict("rejected", "because", WHY), "/reason"),
        (Verdict("rejected", "not_proven", " short "), "/text"),
        (Verdict("rejected", "not_proven", "x" * 1001), "/text"),
        (Verdict("perhaps", "not_proven", WHY), "/outcome"),
        (Verdict("partially_approved", "not_proven", WHY), "/granted_minor"),
        (Verdict("approved", "goodwill", WHY, (ItemVerdict(uuid.uuid4(), "approved"),)), "/items"),
    ],
)
def test_without_a_reason_and_a_text_nothing_is_decided(
    world: World, verdict: Verdict, path: str
) -> None:
    dispute = in_review(world)
    with pytest.raises(errors.Invalid) as refused, world.inside():
        disputes.decide(dispute.id, verdict, by=ASHA)
    assert path in [fault.path for fault in refused.value.faults]
    assert row(world, dispute.id).state == "under_review"


def test_more_than_was_claimed_is_never_granted(world: World) -> None:
    dispute = in_review(world)
    (item,) = in_full(world, dispute.id).items
    for outcome, granted in (
        ("approved", 150_001), ("approved", 1), ("rejected", 1),
        ("partially_approved", 150_000), ("partially_approved", 0),
    ):  # fmt: skip
        said = Verdict(outcome, "goodwill", WHY, (ItemVerdict(item.item_id, outcome, granted),))
        with pytest.raises(errors.Invalid), world.inside():
            disputes.decide(dispute.id, said, by=ASHA)


def test_who_comes_later_is_told_by_whom_and_what(world: World) -> None:
    dispute = in_review(world)
    with world.inside():
        disputes.decide(dispute.id, DECLINED, by=ASHA, seen=dispute.version)
    with pytest.raises(errors.Conflict) as refused, world.inside():
        disputes.decide(dispute.id, UPHELD, by=BALA, seen=dispute.version)
    assert "Asha Shinde decided it: declined." in refused.value.detail
    assert "Your choice changed nothing" in refused.value.detail
    assert row(world, dispute.id).pending_outcome == "rejected"


def test_an_opened_dispute_is_held_for_ten_minutes(world: World) -> None:
    dispute = sent(world)
    with world.inside():
        held = disputes.claim(dispute.id, by=ASHA)
    assert (held.state, held.claimed_by_name) == ("under_review", "Asha Shinde")
    assert held.claimed_until - clock.now() <= timedelta(minutes=10)
    with pytest.raises(errors.Conflict, match="Asha Shinde is looking at it"), world.inside():
        disputes.claim(dispute.id, by=BALA)
    with pytest.raises(errors.Conflict, match="Asha Shinde is looking at it"), world.inside():
        disputes.decide(dispute.id, UPHELD, by=BALA)
    with clock.frozen(held.claimed_until), world.inside():
        assert disputes.claim(dispute.id, by=BALA).claimed_by == "bala"
    with pytest.raises(errors.Conflict, match="You do not hold it"), world.inside():
        disputes.release(dispute.id, by=ASHA)
    with world.inside():
        assert disputes.release(dispute.id, by=BALA).claimed_by == ""


def test_a_dispute_nobody_opened_can_be_decided_and_counts_as_opened(world: World) -> None:
    dispute = sent(world)
    with world.inside():
        disputes.decide(dispute.id, UPHELD, by=ASHA, seen=dispute.version)
    assert steps(world, dispute.id) == ["draft", "send", "claim", "decide"]


@pytest.mark.parametrize("who", [OPS, AUDIT, DEV, CLAIMS])
def test_other_roles_decide_nothing_at_first(world: World, who: Person) -> None:
    dispute = in_review(world)
    with pytest.raises(errors.Forbidden), world.inside():
        disputes.decide(dispute.id, UPHELD, by=who)


def test_above_the_limit_a_second_person_agrees(strict: World) -> None:
    dispute = in_review(strict)
    with strict.inside():
        waiting = disputes.decide(dispute.id, DECLINED, by=ASHA)
    assert (waiting.state, waiting.waits_for, waiting.due_at) == ("second_look", "admin", None)
    assert settled(strict) == 0
    with pytest.raises(errors.Conflict, match="somebody else has to agree"), strict.inside():
        disputes.agree(dispute.id, by=ASHA)
    with strict.inside():
        disputes.agree(dispute.id, by=BALA, seen=waiting.version)
    assert settled(strict) == 1
    done = in_full(strict, dispute.id)
    assert (done.case.state, done.decisions[0].agreed_by_name) == ("rejected", "Bala Rao")
    assert row(strict, dispute.id).deciders == ["asha", "bala"]


def test_a_second_person_may_disagree_and_the_first_take_it_back(strict: World) -> None:
    dispute = in_review(strict)
    with strict.inside():
        disputes.decide(dispute.id, DECLINED, by=ASHA)
        disputes.disagree(dispute.id, "The seal is whole on photo 2.", by=BALA)
    assert row(strict, dispute.id).state == "under_review"
    with strict.inside():
        disputes.decide(dispute.id, DECLINED, by=BALA)
        disputes.undo(dispute.id, by=BALA)
    decisions = in_full(strict, dispute.id).decisions
    assert [each.undone_by_name for each in decisions] == ["Bala Rao", "Bala Rao"]
    assert decisions[0].undone_text == "The seal is whole on photo 2."
    assert row(strict, dispute.id).pending_id is None


def test_an_appeal_is_decided_by_somebody_else_and_final(world: World) -> None:
    dispute = decided(world, DECLINED)
    with world.inside():
        appealed = disputes.appeal(dispute.id, "The photo was not looked at.", by=CLAIMS)
    assert (appealed.state, appealed.level, appealed.waits_for) == ("appealed", 2, "admin")
    assert appealed.outcome == "rejected"
    with pytest.raises(errors.Forbidden, match="appeals officer"), world.inside():
        disputes.decide(dispute.id, UPHELD, by=BALA)
    with world.inside():
        disputes.decide(dispute.id, UPHELD, by=DEV)
    settled(world)
    final = in_full(world, dispute.id)
    assert (final.case.state, final.case.outcome, final.granted_minor) == (
        "final", "approved", 150_000,
    )  # fmt: skip
    assert [each.level for each in final.decisions] == [1, 2]
    assert world.return_row(str(dispute.return_id)).dispute_state == "final"
    with pytest.raises(errors.Conflict, match="final"), world.inside():
        disputes.appeal(dispute.id, "Once more, please look again.", by=CLAIMS)
    assert told(world, dispute.id) == ["opened", "decided", "appealed", "final"]


def test_who_decided_never_decides_the_appeal(world: World) -> None:
    both = Person(Actor("user", "sys", "Sys Admin"), "system")
    dispute = decided(world, DECLINED, by=both)
    with world.inside():
        disputes.appeal(dispute.id, "The photo was not looked at.", by=CLAIMS)
    with pytest.raises(errors.Conflict, match="an appeal needs somebody else"), world.inside():
        disputes.decide(dispute.id, UPHELD, by=both)


def test_what_was_upheld_cannot_be_appealed(world: World) -> None:
    dispute = decided(world, UPHELD)
    with pytest.raises(errors.Conflict, match="upheld"), world.inside():
        disputes.appeal(dispute.id, "I want more than I asked for.", by=CLAIMS)


def test_without_an_appeal_it_closes_however_late_somebody_looks(world: World) -> None:
    dispute = in_review(world)
    with world.inside():
        disputes.decide(dispute.id, DECLINED, by=ASHA)
    assert settled(world, clock.now() + timedelta(days=30)) == 2
    done = row(world, dispute.id)
    assert (done.state, done.outcome) == ("closed", "rejected")
    assert steps(world, dispute.id)[-2:] == ["settle", "close"]


def test_several_that_are_alike_are_decided_together(world: World) -> None:
    first, same, other = sent(world), sent(world), sent(world, rvp=inspected(world, failed="imei"))
    gone = sent(world)
    with world.inside():
        disputes.withdraw(gone.id, by=CLAIMS)
        like = disputes.find_like(first.id, by=ASHA)
    assert [each.id for each in like] == [same.id]
    ticked = [Ticked(each.id) for each in (same, other, gone)]
    with world.inside():
        said = disputes.decide_like(Ticked(first.id, first.version), ticked, DECLINED, by=ASHA)
    assert [bool(each.refusal) for each in said] == [False, False, True, True]
    assert settled(world) == 2
    states = [row(world, each.id).state for each in (first, same, other, gone)]
    assert states == ["rejected", "rejected", "open", "withdrawn"]


@pytest.mark.parametrize("threads", [50])
def test_of_fifty_at_once_exactly_one_decides_in_each_of_twenty_rounds(
    world: World, threads: int
) -> None:
    dispute = in_review(world)
    for round_number in range(20):
        version = row(world, dispute.id).version
        winners = race(world, dispute.id, version, threads)
        assert len(winners) == 1
        (winner,) = winners
        now = row(world, dispute.id)
        assert (now.state, now.decided_by) == ("deciding", winner.id)
        with world.inside():
            disputes.undo(dispute.id, by=winner, seen=now.version)
        assert row(world, dispute.id).version == version + 2, round_number
    assert steps(world, dispute.id).count("decide") == 20
    with world.inside(commit=False):
        assert len(db.session.scalars(select(DisputeDecision)).all()) == 20


def race(world: World, dispute_id: uuid.UUID, version: int, threads: int) -> list[Person]:
    """Let so many officers decide at once; gives who was told that it worked."""
    start, winners, losers = threading.Barrier(threads), [], []

    def decide(number: int) -> None:
        who = Person(Actor("user", f"p{number}", f"P{number}"), "dispute_officer")
        start.wait()
        try:
            with world.inside():
                disputes.decide(dispute_id, random.choice([UPHELD, DECLINED]), by=who, seen=version)
            winners.append(who)
        except errors.Conflict as refused:
            losers.append(refused.detail)

    running = [threading.Thread(target=decide, args=(number,)) for number in range(threads)]
    for each in running:
        each.start()
    for each in running:
        each.join()
    assert len(losers) == threads - 1
    assert all(" decided it: " in each for each in losers)
    return winners
