"""Which rounds are run: the quick set and the full one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.article.arms import ARMS, AT_PORTAL
from bench.article.measuring import Round
from bench.article.profiles import KB, Profile

SIZES = (100 * KB, 250 * KB, 2000 * KB)
CUTS = (0.002, 0.01)
CUT_SIZE, TOO_LONG = 250 * KB, 2000 * KB
PATIENT = 120.0
ROUNDS = {"edge": 1, "2g": 1, "3g": 2, "4g": 4}
UNRELIABLE = ("edge",)


@dataclass(frozen=True)
class Plan:
    """The rounds of one profile, in the order in which they are run."""

    clean: Sequence[Round]
    cut: Sequence[Round]

    @property
    def visits(self) -> int:
        """Give how many visits each phone needs at the portal."""
        return sum(each.arm in AT_PORTAL for each in (*self.clean, *self.cut))


def make(profile: Profile, *, full: bool) -> Plan:
    """Give a profile's plan. The quick one leaves out what takes minutes, and most disconnects."""
    times = ROUNDS.get(profile.name, 1) * (4 if full else 1)
    sizes = [(n, size) for n in range(times) for size in SIZES]
    clean = [
        Round(arm, size, n)
        for n, size in sizes
        for arm in _in_turn(n)
        if full or arm == "ours" or profile.seconds_to_send(size) <= PATIENT
    ]
    return Plan(clean, [*_with_cuts(full)] if full or profile.name in UNRELIABLE else [])


def _with_cuts(full: bool) -> Iterator[Round]:
    """Give the rounds with disconnects, and first what the client's time-out does to large files.

    The latter has no queue: trying again what cannot be done in time would never end.
    """
    yield from (Round(arm, TOO_LONG, 0, CUTS[0], queue=False) for arm in ARMS)
    for cuts in CUTS:
        for queue, times in ((False, 2), (True, 1)):
            for n in range(times * (4 if full else 1)):
                yield from (Round(arm, CUT_SIZE, n, cuts, queue) for arm in _in_turn(n))


def _in_turn(number: int) -> list[str]:
    """Give the architectures, beginning with another one each time."""
    arms = [*ARMS]
    first = number % len(arms)
    return arms[first:] + arms[:first]
