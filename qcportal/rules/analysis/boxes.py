"""Sets of cases as boxes, one set of values per fact; what some boxes leave of another."""

from collections.abc import Iterator, Sequence

Box = tuple[int, ...]
"""For each fact (in the order of its space) a set of values as bits; a case lies in all of them."""


class TooMany(Exception):
    """There are more combinations than are worth the time."""


class Budget:
    """How many steps may be spent; a share of it spends of the whole as well."""

    def __init__(self, steps: int, whole: "Budget | None" = None) -> None:
        self._left = steps
        self._whole = whole

    def share(self, steps: int) -> "Budget":
        """Give a part of the budget, so that one hard question leaves something for the others."""
        return Budget(steps, self)

    def spend(self, steps: int = 1) -> None:
        """Take off what was done; raises TooMany when there is nothing left."""
        self._left -= steps
        if self._left < 0:
            raise TooMany
        if self._whole is not None:
            self._whole.spend(steps)


def is_empty(box: Box) -> bool:
    """Tell whether no case lies in the box."""
    return not all(box)


def meet(one: Box, other: Box) -> Box | None:
    """Give the cases of both boxes, None where there is none."""
    found = []
    for mine, theirs in zip(one, other, strict=True):
        both = mine & theirs
        if not both:
            return None
        found.append(both)
    return tuple(found)


def within(inner: Box, outer: Box) -> bool:
    """Tell whether every case of a box lies in the other one."""
    return all(not mine & ~theirs for mine, theirs in zip(inner, outer, strict=True))


def find_outside(box: Box, covers: Sequence[Box], budget: Budget) -> Box | None:
    """Give a part of the box that lies in none of the covers; None where they cover all of it.

    Raises TooMany when that takes more comparisons than the budget has.
    """
    pending = [(box, 0)]
    while pending:
        piece, start = pending.pop()
        place = _next_meeting(piece, covers, start)
        budget.spend(place - start + 1)
        if place == len(covers):
            return piece
        pending.extend((rest, place + 1) for rest in _minus(piece, covers[place]))
    return None


def _next_meeting(piece: Box, covers: Sequence[Box], start: int) -> int:
    for place in range(start, len(covers)):
        if meet(piece, covers[place]) is not None:
            return place
    return len(covers)


def _minus(box: Box, cover: Box) -> Iterator[Box]:
    """Cut off the box what lies outside of the cover, in boxes that do not meet each other."""
    kept = list(box)
    for place, inside in enumerate(cover):
        outside = kept[place] & ~inside
        if outside:
            yield (*kept[:place], outside, *kept[place + 1 :])
            kept[place] &= inside
