"""The report: all offences counted, the first of each kind kept, and told in words."""

from datetime import UTC, datetime

import pytest

from qcportal import errors
from qcportal.commands.verifying import in_words
from qcportal.verification.findings import FIRST, INVARIANTS, KINDS, Offence, Report
from qcportal.verification.streams import side_by_side

AT = datetime(2026, 11, 22, tzinfo=UTC)


def test_all_offences_are_counted_and_only_the_first_kept() -> None:
    report = Report(AT)
    for number in range(FIRST + 5):
        report.add(Offence("untold", {"key": f"u/{number}"}))
    told = report.as_json()["invariants"]["I1"]
    assert told["kinds"] == {"untold": FIRST + 5}
    assert [each["key"] for each in told["first"]] == [f"u/{number}" for number in range(FIRST)]
    assert not report.holds


def test_the_words_name_what_is_broken_and_where() -> None:
    report = Report(AT)
    for number in range(5):
        report.add(Offence("untold", {"key": f"u/{number}"}))
    words = in_words(report)
    assert "I1 BROKEN" in words
    assert "I2 holds" in words
    assert "untold: 5 times" in words
    assert "u/2\n        ..." in words


def test_every_kind_belongs_to_an_invariant() -> None:
    assert {invariant for invariant, _ in KINDS.values()} == set(INVARIANTS)


def walked(*streams: str) -> list[tuple[str, tuple[list[str], ...]]]:
    return list(side_by_side(*streams, key=lambda letter: letter.lower()))


def test_streams_are_walked_side_by_side_with_all_that_stands_under_a_key() -> None:
    assert walked("abBd", "bc", "") == [
        ("a", (["a"], [], [])),
        ("b", (["b", "B"], ["b"], [])),
        ("c", ([], ["c"], [])),
        ("d", (["d"], [], [])),
    ]
    assert walked("", "") == []


def test_a_listing_that_is_not_in_order_is_refused() -> None:
    with pytest.raises(errors.Unavailable, match="not in order"):
        walked("acb", "b")
