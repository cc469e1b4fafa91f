"""The items that a book's rows can tell apart, and for each row the ones that fit it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qcportal.rules.analysis.boxes import Box, meet
from qcportal.rules.analysis.expressions import (
    Leaf,
    Not,
    Part,
    Unclear,
    facts_of,
    leaves,
    read_expression,
)
from qcportal.rules.analysis.value_sets import values_of
from qcportal.rules.book import Rule
from qcportal.rules.cells import CellError, OneOf, Test, read_cell
from qcportal.rules.facts import ATTRIBUTE_PREFIX, FactValue, ItemFacts
from qcportal.rules.tokens import ConditionError

MOST_BOXES = 32
CATEGORY = "category"
Sample = Mapping[str, FactValue]


@dataclass(frozen=True)
class Region:
    """The items of a row: all of them lie in the boxes, and if `exact` every item of these fits."""

    boxes: tuple[Box, ...]
    exact: bool = True


@dataclass(frozen=True)
class ReadRow:
    """A rule with its tests read; `clear` is False where one of them could not be."""

    rule: Rule
    tests: tuple[tuple[str, Test], ...]
    when: Part
    clear: bool = True

    def facts(self) -> set[str]:
        """Name the facts that the row tests."""
        return {fact for fact, _ in self.tests} | facts_of(self.when)


class Space:
    """Every item as far as these rows can tell, by the facts that they test."""

    def __init__(self, rows: Sequence[ReadRow]) -> None:
        tests: dict[str, set[Test]] = {CATEGORY: set()}
        for row in rows:
            single = [*row.tests, *((leaf.fact, leaf.test) for leaf in leaves(row.when))]
            for fact, test in single:
                tests.setdefault(fact, set()).add(test)
            for fact in row.facts():
                tests.setdefault(fact, set())
        self.facts = tuple(sorted(tests))
        self._values = {fact: values_of(fact, _ordered(tests[fact])) for fact in self.facts}
        self._place = {fact: place for place, fact in enumerate(self.facts)}
        self.everything: Box = tuple(self._values[fact].full for fact in self.facts)

    def region(self, row: ReadRow) -> Region:
        """Give the items that fit the row."""
        box, exact = self.everything, row.clear
        for fact, test in row.tests:
            found = self._values[fact].find(test)
            exact = exact and found is not None
            box = self.narrow(box, fact, self._values[fact].full if found is None else found)
        if not all(box):
            return Region((), exact)
        return _all_of(Region((box,), exact), self._region(row.when, negated=False))

    def tested(self, row: ReadRow, fact: str) -> int:
        """Give the set of values that the row's cells let pass; all where they do not tell."""
        found = self._values[fact].full
        for name, test in row.tests:
            passed = self._values[fact].find(test) if name == fact else None
            found &= found if passed is None else passed
        return found

    def of_categories(self, categories: Sequence[str]) -> Box:
        """Give all items of these categories."""
        found = self._values[CATEGORY].find(OneOf(tuple(categories)))
        return self.narrow(self.everything, CATEGORY, found or 0)

    def narrow(self, box: Box, fact: str, values: int) -> Box:
        """Give the items of the box whose fact has one of the values."""
        place = self._place[fact]
        return (*box[:place], box[place] & values, *box[place + 1 :])

    def sample(self, box: Box, facts: Iterable[str]) -> Sample:
        """Give the values of one item of the box, as far as these facts tell of it."""
        found = {}
        for fact in facts:
            bits = box[self._place[fact]]
            found[fact] = self._values[fact].each[(bits & -bits).bit_length() - 1]
        return found

    def _region(self, part: Part, *, negated: bool) -> Region:
        if isinstance(part, Not):
            return self._region(part.part, negated=not negated)
        if isinstance(part, Leaf):
            return self._leaf(part, negated=negated)
        if isinstance(part, Unclear):
            return Region((self.everything,), exact=False)
        below = [self._region(each, negated=negated) for each in part.parts]
        if part.every is not negated:
            found = Region((self.everything,))
            for each in below:
                found = _all_of(found, each)
            return found
        boxes = tuple(box for each in below for box in each.boxes)
        if len(boxes) > MOST_BOXES:
            return Region((self.everything,), exact=False)
        return Region(boxes, all(each.exact for each in below))

    def _leaf(self, leaf: Leaf, *, negated: bool) -> Region:
        values = self._values[leaf.fact]
        found = values.find(leaf.test)
        if found is None:
            return Region((self.everything,), exact=False)
        found &= values.known if leaf.known_only else values.full
        found = values.full & ~found if negated else found
        return Region((self.narrow(self.everything, leaf.fact, found),) if found else ())


@lru_cache(maxsize=4096)
def _read_when(text: str) -> Part:
    try:
        return read_expression(text)
    except ConditionError:
        return Unclear(text)


def read_row(rule: Rule) -> ReadRow:
    """Read a row's tests; what has a fault is left out."""
    tests: list[tuple[str, Test]] = []
    if rule.categories:
        tests.append((CATEGORY, OneOf(rule.categories)))
    clear = True
    for fact, text in rule.cells.items():
        try:
            test = read_cell(fact, text)
        except CellError:
            clear = False
            continue
        tests += [(fact, test)] if test is not None else []
    return ReadRow(rule, tuple(tests), _read_when(rule.when), clear)


def item_of(sample: Sample) -> ItemFacts:
    """Give the item that a sample speaks of."""
    plain = {name: value for name, value in sample.items() if value is not None}
    attributes = {
        name.removeprefix(ATTRIBUTE_PREFIX): str(plain.pop(name))
        for name in list(plain)
        if name.startswith(ATTRIBUTE_PREFIX)
    }
    whole = {name: int(str(plain[name]).split(".")[0]) for name in _WHOLE & plain.keys()}
    parts: dict[str, object] = {"sku": "sample", **plain, **whole, "attributes": attributes}
    return ItemFacts(**parts)  # type: ignore[arg-type]


_WHOLE = {"quantity", "customer_return_count"}


def _all_of(one: Region, other: Region) -> Region:
    exact = one.exact and other.exact
    if len(one.boxes) * len(other.boxes) > MOST_BOXES:
        return Region(one.boxes, exact=False)
    met = (meet(mine, theirs) for mine in one.boxes for theirs in other.boxes)
    return Region(tuple(box for box in met if box is not None), exact)


def _ordered(tests: Iterable[Test]) -> list[Test]:
    return sorted(tests, key=repr)
