"""What a cell can test about one fact, as frozen values, and how each is written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

OPERATORS = ("<", ">", "=", "!", "≥", "≤")
"""What a value must not start with unless it stands in quotes."""

KEYWORD = re.compile(r"(any|known|missing|(not|contains)\b.*)", re.IGNORECASE)
"""Words with a meaning of their own, which a value needs quotes to be."""


@dataclass(frozen=True)
class OneOf:
    """The fact is one of the values, or none of them: numbers for a number fact, else texts."""

    values: tuple[str | float, ...]
    negated: bool = False


@dataclass(frozen=True)
class Between:
    """The fact is a number from `low` to `high`; None is an open end."""

    low: float | None
    high: float | None
    low_in: bool = True
    high_in: bool = True


@dataclass(frozen=True)
class Contains:
    """The fact contains the text."""

    text: str


@dataclass(frozen=True)
class Presence:
    """The fact is missing, or it is known."""

    missing: bool


Test = OneOf | Between | Contains | Presence


class CellError(ValueError):
    """A cell that cannot be used, said to the person who typed it."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion


def write_cell(test: Test) -> str:
    """Write a test in its canonical spelling, which `read_cell` reads as an equal test."""
    if isinstance(test, Presence):
        return "missing" if test.missing else "known"
    if isinstance(test, Contains):
        return f"contains {_spelt(test.text)}"
    if isinstance(test, OneOf):
        return ("not " if test.negated else "") + ", ".join(_spelt(each) for each in test.values)
    if test.low is not None and test.high is not None and test.low_in and test.high_in:
        return f"{show_number(test.low)}..{show_number(test.high)}"
    return " and ".join(f"{sign} {show_number(end)}" for sign, end in ends(test))


def quoted(text: str) -> str:
    """Give the text as conditions quote it, which know no escapes.

    Raises CellError for a text with both kinds of quotes, or with a backslash.
    """
    if "\\" in text or ('"' in text and "'" in text):
        raise CellError("A text cannot hold a backslash, or both \" and '", "leave them out")
    return f"'{text}'" if '"' in text else f'"{text}"'


def show_number(number: float) -> str:
    """Write a number in full with up to 6 decimals: 1500, 0.25."""
    return f"{number:.6f}".rstrip("0").rstrip(".")


def _spelt(value: str | float) -> str:
    if isinstance(value, float):
        return show_number(value)
    needs_quotes = any(mark in value for mark in (",", '"', "..", *OPERATORS))
    if not needs_quotes and not KEYWORD.fullmatch(value):
        return value
    return '"' + value.replace('"', '""') + '"'


def ends(test: Between) -> Iterator[tuple[str, float]]:
    """Give the sign and the number of each end that is not open."""
    if test.low is not None:
        yield (">=" if test.low_in else ">"), test.low
    if test.high is not None:
        yield ("<=" if test.high_in else "<"), test.high
