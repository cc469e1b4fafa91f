"""Percentiles and the one line of JSON."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.demo.report import Result, Waits, percentile

TOLD = {"captured": 10, "lost": 0, "untold": 0}
GOOD = Result(10, 10, 10, 0, 0, 0, 0, 0.1, 0.2, 3.0, TOLD)


@pytest.mark.parametrize(
    ("share", "value"), [(0.5, 2.0), (0.51, 3.0), (0.75, 3.0), (0.99, 4.0), (1.0, 4.0), (0.0, 1.0)]
)
def test_a_percentile_is_a_value_that_was_measured(share: float, value: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], share) == value


def test_nothing_measured_is_zero() -> None:
    assert percentile([], 0.99) == 0.0


@given(st.lists(st.floats(0, 100), min_size=1), st.floats(0.01, 1))
def test_at_least_the_share_is_not_above_its_percentile(values: list[float], share: float) -> None:
    limit = percentile(values, share)
    assert sum(value <= limit for value in values) >= share * len(values) - 1e-9
    assert sum(value < limit for value in values) < share * len(values)


def test_one_slow_photo_in_a_hundred_does_not_move_the_p99_and_two_do() -> None:
    waits = Waits()
    for seconds in [0.1] * 99 + [9.0]:
        waits.add(seconds)
    assert waits.percentile(0.99) == 0.1
    waits.add(9.0)
    waits.add(9.0)
    assert waits.percentile(0.99) == 9.0


def test_the_line_has_every_name_once_in_its_order() -> None:
    line = GOOD.as_line()
    assert "\n" not in line
    assert [*json.loads(line)] == [
        "captured", "stored", "verified", "lost", "duplicated", "late", "missing",
        "p50", "p99", "seconds", "manifest",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"verified": 9},
        {"lost": 1},
        {"duplicated": 1},
        {"manifest": TOLD | {"captured": 9}},
        {"manifest": TOLD | {"lost": 1}},
        {"manifest": TOLD | {"untold": 1}},
    ],
)
def test_only_captured_equal_to_verified_without_loss_or_double_is_good(
    change: dict[str, Any],
) -> None:
    assert GOOD.good
    assert not replace(GOOD, **change).good
