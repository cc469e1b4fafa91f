"""The plan of a fill: one row for each return that says what it is a copy of, whose, and when."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bench.at_size.goods import CITIES, MERCHANTS, REASONS, WARES, Draw, executives, zipf
from bench.at_size.kinds import KINDS
from bench.at_size.speech import ID_TAIL

DAYS = 400
ZONE = ZoneInfo("Asia/Kolkata")
EPOCH_DAY = datetime(1970, 1, 1).toordinal()
COLUMNS = (
    "n", "kind", "merchant", "executive", "day", "stop", "town", "reason", "ware", "millis",
    "shift", "salt", "tail",
)  # fmt: skip
Row = tuple[int, int, int, int, int, int, int, int, int, int, float, str, str]


@dataclass(frozen=True)
class Span:
    """Returns numbered from `first` up to `last`, of the days before `now`.

    `anchors` are the moments at which the return of each kind moved last.
    """

    first: int
    last: int
    now: datetime
    anchors: Sequence[datetime]


def plan(span: Span, *, seed: int = 7) -> Iterator[Row]:
    """Give the rows in the order of time, as returns come in life."""
    dice = random.Random(seed + span.first)
    count = span.last - span.first
    merchants, towns = Draw(zipf(MERCHANTS)), Draw(zipf(len(CITIES)))
    reasons, wares = Draw(zipf(len(REASONS))), Draw(zipf(WARES))
    people = executives(span.last)
    step = DAYS / count
    offset = int(span.now.astimezone(ZONE).utcoffset().total_seconds())
    chosen = _Kinds()
    for place in range(count):
        age = (count - place - dice.random()) * step
        kind = chosen.one(age, dice)
        at = span.now - timedelta(days=age)
        seconds = at.timestamp()
        millis, number = int(seconds * 1000), span.first + place
        yield (
            number,
            kind,
            merchants.one(dice),
            dice.randrange(people),
            int(seconds + offset) // 86400,
            place % 30 + 1,
            towns.one(dice),
            reasons.one(dice),
            wares.one(dice),
            millis,
            round((at - span.anchors[kind]).total_seconds(), 3),
            f"{millis:012x}7",
            f"{ID_TAIL}{number:012x}",
        )


class _Kinds:
    """Draws a kind among those that a return of some age can be."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, ...], tuple[list[int], list[float]]] = {}

    def one(self, age: float, dice: random.Random) -> int:
        fits = (
            tuple(
                number
                for number, kind in enumerate(KINDS)
                if kind.youngest <= age and (kind.oldest is None or age <= kind.oldest)
            )
            if age < 42
            else _OLD
        )
        found = self._known.get(fits)
        if found is None:
            sums, whole = [], 0.0
            for number in fits:
                whole += KINDS[number].weight
                sums.append(whole)
            found = self._known[fits] = (list(fits), sums)
        return dice.choices(found[0], cum_weights=found[1])[0]


_OLD = tuple(number for number, kind in enumerate(KINDS) if kind.oldest is None)
