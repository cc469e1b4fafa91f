"""Who and what the filled returns are of: merchants, executives, places, reasons and goods."""

import bisect
import itertools
import random
import uuid
from dataclasses import dataclass, field

MERCHANTS = 500
MIDDLE = 49
"""The rank, from 0, of the merchant that is neither large nor small."""
WARES = 2000
PER_EXECUTIVE = 8000
"""Returns that one executive picks up in the time that is filled."""
FEWEST_EXECUTIVES = 8

CITIES = (
    ("Mumbai", "4000"), ("Delhi", "1100"), ("Bengaluru", "5600"), ("Hyderabad", "5000"),
    ("Pune", "4110"), ("Chennai", "6000"), ("Kolkata", "7000"), ("Ahmedabad", "3800"),
    ("Jaipur", "3020"), ("Surat", "3950"), ("Lucknow", "2260"), ("Kochi", "6820"),
    ("Nagpur", "4400"), ("Indore", "4520"), ("Thane", "4006"), ("Bhopal", "4620"),
    ("Patna", "8000"), ("Vadodara", "3900"), ("Ludhiana", "1410"), ("Agra", "2820"),
    ("Nashik", "4220"), ("Rajkot", "3600"), ("Varanasi", "2210"), ("Amritsar", "1430"),
    ("Ranchi", "8340"), ("Guwahati", "7810"), ("Mysuru", "5700"), ("Udaipur", "3130"),
    ("Shillong", "7930"), ("Leh", "1941"),
)  # fmt: skip
REASONS = (
    "Changed my mind", "Does not fit", "Damaged on arrival", "Not as described",
    "Wrong item sent", "Arrived too late", "Better price elsewhere", "Part is missing",
    "Does not switch on", "Bought twice",
)  # fmt: skip
BRANDS = ("Nuvio", "Arka", "Tarang", "Veda", "Kirana")


def zipf(count: int) -> list[float]:
    """Give cumulative shares of so many ranks, each as large as the first by its rank."""
    weights = [1 / rank for rank in range(1, count + 1)]
    whole = sum(weights)
    return list(itertools.accumulate(weight / whole for weight in weights))


@dataclass(frozen=True)
class Draw:
    """Ranks drawn by Zipf's law."""

    shares: list[float]

    def one(self, dice: random.Random) -> int:
        """Draw one rank, from 0."""
        return min(bisect.bisect(self.shares, dice.random()), len(self.shares) - 1)


@dataclass
class Lists:
    """Rows of the small tables that a fill joins: `(number, ...)` each."""

    towns: list[tuple[int, str, str]] = field(default_factory=list)
    reasons: list[tuple[int, str]] = field(default_factory=list)
    wares: list[tuple[int, str, str, str]] = field(default_factory=list)


def lists() -> Lists:
    """Give the places, reasons and goods."""
    towns = [(number, city, f"{code}{number:02}") for number, (city, code) in enumerate(CITIES)]
    wares = [
        (number, f"{'ABCDEFGHJK'[number % 10]}{number:04}-{number % 7}", f"Phone {number}", brand)
        for number, brand in zip(range(WARES), itertools.cycle(BRANDS))
    ]
    return Lists(towns, list(enumerate(REASONS)), wares)


def uid(millis: int, role: int, number: int) -> uuid.UUID:
    """Give the id that SQL makes too: the moment, which row of a return, and which return."""
    return uuid.UUID(f"{millis:012x}7{role:03x}8000{number:012x}")


def executives(returns: int) -> int:
    """Give how many people pick so many returns up."""
    return max(FEWEST_EXECUTIVES, returns // PER_EXECUTIVE)
