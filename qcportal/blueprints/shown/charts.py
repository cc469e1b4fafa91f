"""Charts as plain data: what a macro draws, and the same numbers as a table.

A chart says its finding in one sentence; whoever cannot see the drawing loses nothing.
"""

from dataclasses import dataclass
from itertools import count
from typing import Literal

from qcportal.language import lazy_gettext

ChartTone = Literal["here", "ink", "wait", "late", "miss", "held", "pass", "fail"]


@dataclass(frozen=True)
class Tick:
    """One line of the scale, at a value and with its words."""

    value: float
    text: str


@dataclass(frozen=True)
class Line:
    """One line; `values` have None where nothing was measured, `texts` say each in words."""

    tone: ChartTone
    label: str
    values: tuple[float | None, ...]
    texts: tuple[str, ...]
    area: bool = False


@dataclass(frozen=True)
class LineChart:
    """`labels` stand under the points, "" for none; `names` name each point in full.

    What lies over `most` is drawn at the upper edge. `target` is a line of its own.
    """

    title: str
    finding: str
    lines: tuple[Line, ...]
    labels: tuple[str, ...]
    names: tuple[str, ...]
    most: float
    ticks: tuple[Tick, ...]
    target: Tick | None = None
    first: str = lazy_gettext("When")


@dataclass(frozen=True)
class Bar:
    """One bar: its parts from the ground up; `label` stands under it, "" for none."""

    label: str
    name: str
    values: tuple[int, ...]
    href: str = ""

    @property
    def total(self) -> int:
        """Give the whole height."""
        return sum(self.values)


@dataclass(frozen=True)
class Part:
    """What one part of every bar is."""

    tone: ChartTone
    label: str


@dataclass(frozen=True)
class BarStack:
    """Bars in parts; `most` is the top of the scale."""

    title: str
    finding: str
    parts: tuple[Part, ...]
    bars: tuple[Bar, ...]
    most: float
    ticks: tuple[Tick, ...]
    first: str = lazy_gettext("When")


@dataclass(frozen=True)
class Scale:
    """A scale that ends at a round number."""

    most: float
    ticks: tuple[float, ...]


ROUND_SECONDS = (
    10, 20, 30, 60, 120, 180, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
)  # fmt: skip
MOST_LINES = 4


def count_scale(largest: float) -> Scale:
    """Give a scale for whole numbers: steps of 1, 2 or 5 and a power of ten."""
    steps = (each * 10**power for power in count() for each in (1, 2, 5))
    return _scale(next(step for step in steps if step * MOST_LINES >= largest), largest)


def time_scale(largest: float) -> Scale:
    """Give a scale for seconds, in steps that people count in."""
    steps = (step for step in ROUND_SECONDS if step * MOST_LINES >= largest)
    days = -int(-largest // (86_400 * MOST_LINES))
    return _scale(next(steps, 86_400 * days), largest)


def _scale(step: float, largest: float) -> Scale:
    lines = max(1, -int(-largest // step))
    return Scale(step * lines, tuple(step * number for number in range(lines + 1)))
