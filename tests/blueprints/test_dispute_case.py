"""A dispute as both sides read it: evidence with boxes, the thread, decisions, clocks and steps."""

from datetime import timedelta
from typing import Any

import pytest

from qcportal import clock, disputes
from qcportal.blueprints.showing import dispute_case, dispute_events, money
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown import dispute_words
from qcportal.blueprints.shown.disputes import CaseView
from qcportal.disputes import CATEGORIES, KINDS, REASONS, Box, Citation, Person, State
from tests.disputes.cases import (
    ASHA,
    CLAIMS,
    DECLINED,
    TEXT,
    UPHELD,
    WHY,
    a_claim,
    in_review,
    inspected,
    sent,
)
from tests.world import World

ZONE = "Asia/Kolkata"


def seen(world: World, dispute_id: Any, by: Person) -> CaseView:
    """Give a dispute as somebody of one of the sides sees it."""
    merchant = world.a.id if by.side == "merchant" else None
    door = "merchant" if merchant else "admin"
    asker = Asker(merchant, "", ZONE, f"{door}.returns_list", f"{door}.return_detail")
    with world.inside(), world.app.test_request_context():
        return dispute_case.build(disputes.get_full(dispute_id, by=by), asker)


def test_a_cited_photo_comes_with_its_box_and_a_gap_says_that_it_is_one(world: World) -> None:
    rvp = inspected(world)
    photos = world.photo_rows(rvp["return_id"])
    gone = next(each for slot, each in photos.items() if slot.startswith("damage"))
    here = a_claim(world, rvp).citations[0].photo_id
    cited = (
        Citation(here, note="Sealed", box=Box(0.25, 0.5, 0.125, 0.25)),
        Citation(gone.id, missing=True),
        Citation(missing=True, note="The seal"),
    )
    dispute = sent(world, rvp=rvp, citations=cited)
    for by in (CLAIMS, ASHA):
        shown = seen(world, dispute.id, by)
        first, second, third = shown.cited
        assert first.box is not None
        assert (first.box.x, first.box.y, first.box.width, first.box.height) == (25, 50, 12.5, 25)
        assert "25% to 38% across and 50% to 75% down" in first.box.sentence
        assert first.shown
        assert first.href
        assert (second.missing, second.shown, second.state.tone) == (True, False, "miss")
        assert (third.photo, third.note) == (None, "The seal")


def test_the_sides_see_the_same_words_and_only_the_carrier_its_own_decision(world: World) -> None:
    dispute = in_review(world)
    with world.inside():
        disputes.ask(dispute.id, "Which seal do you mean?", by=ASHA)
        disputes.answer(dispute.id, "The one on the box.", by=CLAIMS)
        disputes.decide(dispute.id, DECLINED, by=ASHA)
    mine, theirs = seen(world, dispute.id, CLAIMS), seen(world, dispute.id, ASHA)
    assert mine.text == theirs.text == TEXT
    assert [each.title for each in mine.thread] == ["Question", "Answer"]
    assert mine.thread[0].who == "Asha Shinde, carrier"
    assert (mine.line.state.text, mine.decisions) == ("In review", ())
    assert theirs.line.state.text == "Being decided"
    assert theirs.decisions[0].pending
    assert theirs.decisions[0].who == "Asha Shinde, Dispute officer"
    with clock.frozen(clock.now() + timedelta(seconds=11)):
        with world.inside():
            assert disputes.settle_due() == 1
        mine = seen(world, dispute.id, CLAIMS)
    assert (mine.line.state.text, mine.line.granted) == ("Declined", "₹0")
    (told,) = mine.decisions
    assert (told.reason, told.text) == ("The photos show otherwise", WHY)
    assert (told.who, told.pending) == ("Dispute officer", False)
    assert "appeal once" in mine.next


def test_the_clock_says_whose_turn_it_is_and_how_long_is_left(world: World) -> None:
    dispute = in_review(world)
    case = seen(world, dispute.id, CLAIMS).line
    assert case.clock is not None
    assert case.clock.badge.text.startswith("Answer in ")
    assert case.clock.badge.tone == ""
    end = case.clock.ends_at
    assert end is not None
    for before, tone, words in (
        (timedelta(hours=5), "", "5 h left"),
        (timedelta(hours=3), "late", "3 h left"),
        (-timedelta(hours=2), "late", "Overdue by 2 h"),
    ):
        with clock.frozen(end - before):
            badge = seen(world, dispute.id, ASHA).line.clock.badge  # type: ignore[union-attr]
            assert (badge.tone, badge.text) == (tone, words)
    with clock.frozen(end + timedelta(hours=1)):
        mine = seen(world, dispute.id, CLAIMS)
        assert mine.line.late
        assert "The carrier is late" in mine.next


def test_each_step_is_told_and_the_carriers_own_only_inside(world: World) -> None:
    dispute = in_review(world)
    with world.inside():
        disputes.decide(dispute.id, UPHELD, by=ASHA)
        inside = dispute_events.events(disputes.get_full(dispute.id, by=ASHA).history)
        outside = dispute_events.events(disputes.get_full(dispute.id, by=CLAIMS).history)
    assert [each.text for each in outside] == [
        f"Dispute D-{dispute.number} sent",
        "Draft of a dispute begun",
    ]
    assert "Decided, not in force yet" in [each.text for each in inside]


def test_there_are_words_for_everything_that_the_domain_knows() -> None:
    assert set(dispute_words.kind_words()) == set(KINDS)
    assert set(dispute_words.category_words()) == set(CATEGORIES)
    assert set(dispute_words.reason_words()) == set(REASONS)
    for state in State:
        assert dispute_words.state_badge(state.value, "rejected").text


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("1499", 149_900), ("1,499.50", 149_950), ("₹ 12", 1_200), ("0", 0), ("12.5", 1_250),
        ("", None), ("-1", None), ("1e3", None), ("1.234", None), ("٣", None), ("9" * 10, None),
    ],
)  # fmt: skip
def test_sums_are_read_as_people_type_them(typed: str, minor: int | None) -> None:
    assert money.read(typed) == minor
    if minor is not None:
        assert money.read(money.as_typed(minor)) == minor


def test_sums_are_said_with_their_currency() -> None:
    assert money.in_words(12_345_650, "INR") == "₹1,23,456.50"
    assert money.in_words(1_200, "USD") == "USD 12"
    assert money.in_words(1_205, "USD") == "USD 12.05"
