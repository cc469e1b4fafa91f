"""What a share of few things is worth: its interval by Wilson's score, and who stands apart.

Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
Journal of the American Statistical Association 22 (1927). Pure arithmetic.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

LIKELY = 0.95
Standing = Literal["", "few", "low", "high"]
FEWEST = 20
"""Fewer checks than these say nothing about a person, whatever came of them."""


@dataclass(frozen=True)
class Share:
    """A share with the interval in which the true one lies; `of` is how many it is drawn from."""

    part: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """Give the share itself, or None of nothing."""
        return self.part / self.of if self.of else None


def share(part: int, of: int, *, likely: float = LIKELY) -> Share:
    """Give a share with its interval; of nothing anything is possible."""
    if of == 0:
        return Share(0, 0, 0.0, 1.0)
    z = NormalDist().inv_cdf((1 + likely) / 2)
    p, spread = part / of, z * z / of
    middle = (p + spread / 2) / (1 + spread)
    half = z * math.sqrt(p * (1 - p) / of + spread / (4 * of)) / (1 + spread)
    return Share(part, of, max(0.0, middle - half), min(1.0, middle + half))


def standings(shares: Sequence[tuple[int, int]]) -> list[Standing]:
    """Say of each share (part, of) whether it lies apart from that of all others together.

    Asked by Fisher's exact test. With many people somebody is apart by chance alone, so the more
    there are, the less likely it has to be (Bonferroni): where nobody differs, a list names
    somebody in one case of twenty at most.
    """
    tested = sum(of >= FEWEST for _, of in shares)
    least = (1 - LIKELY) / 2 / max(1, tested)
    parts, wholes = sum(part for part, _ in shares), sum(of for _, of in shares)
    return [_standing(part, of, parts, wholes, least) for part, of in shares]


def _standing(part: int, of: int, parts: int, wholes: int, least: float) -> Standing:
    if of < FEWEST or wholes - of < FEWEST:
        return "few"
    if _tail(part, of, parts, wholes) < least:
        return "low"
    return "high" if _tail(of - part, of, wholes - parts, wholes) < least else ""


def _tail(part: int, of: int, parts: int, wholes: int) -> float:
    """Give how likely it is to draw `part` or fewer among `of`, of `wholes` with `parts` in all."""
    rest, total = wholes - parts, 0.0
    least = max(0, of - rest)
    if not least <= part <= min(of, parts):
        return 1.0
    chance = math.exp(_choose(parts, part) + _choose(rest, of - part) - _choose(wholes, of))
    for drawn in range(part, least - 1, -1):
        total += chance
        if chance < total * 1e-15:
            break
        chance *= drawn * (rest - of + drawn) / ((parts - drawn + 1) * (of - drawn + 1))
    return min(1.0, total)


def _choose(whole: int, part: int) -> float:
    """Give the logarithm of how many ways there are to choose some of a whole."""
    return math.lgamma(whole + 1) - math.lgamma(part + 1) - math.lgamma(whole - part + 1)
