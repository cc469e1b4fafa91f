"""Times in steps that can be added up: what is said of them always holds."""

import pytest

from qcportal.uploads.latency import Latencies, step_end


@pytest.mark.parametrize(
    ("seconds", "end"),
    [
        (0, 1), (0.2, 1), (1, 1), (1.01, 2), (60, 60), (60.5, 70), (61, 70), (600, 600),
        (601, 660), (3600, 3600), (3601, 4200), (86_400, 86_400), (86_401, 90_000),
        (200_000, 201_600),
    ],
)  # fmt: skip
def test_a_time_is_counted_under_the_end_of_its_step(seconds: float, end: int) -> None:
    assert step_end(seconds) == end


def test_hours_are_added_up() -> None:
    both = Latencies.summed([{"4": 2, "70": 1}, {"4": 1}, {}])
    assert both.counts == {4: 3, 70: 1}
    assert both.total == 4
    assert both.as_json() == {"4": 3, "70": 1}


def test_a_share_of_photos_was_here_within_its_time() -> None:
    times = Latencies({2: 50, 9: 45, 360: 4, 7200: 1})
    assert [times.time_of(share) for share in (0.5, 0.51, 0.95, 0.99, 1)] == [2, 9, 9, 360, 7200]
    assert (times.within(360), times.within(359), times.within(1)) == (99, 95, 0)


def test_nothing_has_no_time() -> None:
    assert Latencies().time_of(0.5) is None
    assert Latencies().within(10) == 0


def test_one_photo_is_half_and_all() -> None:
    assert Latencies({11: 1}).time_of(0.5) == Latencies({11: 1}).time_of(0.99) == 11
