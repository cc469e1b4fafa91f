"""The answers that a table's decision rows can tell apart, and for each row the ones that fit."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from qcportal.language import lazy_gettext
from qcportal.rules.analysis.boxes import Box
from qcportal.rules.analysis.number_line import Grid, find_numbers, spell
from qcportal.rules.answer_cells import (
    VALUE_TYPES,
    AnswerCellError,
    AnswerTest,
    read_answer_cell,
)
from qcportal.rules.book import CheckSpec, Decision
from qcportal.rules.check_types import CHECK_TYPES, CheckResult
from qcportal.rules.checklist import Check
from qcportal.rules.matching import compare
from qcportal.rules.settling import VISUAL_TYPE

MOST_READINGS = 20_000
OTHER = "something else"
RESULTS: Mapping[CheckResult, str] = {
    "match": lazy_gettext("as expected"),
    "mismatch": lazy_gettext("not as expected"),
    "not_checked": lazy_gettext("not checked"),
    "not_applicable": lazy_gettext("not applicable"),
}


@dataclass(frozen=True)
class Said:
    """One answer to a check as it is asked: what the portal finds, and the value sent."""

    check: Check
    result: CheckResult
    value: str | None = None

    def in_words(self) -> str:
        """Say the answer in a few words."""
        if self.value is not None:
            return f"“{self.value}”"
        return str(RESULTS[self.result])


class Answers:
    """Every answer to these checks, as far as the rows can tell; a check turned visual included.

    `routed` says that a rule of the book routes items to photos only.
    """

    def __init__(
        self, specs: Mapping[str, CheckSpec], rows: Sequence[Decision], *, routed: bool
    ) -> None:
        self.keys = tuple(specs)
        cells: dict[str, set[str]] = {key: set() for key in specs}
        for row in rows:
            for key, text in row.answers.items():
                cells.get(key, set()).add(text)
        self._said = {
            key: tuple(_answers_to(spec, cells[key], routed=routed)) for key, spec in specs.items()
        }
        self._too_many = {
            key for key in specs if len(self._said[key]) * len(cells[key]) > MOST_READINGS
        }
        self._sets: dict[tuple[str, str], int] = {}
        self.everything: Box = tuple((1 << len(self._said[key])) - 1 for key in self.keys)

    def clear(self, row: Decision) -> bool:
        """Tell whether all of the row's cells can be told."""
        return not any(key in self._too_many for key in row.answers)

    def box(self, row: Decision) -> Box:
        """Give the answers that fit the row; what cannot be told is left open."""
        box = self.everything
        for place, key in enumerate(self.keys):
            text = row.answers.get(key, "")
            if text and key not in self._too_many:
                box = (*box[:place], box[place] & self._find(key, text), *box[place + 1 :])
        return box

    def sample(self, box: Box) -> dict[str, Said]:
        """Give one answer to each check out of the box."""
        return {
            key: self._said[key][(bits & -bits).bit_length() - 1]
            for key, bits in zip(self.keys, box, strict=True)
        }

    def _find(self, key: str, text: str) -> int:
        known = self._sets.get((key, text))
        if known is None:
            known = sum(1 << n for n, said in enumerate(self._said[key]) if _fits(said, text))
            self._sets[key, text] = known
        return known


def _fits(said: Said, text: str) -> bool:
    try:
        test = read_answer_cell(said.check, text)
    except AnswerCellError:
        return False
    return test is None or test.fits(said.result, said.value, said.check)


def _answers_to(spec: CheckSpec, cells: Collection[str], *, routed: bool) -> Iterator[Said]:
    typed = spec.type != VISUAL_TYPE
    source = bool(spec.expected and spec.expected.source)
    if typed:
        value = spec.expected.value if spec.expected else None
        check = Check(spec.key, spec.type, spec.question, expected=value, choices=spec.choices)
        yield from _typed_answers(check, _values(spec, cells), known=spec.expected is not None)
    if not typed or source or routed:
        visual = Check(spec.key, VISUAL_TYPE, spec.question)
        yield from (Said(visual, result) for result in ("match", "mismatch"))
        yield from _unanswered(visual)


def _typed_answers(check: Check, values: Sequence[str], *, known: bool) -> Iterator[Said]:
    """Give the answers to a check that is asked as the book says; `known` is its right answer."""
    results: tuple[CheckResult, ...] = ("match", "mismatch")
    for result in results:
        stands_for_value = known and (result == "match" or check.type == "yes_no")
        hollow = result == "match" and CHECK_TYPES[check.type].needs_value
        if not values or not (stands_for_value or hollow):
            yield Said(check, result)
        for value in values:
            if _can_be(check, value, result):
                yield Said(check, result, value)
    yield from _unanswered(check)


def _can_be(check: Check, value: str, result: CheckResult) -> bool:
    """Tell whether the portal can find this of the value; synonyms can make any word match."""
    matches = compare(check, value).matches
    may_have_synonyms = check.type in {"text_match", "choice"} and not matches
    return matches is None or may_have_synonyms or matches is (result == "match")


def _unanswered(check: Check) -> Iterator[Said]:
    yield Said(check, "not_checked")
    yield Said(check, "not_applicable")


def _values(spec: CheckSpec, cells: Collection[str]) -> tuple[str, ...]:
    if spec.type not in VALUE_TYPES:
        return ()
    if spec.type == "yes_no":
        return ("yes", "no")
    tests = [test for text in sorted(cells) if (test := _read(spec, text)) is not None]
    if spec.type == "number":
        return tuple(_numbers(spec, tests))
    named = {value: value for test in tests for value in sorted(test.values)}
    expected = spec.expected.value if spec.expected else None
    known = [*spec.choices, *([expected] if isinstance(expected, str) else []), *named]
    return tuple(dict.fromkeys((*known, _other(known))))


def _numbers(spec: CheckSpec, tests: Sequence[AnswerTest]) -> Iterator[str]:
    ends = {end for test in tests for each in test.ranges for end in (each.low, each.high)}
    expected = spec.expected.value if spec.expected else None
    if isinstance(expected, float):
        ends |= {expected, expected - spec.tolerance, expected + spec.tolerance}
    finite = [round(end, 6) for end in ends if isfinite(end)]
    for number in find_numbers(finite, Grid(step="0.0000001")):
        yield next(spell(number))


def _other(known: Collection[str]) -> str:
    other = OTHER
    while other in known:
        other += " again"
    return other


def _read(spec: CheckSpec, text: str) -> AnswerTest | None:
    try:
        return read_answer_cell(spec, text)
    except AnswerCellError:
        return None
