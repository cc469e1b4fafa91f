"""What a phone says of when and where, held against what else is known; pure.

All of it are claims: a wrong clock or a poor position is no offence, so each limit leaves room.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

EARTH_M = 6_371_000
ROOM = timedelta(minutes=5)
"""How wrong a phone's clock may be after its own offset was taken out."""

LONG_BEFORE = timedelta(hours=12)
UNSAID_M = 100.0
"""How far off a position is taken to be that says nothing of its accuracy."""

NEAREST_M = 3_000.0
"""Two doors nearer than this are never too far apart: positions jump in towns."""


@dataclass(frozen=True)
class Limits:
    """From which speed between two doors, and how far from the address, people are asked."""

    fastest_kmh: int
    farthest_m: int


@dataclass(frozen=True)
class Spot:
    """Where and when a phone says that it was."""

    at: datetime
    latitude: float
    longitude: float
    accuracy_m: float | None = None

    @property
    def blur(self) -> float:
        """Give how far off it may be, in metres."""
        return UNSAID_M if self.accuracy_m is None else self.accuracy_m


@dataclass(frozen=True)
class Claim:
    """One photo's claims, its time set right by the phone's clock offset, and what we know."""

    taken_at: datetime | None
    spot: Spot | None
    mock: bool
    stored_at: datetime | None
    registered_at: datetime
    visited_at: datetime | None
    door: tuple[float, float] | None


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Give the distance of two (latitude, longitude) in degrees along the surface."""
    (a, b), (c, d) = ((math.radians(x), math.radians(y)) for x, y in (one, other))
    chord = math.sin((a - c) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((b - d) / 2) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(min(1.0, chord)))


def judge_time(claim: Claim) -> dict[str, Any] | None:
    """Say why the time cannot be right, if it cannot."""
    at = claim.taken_at
    if at is None:
        return None
    stored, visited = claim.stored_at, claim.visited_at
    faults = {
        "after_storing": (stored, stored is not None and at > stored + ROOM),
        "before_registration": (claim.registered_at, at < claim.registered_at - ROOM),
        "before_visit": (visited, visited is not None and at < visited - LONG_BEFORE),
    }
    for reason, (known, wrong) in faults.items():
        if wrong and known is not None:
            return {"reason": reason, "claimed": at.isoformat(), "known": known.isoformat()}
    return None


def judge_place(claim: Claim, limits: Limits) -> dict[str, Any] | None:
    """Say why the place of one photo cannot be trusted, if it cannot."""
    if claim.mock:
        return {"reason": "mock"}
    if claim.spot is None or claim.door is None or not limits.farthest_m:
        return None
    here = (claim.spot.latitude, claim.spot.longitude)
    away = metres(here, claim.door) - claim.spot.blur
    return {"reason": "far", "metres": round(away)} if away > limits.farthest_m else None


def judge_way(one: Spot, other: Spot, limits: Limits) -> dict[str, Any] | None:
    """Say how fast somebody would have been from one door to the other, if nobody is."""
    here, there = (one.latitude, one.longitude), (other.latitude, other.longitude)
    least = metres(here, there) - one.blur - other.blur
    gap = abs((one.at - other.at).total_seconds())
    speed = least / (gap + ROOM.total_seconds()) * 3.6
    if not limits.fastest_kmh or least < NEAREST_M or speed <= limits.fastest_kmh:
        return None
    told = round(least / max(gap, 1.0) * 3.6)
    return {"reason": "speed", "metres": round(least), "seconds": round(gap), "kmh": told}
