"""How long photos took, as counts that can be added up over hours; pure.

A time is counted under the end of its step, so whatever is said of it holds: to the second up to a
minute, to 10 s up to ten minutes, to the minute up to an hour, to ten minutes up to a day, then to
the hour.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

STEPS = ((60, 1), (600, 10), (3600, 60), (86_400, 600))
LAST_STEP = 3600


def step_end(seconds: float) -> int:
    """Give the end of the step that a time falls into, in seconds; at least 1."""
    whole = max(1, math.ceil(seconds))
    step = next((step for most, step in STEPS if whole <= most), LAST_STEP)
    return -(-whole // step) * step


@dataclass(frozen=True)
class Latencies:
    """How many photos took how long, by the end of the step in seconds."""

    counts: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def summed(cls, documents: Iterable[Mapping[str, int]]) -> "Latencies":
        """Add up what is kept of several hours."""
        total: Counter[int] = Counter()
        for document in documents:
            total.update({int(end): count for end, count in document.items()})
        return cls(total)

    def as_json(self) -> dict[str, int]:
        """Give the counts as they are kept."""
        return {str(end): self.counts[end] for end in sorted(self.counts)}

    @property
    def total(self) -> int:
        """Give how many photos these are."""
        return sum(self.counts.values())

    def within(self, seconds: int) -> int:
        """Count the photos that surely took no longer."""
        return sum(count for end, count in self.counts.items() if end <= seconds)

    def time_of(self, share: float) -> int | None:
        """Give the time within which `share` (0 to 1) of the photos were here, or None for none."""
        wanted, seen = math.ceil(self.total * share), 0
        for end in sorted(self.counts):
            seen += self.counts[end]
            if seen >= wanted:
                return end
        return None
