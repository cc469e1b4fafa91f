"""The rules of a book with the items that fit each of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from qcportal.rules.analysis.boxes import Box, meet
from qcportal.rules.analysis.finding import Names
from qcportal.rules.analysis.space import (
    CATEGORY,
    ReadRow,
    Region,
    Sample,
    Space,
    item_of,
    read_row,
)
from qcportal.rules.book import Rule, RulebookDocument
from qcportal.rules.facts import FACTS


@dataclass(frozen=True)
class Row:
    """A rule with the items that fit it."""

    read: ReadRow
    region: Region

    @property
    def rule(self) -> Rule:
        """Give the rule as the book has it."""
        return self.read.rule

    @property
    def asks(self) -> bool:
        """Tell whether it wants something asked or photographed, and lets it be."""
        return bool(self.rule.checks or self.rule.photos) and self.rule.qc != "none"

    def fits(self, sample: Sample) -> bool:
        """Tell whether the rule really applies to such an item."""
        return self.rule.fits(item_of(sample))


class Asking:
    """The rules of a book, read once."""

    def __init__(self, book: RulebookDocument) -> None:
        read = [read_row(rule) for rule in book.rules]
        self.book = book
        self.names = Names(book)
        self.space = Space(read)
        self.rows = tuple(Row(each, self.space.region(each)) for each in read)

    def meeting(self, box: Box) -> list[Row]:
        """Give the rows that some item of the box may fit."""
        return [
            row
            for row in self.rows
            if any(meet(box, mine) is not None for mine in row.region.boxes)
        ]

    def sample(self, box: Box, rows: Sequence[Row]) -> Sample:
        """Give an item of the box, by the facts that these rows test."""
        facts = set[str]().union(*(row.read.facts() for row in rows))
        return self.space.sample(box, [CATEGORY, *sorted(facts - {CATEGORY}, key=_order)])


def overlap(one: Row, other: Row) -> Box | None:
    """Give a box of items that both rows' boxes have, None where there is none."""
    boxes = (meet(mine, theirs) for mine in one.region.boxes for theirs in other.region.boxes)
    return next((box for box in boxes if box is not None), None)


def find_common(one: Row, other: Row, asking: Asking) -> Sample | None:
    """Give an item that really fits both rows, as far as their boxes tell where to look."""
    box = overlap(one, other) if one is not other else None
    if box is None:
        return None
    sample = asking.sample(box, [one, other])
    exact = one.region.exact and other.region.exact
    return sample if exact or (one.fits(sample) and other.fits(sample)) else None


def _order(fact: str) -> tuple[int, str]:
    return (list(FACTS).index(fact) if fact in FACTS else len(FACTS)), fact
