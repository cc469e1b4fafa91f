"""Times as people type them."""

import click
import pytest

from qcportal.commands.times import period_of, seconds_of


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("15m", 900), ("1h", 3600), ("0", 0), ("0s", 0), ("900", 900)],
)
def test_a_time_is_read(text: str, seconds: int) -> None:
    assert seconds_of(None, None, text) == seconds


@pytest.mark.parametrize("text", ["", "m", "1d", "-1s", "1.5m", "\u0967\u096b", "15 m"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="such as 90s"):
        seconds_of(None, None, text)


@pytest.mark.parametrize("text", ["0", "0m", "15", "m"])
def test_a_period_has_a_unit_and_is_longer_than_nothing(text: str) -> None:
    with pytest.raises(click.BadParameter):
        period_of(None, None, text)
    assert period_of(None, None, "15m") == 900
