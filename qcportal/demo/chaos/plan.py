"""What a fault run does, drawn from its seed alone: returns, photos, and the fault of each.

Times follow from how far the run is, so the same plan meets another interleaving each time.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from qcportal.demo import plan as demo
from qcportal.demo.plan import Door


class Fate(StrEnum):
    """What happens to one photo."""

    PLAIN = "plain"
    OVERWRITTEN = "overwritten"
    EXPIRED = "form_expired"
    DAMAGED = "damaged_in_transit"
    OVERSIZE = "oversize"
    COPY_DELETED = "copy_deleted"
    DELETED_EARLY = "deleted_before_it_was_told"
    CORRUPT = "corrupt"
    BOMB = "bomb"


class Visit(StrEnum):
    """What happens to one return."""

    PLAIN = "plain"
    RETRIED = "retried"
    CONTESTED = "two_executives"
    EARLY = "before_commit"


RARE = (
    Fate.OVERWRITTEN,
    Fate.EXPIRED,
    Fate.DAMAGED,
    Fate.COPY_DELETED,
    Fate.DELETED_EARLY,
    Fate.CORRUPT,
    Fate.BOMB,
    Fate.OVERSIZE,
)
EVERY = 6
"""Of so many photos of plain returns one has a fate of its own, up to the most of each."""
MOST = {Fate.OVERSIZE: 12, Fate.CORRUPT: 30, Fate.BOMB: 30, Fate.DELETED_EARLY: 60}
PHOTOS_PER_RETURN = 4
"""Fewer than there are, so that enough returns are registered."""
MOST_PER_RETURN = 6
"""More than there are on average."""
SKEWS = (0, 0, -3 * 86_400, 5 * 86_400, -95, 3_700)
"""Seconds by which the phones' clocks are wrong, in turn."""


@dataclass(frozen=True)
class Scale:
    """How much of everything, from the number of photos."""

    seed: int
    photos: int

    @property
    def executives(self) -> int:
        """Give how many phones."""
        return max(4, min(12, self.photos // 250))

    @property
    def returns(self) -> int:
        """Give how many returns are registered; a few are left unvisited."""
        return max(24, self.photos // PHOTOS_PER_RETURN + 8)

    @property
    def worker_kills(self) -> int:
        """Give how many workers are killed in all."""
        return max(8, self.photos // 150)

    @property
    def database_kills(self) -> int:
        """Give how often the database is killed in all."""
        return max(2, self.photos // 800)

    @property
    def copies(self) -> int:
        """Give how often each event is sent on."""
        return 4

    @property
    def each(self) -> int:
        """Give how many of each attack, unknown file and so on at a time."""
        return max(2, self.photos // 500)

    @property
    def revoked(self) -> int:
        """Give how many phones lose their token."""
        return max(1, self.executives // 4)

    def doors(self) -> list[Door]:
        """Give every return."""
        return [*demo.Plan(self.seed, self.returns, self.executives, history=False).doors()]

    def visit(self, number: int) -> Visit:
        """Give what happens to a return; the first ones have one of each kind."""
        fixed = {1: Visit.RETRIED, 2: Visit.CONTESTED, 3: Visit.EARLY, 6: Visit.CONTESTED}
        if number in fixed:
            return fixed[number]
        dice = Random(f"{self.seed}/visit/{number}")
        kinds = (Visit.PLAIN, Visit.RETRIED, Visit.CONTESTED, Visit.EARLY)
        (drawn,) = dice.choices(kinds, (0.86, 0.1, 0.02, 0.02))
        late = number >= self.photos // MOST_PER_RETURN  # it may be past the last photo taken
        return Visit.PLAIN if drawn is Visit.EARLY and late else drawn

    def fates(self, counts: Sequence[int]) -> list[list[Fate]]:
        """Give the fate of each photo of each return; `counts` says how many each has."""
        dice, left = Random(f"{self.seed}/fates"), {fate: MOST.get(fate, 10**9) for fate in RARE}
        turn, found = 0, []
        for number, count in enumerate(counts):
            fates = [Fate.PLAIN] * count
            plain = self.visit(number) in {Visit.PLAIN, Visit.RETRIED}
            for place in range(count if plain else 0):
                if dice.randrange(EVERY) and turn >= len(RARE):
                    continue
                fate = RARE[turn % len(RARE)]
                turn += 1
                if left[fate]:
                    left[fate] -= 1
                    fates[place] = fate
            found.append(fates)
        return found

    def skew(self, executive: int) -> int:
        """Give by how many seconds a phone's clock is wrong."""
        return SKEWS[executive % len(SKEWS)]


@dataclass(frozen=True)
class PlannedPhoto:
    """One photo of the plan, by its waybill and slot: its id is not known before it is expected."""

    awb: str
    slot: str
    fate: Fate
    visit: Visit

    @property
    def name(self) -> str:
        """Give what its bytes follow from."""
        return f"{self.awb}/{self.slot}"


def lines(planned: Sequence[PlannedPhoto]) -> Iterator[str]:
    """Give the plan as text, a line per photo."""
    return (f"{each.awb} {each.slot} {each.fate} {each.visit}" for each in planned)


def digest(planned: Sequence[PlannedPhoto]) -> str:
    """Give a short digest of the whole plan: the same for the same seed and number of photos."""
    return hashlib.sha256("\n".join(lines(planned)).encode()).hexdigest()[:16]
