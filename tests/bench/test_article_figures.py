"""What samples come to, the plan of a run, and the plot."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from bench.article import figures, plan, plot
from bench.article.arms import ARMS
from bench.article.measuring import Done, Sample
from bench.article.profiles import PROFILES

SAMPLE = Sample(
    arm="direct",
    size=250_000,
    cuts=0.0,
    queue=True,
    sent_bytes=240_000,
    moved_on=10.0,
    seen=12.0,
    preview=None,
    failed=False,
    calls=3,
    failures=0,
    lost=False,
)


def done(*seen: float | None, **changes: object) -> Done:
    samples = [replace(SAMPLE, seen=each, lost=each is None, **changes) for each in seen]
    return Done(samples, 5000.0)


def test_times_are_those_of_photos_of_all_rounds() -> None:
    (cell,) = figures.latency([done(1.0, 2.0), done(3.0, 40.0)])
    assert cell["seen"] == {"p50": 2.0, "p95": 40.0, "p99": 40.0}
    assert (cell["photos"], cell["preview"], cell["ocean_bytes"]) == (4, None, 5000)


def test_failures_are_shares_beside_what_is_to_be_expected() -> None:
    clean = figures.latency([done(10.0)])
    broken = done(9.0, None, cuts=0.01, queue=False, failed=True)
    (cell,) = figures.failures([broken], clean)
    assert (cell["attempts_failed"], cell["never_seen"], cell["lost"]) == (1.0, 0.5, 1)
    assert cell["expected"] == pytest.approx(0.0952, abs=1e-4)


def test_only_what_our_queue_lost_makes_a_run_fail() -> None:
    others = figures.failures([done(None, cuts=0.01, queue=True)], [])
    without = figures.failures([done(None, cuts=0.01, queue=False, arm="ours")], [])
    assert figures.lost_by_our_queue([*others, *without]) == 0
    ours = figures.failures([done(None, 3.0, cuts=0.01, queue=True, arm="ours")], [])
    clean = figures.latency([done(None, arm="ours")])
    assert figures.lost_by_our_queue([*ours, *clean]) == 2


def test_a_compressed_photo_costs_less_to_keep_and_to_see() -> None:
    dollars = figures.costs(700_000)
    assert dollars["ours"]["seen once"] < dollars["direct"]["seen once"] / 2
    assert dollars["ours"]["requests"] == dollars["direct"]["requests"]


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("name", [*PROFILES])
def test_every_architecture_is_measured_the_same_number_of_times(name: str, full: bool) -> None:
    rounds = plan.make(PROFILES[name], full=full).clean
    counts = {(arm, size): 0 for arm in ARMS for size in plan.SIZES}
    for each in rounds:
        counts[each.arm, each.size] += 1
    for size in plan.SIZES:
        measured = {counts[arm, size] for arm in ARMS} - ({0} if not full else set())
        assert len(measured) == 1
        assert counts["ours", size] > 0


def test_what_would_take_minutes_is_left_to_the_full_plan() -> None:
    quick = plan.make(PROFILES["2g"], full=False).clean
    assert {each.arm for each in quick if each.size == 2_000_000} == {"ours"}
    full = plan.make(PROFILES["2g"], full=True).clean
    assert {each.arm for each in full if each.size == 2_000_000} == {*ARMS}


def test_a_phone_has_a_visit_for_each_round_that_ends_at_the_portal() -> None:
    made = plan.make(PROFILES["edge"], full=False)
    assert made.visits * 5 == (len(made.clean) + len(made.cut)) * 3


def test_the_plot_has_a_bar_for_each_architecture_and_a_word_for_what_is_missing() -> None:
    cells = figures.latency([done(5.0, arm=arm, preview=1.0) for arm in ("direct", "ours")])
    drawn = plot.draw({"title": "EDGE & more", "latency": cells})
    root = ElementTree.fromstring(drawn)
    texts = ["".join(each.itertext()) for each in root.iter() if each.tag.endswith("text")]
    assert [text for text in texts if text in ARMS] == [*ARMS]
    assert texts.count("5.0 s") >= 2
    assert sum("not measured" in text for text in texts) == 3
    marks = [each for each in root.iter() if each.tag.endswith("circle")]
    assert len(marks) == 2  # the legend's, and that of ours alone
