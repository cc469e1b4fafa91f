"""The numbers that stand for all others between which a book's tests can tell."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise

_ROUND = tuple(Decimal(10) ** power for power in range(11, -8, -1))


@dataclass(frozen=True)
class Grid:
    """The numbers that there are: whole times of `step` between two bounds."""

    step: str
    least: float | None = None
    most: float | None = None

    def has(self, number: Decimal) -> bool:
        """Tell whether there is such a number."""
        if self.least is not None and number < _exact(self.least):
            return False
        if self.most is not None and number > _exact(self.most):
            return False
        return number % Decimal(self.step) == 0


def find_numbers(ends: Collection[float], grid: Grid) -> tuple[float, ...]:
    """Give every end that the grid has and a round number for every gap beside them, in order."""
    low, high = _bound(grid.least, -1, grid), _bound(grid.most, 1, grid)
    points = sorted(point for point in {_exact(end) for end in ends} if _inside(point, low, high))
    found = [point for point in points if grid.has(point)]
    for below, above in pairwise([low, *points, high]):
        between = _between(below, above, grid)
        found += [between] if between is not None else []
    return tuple(dict.fromkeys(sorted(float(number) for number in found)))


def spell(number: float) -> Iterator[str]:
    """Give ways to write a number, the plainest first."""
    plain = f"{Decimal(repr(number)):f}".removesuffix(".0")
    tail = "0" if "." in plain else ".0"
    yield plain
    for count in range(1, 5):
        yield plain + tail + "0" * (count - 1)
    if number >= 0:
        for count in range(1, 8):
            yield "0" * count + plain


def _between(below: Decimal | None, above: Decimal | None, grid: Grid) -> Decimal | None:
    """Give a round number of the grid between two, neither of them; None where there is none."""
    ends = [end for end in (below, above) if end is not None]
    for size in _ROUND[_ROUND.index(_nearby(ends)) :]:
        near = _next(below, above, max(size, Decimal(grid.step)))
        # Two decimals of many digits can be one and the same float.
        if _inside(near, below, above) and grid.has(near) and float(near) not in map(float, ends):
            return near
    return None


def _inside(number: Decimal, below: Decimal | None, above: Decimal | None) -> bool:
    return (below is None or number > below) and (above is None or number < above)


def _nearby(ends: list[Decimal]) -> Decimal:
    """Give how round a number should be, beside these ends: 9000 under 10000, 4 under 5."""
    largest = max((abs(end) for end in ends), default=Decimal(1000))
    times = 10 if largest >= 100 else 1
    return next((size for size in _ROUND if size * times <= largest), _ROUND[-1])


def _next(below: Decimal | None, above: Decimal | None, size: Decimal) -> Decimal:
    if above is not None and (below is None or below <= 0):
        return ((above / size).to_integral_value(ROUND_CEILING) - 1) * size
    start = Decimal(0) if below is None else below
    return ((start / size).to_integral_value(ROUND_FLOOR) + 1) * size


def _bound(bound: float | None, side: int, grid: Grid) -> Decimal | None:
    """Give the number of the grid just outside of its bound."""
    return None if bound is None else _exact(bound) + side * Decimal(grid.step)


def _exact(number: float) -> Decimal:
    return Decimal(repr(number))
