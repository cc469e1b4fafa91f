"""Sets of one fact's values as bits: a value stands for all that a book's tests cannot tell apart.

So every set is exact, and every one of its values can be shown and tried out.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from qcportal.rules.analysis.number_line import Grid, find_numbers, spell
from qcportal.rules.canonical import fold
from qcportal.rules.cell_tests import Between, Contains, OneOf, Presence, Test, show_number
from qcportal.rules.facts import ATTRIBUTE_PREFIX, FactValue, find_fact, read_number

MOST_CONTAINS = 6
SPELLINGS = 20
_PAISE = Grid(step="0.01", least=0)
_GRIDS: Mapping[str, Grid] = {
    "price": _PAISE,
    "mrp": _PAISE,
    "quantity": Grid(step="1", least=1),
    "customer_return_count": Grid(step="1", least=0),
    "pincode": Grid(step="1", least=100_000, most=999_999),
}
"""Which numbers an intake takes; attributes hold any number."""

ALWAYS_KNOWN = {"sku", "quantity"}
SOME_PICTURE = ("https://example.com/picture.jpg",)


@dataclass(frozen=True)
class Values:
    """The values of a fact that stand for all others, as they are sent; None is a missing one.

    A set of them is an int with bit n for `each[n]`. What `blind` says is whether tests of a
    part of a text cannot be told here.
    """

    fact: str
    each: tuple[FactValue, ...]
    blind: bool = False

    @cached_property
    def full(self) -> int:
        """The set of all values."""
        return (1 << len(self.each)) - 1

    @cached_property
    def known(self) -> int:
        """The set of all values but the missing one."""
        return _bits(number for number, value in enumerate(self.each) if value is not None)

    def find(self, test: Test) -> int | None:
        """Give the set of values that pass the test; None where that cannot be told."""
        if isinstance(test, Presence):
            return self.full & ~self.known if test.missing else self.known
        if isinstance(test, Between):
            return self._between(test)
        if isinstance(test, Contains):
            return None if self.blind else self._containing(fold(test.text))
        found = 0
        for value in test.values:
            found |= self._like(value)
        return self.full & ~found if test.negated else found

    def _like(self, value: str | float) -> int:
        if isinstance(value, str):
            return self._by_text.get(fold(value), 0)
        return self._between(Between(value, value))

    def _between(self, test: Between) -> int:
        numbers, unions = self._line
        start, end = 0, len(numbers)
        if test.low is not None:
            start = (bisect_left if test.low_in else bisect_right)(numbers, test.low)
        if test.high is not None:
            end = (bisect_right if test.high_in else bisect_left)(numbers, test.high)
        return unions[end] & ~unions[start] if start < end else 0

    def _containing(self, part: str) -> int:
        texts = enumerate(self.each)
        return _bits(n for n, value in texts if isinstance(value, str) and part in fold(value))

    @cached_property
    def _by_text(self) -> Mapping[str, int]:
        return {fold(value): 1 << n for n, value in enumerate(self.each) if isinstance(value, str)}

    @cached_property
    def _line(self) -> tuple[list[float], list[int]]:
        """The numbers in order, and the set of values before each place between them."""
        readings = ((_number(value), 1 << n) for n, value in enumerate(self.each))
        line = sorted((number, bit) for number, bit in readings if number is not None)
        unions = [0]
        for _, bit in line:
            unions.append(unions[-1] | bit)
        return [number for number, _ in line], unions


def values_of(fact: str, tests: Collection[Test]) -> Values:
    """Give the values of a fact that all these tests together can tell apart."""
    texts, numbers, parts = _mentioned(tests)
    kind = find_fact(fact)
    if kind is not None and kind.type == "list":
        return Values(fact, (SOME_PICTURE, None), blind=True)
    last: tuple[FactValue, ...] = () if fact in ALWAYS_KNOWN else (None,)
    if kind is not None and kind.type == "number":
        return Values(fact, (*find_numbers(numbers, _GRIDS[fact]), *last))
    if fact == "pincode":
        numbers |= {number for text in texts if (number := read_number(text)) is not None}
        codes = [show_number(number) for number in find_numbers(numbers, _GRIDS[fact])]
        return Values(fact, (*codes, *last), blind=True)
    blind = len(parts) > MOST_CONTAINS or bool(parts and numbers)
    spelt = _spelt(numbers, texts) if fact.startswith(ATTRIBUTE_PREFIX) else ()
    other = list(_others(texts, [] if blind else sorted(parts), [fold(each) for each in spelt]))
    return Values(fact, (*texts.values(), *spelt, *other, *last), blind)


def _mentioned(tests: Iterable[Test]) -> tuple[dict[str, str], set[float], set[str]]:
    """Give what tests name: texts by their folded form, numbers, and parts of texts."""
    texts: dict[str, str] = {}
    numbers: set[float] = set()
    parts: set[str] = set()
    for test in tests:
        if isinstance(test, Contains):
            parts.add(fold(test.text))
        elif isinstance(test, Between):
            numbers |= {end for end in (test.low, test.high) if end is not None}
        elif isinstance(test, OneOf):
            numbers |= {value for value in test.values if isinstance(value, float)}
            for text in (value for value in test.values if isinstance(value, str)):
                texts.setdefault(fold(text), text)
    return texts, numbers, parts


def _spelt(numbers: set[float], texts: Mapping[str, str]) -> tuple[str, ...]:
    """Spell numbers as attributes hold them, in no way that a test names as a text."""
    found = find_numbers(numbers, Grid(step="0.0000001")) if numbers else ()
    spelt = [next((w for w in spell(each) if w not in texts), None) for each in found]
    return tuple(word for word in spelt if word is not None)


def _others(texts: Mapping[str, str], parts: list[str], taken: list[str]) -> Iterator[str]:
    """Give a text that no test names, for each choice of parts that it can hold."""
    letter = _unused("".join([*texts, *parts]))
    seen = {*texts, *taken}
    for size in range(len(parts) + 1):
        for chosen in combinations(parts, size):
            if _holds(letter.join(chosen), parts) == set(chosen):
                yield _fresh(chosen, parts, letter, seen)


def _fresh(chosen: tuple[str, ...], parts: list[str], letter: str, seen: set[str]) -> str:
    plain = [f"{' '.join(chosen)} and more", " ".join(chosen)] if chosen else ["something else"]
    for text in plain:
        if fold(text) == text not in seen and _holds(text, parts) == set(chosen):
            return text
    text = letter.join(chosen) + letter
    while text in seen:
        text += letter
    return text


def _holds(text: str, parts: Iterable[str]) -> set[str]:
    return {part for part in parts if part in text}


def _unused(text: str) -> str:
    """Give a letter that stands nowhere in the text."""
    letters = (chr(code) for code in range(ord("a"), 0x10FFFF))
    return next(
        each for each in letters if each.isalpha() and each not in text and fold(each) == each
    )


def _number(value: FactValue) -> float | None:
    if isinstance(value, str):
        return read_number(value)
    return value if isinstance(value, int | float) else None


def _bits(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in numbers)
