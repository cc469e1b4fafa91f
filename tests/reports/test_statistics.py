"""Shares with their intervals, and who stands apart: held against known values and by chance."""

import random
from math import comb

import pytest

from qcportal.reports import FEWEST, share, standings, statistics


@pytest.mark.parametrize(
    ("part", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (90, 100, 0.8256, 0.9448),
        (1, 1000, 0.000177, 0.005642),
    ],
)
def test_an_interval_is_wilsons(part: int, of: int, low: float, high: float) -> None:
    found = share(part, of)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)
    assert found.value == part / of


def test_of_nothing_anything_is_possible() -> None:
    assert (share(0, 0).low, share(0, 0).high, share(0, 0).value) == (0.0, 1.0, None)


def test_few_checks_say_nothing() -> None:
    assert standings([(0, FEWEST - 1), (900, 1000)])[0] == "few"
    assert standings([(500, 1000)]) == ["few"]  # there is nobody to compare with


def test_who_is_far_from_the_others_is_named_and_they_are_not() -> None:
    found = standings([(90, 100), (88, 100), (90, 100), (55, 100), (89, 100)])
    assert found == ["", "", "", "low", ""]
    assert standings([(50, 100), (52, 100), (48, 100), (95, 100)])[3] == "high"


def test_chance_alone_names_somebody_in_one_list_of_twenty_at_most() -> None:
    dice = random.Random(7)
    wrong = 0
    for _ in range(300):
        people = [(sum(dice.random() < 0.85 for _ in range(60)), 60) for _ in range(25)]
        wrong += any(each in ("low", "high") for each in standings(people))
    assert wrong / 300 <= 0.05


def test_the_tail_of_a_draw_is_summed_exactly() -> None:
    for part, of, parts, wholes in [
        (3, 10, 20, 40),
        (0, 5, 5, 30),
        (20, 25, 60, 80),
        (9, 9, 30, 60),
    ]:
        ways = sum(comb(parts, k) * comb(wholes - parts, of - k) for k in range(part + 1))
        found = statistics._tail(part, of, parts, wholes)
        assert found == pytest.approx(ways / comb(wholes, of))
