"""Numbers and times in words."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from qcportal import clock
from qcportal.blueprints import jinja

NOW = datetime(2026, 11, 22, 8, 50, tzinfo=UTC)  # 14:20 in India


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(hours=3, minutes=37), "Today, 10:43"),
        (timedelta(hours=15), "Yesterday, 23:20"),
        (timedelta(days=2), "20 Nov, 14:20"),
        (timedelta(days=400), "18 Oct 2025, 14:20"),
        (timedelta(hours=-12), "Tomorrow, 02:20"),
    ],
)
def test_a_moment_is_said_as_one_would_say_it(ago: timedelta, said: str) -> None:
    with clock.frozen(NOW):
        assert jinja.when(NOW - ago) == said


def test_a_day_has_small_letters_inside_of_a_sentence() -> None:
    with clock.frozen(NOW):
        assert jinja.when(NOW, within=True) == "today, 14:20"
        assert jinja.when(NOW - timedelta(days=2), within=True) == "20 Nov, 14:20"


def test_the_day_is_that_of_the_zone_asked_for() -> None:
    late = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)  # 22 Nov, 00:30 in India
    with clock.frozen(NOW):
        assert jinja.when(late) == "Today, 00:30"
        assert jinja.when(late, "UTC") == "Yesterday, 19:00"


def test_nothing_is_said_about_no_moment() -> None:
    assert (jinja.when(None), jinja.local_time(None), jinja.full_time(None)) == ("", "", "")
    assert (jinja.duration(None), jinja.rupees(None), jinja.file_size(None)) == ("", "", "")
    assert jinja.since(None) == "never"


def test_times_of_day_and_full_times() -> None:
    moment = datetime(2026, 11, 22, 5, 12, 16, tzinfo=UTC)
    assert jinja.local_time(moment) == "10:42"
    assert jinja.local_time(moment, seconds=True) == "10:42:16"
    assert jinja.full_time(moment) == "Sun 22 Nov 2026, 10:42:16 IST"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"), (12, "12 s"), (59.9, "59 s"), (60, "1 m"), (2690, "44 m"), (3600, "1 h"),
        (26_400, "7 h 20 m"), (108_000, "1 d 6 h"), (172_800, "2 d"), (86_460, "1 d"),
    ],
)  # fmt: skip
def test_a_span_is_said_in_its_two_largest_units(seconds: float, said: str) -> None:
    assert jinja.duration(seconds) == jinja.duration(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=4), "4 m ago"),
        (timedelta(hours=2, minutes=5), "2 h 5 m ago"),
        (timedelta(days=2), "2 d ago"),
        (timedelta(days=3, hours=7), "3 d ago"),
    ],
)
def test_how_long_ago(ago: timedelta, said: str) -> None:
    with clock.frozen(NOW):
        assert jinja.since(NOW - ago) == said


def test_waybills_are_grouped_by_four() -> None:
    assert jinja.awb("773044182096") == "7730 4418 2096"
    assert jinja.awb("SF12345") == "SF12 345"


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "₹0"), (499, "₹499"), (Decimal("499.5"), "₹499.50"), (123_456, "₹1,23,456"),
        (12_345_678, "₹1,23,45,678"), (1000, "₹1,000"),
    ],
)  # fmt: skip
def test_rupees_are_grouped_the_indian_way(amount: Decimal | int, said: str) -> None:
    assert jinja.rupees(amount) == said


def test_counts_and_sizes() -> None:
    assert jinja.plural(1, "photo") == "1 photo"
    assert jinja.plural(1284, "photo") == "1,284 photos"
    assert jinja.plural(2, "person", "people") == "2 people"
    assert jinja.grouped(-1284) == "−1,284"
    assert jinja.file_size(930_000) == "0.9 MB"
    assert jinja.file_size(48_256) == "48 kB"
    assert jinja.file_size(9_400_000_000) == "9.4 GB"


@pytest.mark.parametrize(("cookie", "theme"), [("dark", "dark"), ("pink", "auto"), (None, "auto")])
def test_the_theme_is_the_cookie_or_automatic(cookie: str | None, theme: str) -> None:
    headers = {"Cookie": f"theme={cookie}"} if cookie else {}
    with Flask(__name__).test_request_context(headers=headers):
        assert jinja.chosen_theme() == theme
