"""A cell of a decision row: what the answer to one check must be for the row to fit.

`as expected`, `not checked`, `yes`, `red, blue`, `>= 2`, `2..5`; commas mean one of, `not red`
any other value, an empty cell or `any` every answer.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import inf

from qcportal.language import gettext as _
from qcportal.rules.book import CheckSpec
from qcportal.rules.canonical import fold
from qcportal.rules.check_types import CheckResult
from qcportal.rules.checklist import Check
from qcportal.rules.comparators import letters_of, read_yes_no, show
from qcportal.rules.facts import nearest, read_number

MAX_CELL = 500
MAX_TERMS = 50
RESULT_WORDS: dict[str, CheckResult] = {
    "match": "match",
    "as expected": "match",
    "mismatch": "mismatch",
    "not as expected": "mismatch",
    "not checked": "not_checked",
    "not applicable": "not_applicable",
}
VALUE_TYPES = ("yes_no", "choice", "number", "text_match")
"""The check types whose cells may name values and not only results."""

_TERM = re.compile(r'\s*(?:"(?P<quoted>[^"]*)"|(?P<plain>[^",]*))\s*(?P<end>,|\Z)')
_BOUND = re.compile(r"(>=|<=|>|<|≥|≤)\s*(.+)")
_GROUPED = re.compile(r"[0-9],[0-9]{2,3}(?![0-9])")
_OPEN = {"<", ">"}


class AnswerCellError(ValueError):
    """A cell that cannot be used, said to the person who wrote it."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`; an end belongs to it unless it is open."""

    low: float = -inf
    high: float = inf
    open: bool = False

    def holds(self, number: float) -> bool:
        """Tell whether the number lies in the range."""
        if self.open:
            return self.low < number < self.high
        return self.low <= number <= self.high


@dataclass(frozen=True)
class AnswerTest:
    """What a cell says: one of `results`, `values` (letters only) or `ranges`, or not these."""

    results: frozenset[CheckResult] = frozenset()
    values: frozenset[str] = frozenset()
    ranges: tuple[Range, ...] = ()
    negated: bool = False

    def fits(self, result: CheckResult, value: str | None, check: Check) -> bool:
        """Tell whether an answer fits: its result as the portal found it, and the value sent.

        Where no value was sent, the expected one stands for it in a match, and the other one in a
        yes-or-no mismatch. What was not checked has no value.
        """
        if result in self.results:
            return True
        if result in {"not_checked", "not_applicable"} or not (self.values or self.ranges):
            return False
        said = _value_said(result, value, check)
        return bool(said) and self._holds(said, check) is not self.negated

    def _holds(self, said: str, check: Check) -> bool:
        if check.type == "number":
            number = read_number(said)
            return number is not None and any(each.holds(number) for each in self.ranges)
        return _letters(said, check.type) in self.values


def read_answer_cell(check: CheckSpec | Check, text: str) -> AnswerTest | None:
    """Read a cell for the answers to this check; None where any answer fits.

    Raises AnswerCellError, with a suggestion where there is one, for what the check cannot be.
    """
    return _read(check.type, check.choices, text)


@lru_cache(maxsize=4096)
def _read(type_name: str, choices: tuple[str, ...], text: str) -> AnswerTest | None:
    plain = fold(text)
    if plain in {"", "any"}:
        return None
    if len(plain) > MAX_CELL:
        raise AnswerCellError(_("The cell is longer than %(n)s characters", n=MAX_CELL))
    negated = plain.startswith("not ") and _first(plain) not in RESULT_WORDS
    terms = list(_terms(plain.removeprefix("not ") if negated else plain))
    if len(terms) > MAX_TERMS:
        raise AnswerCellError(_("The cell names more than %(n)s answers", n=MAX_TERMS))
    results = frozenset(
        RESULT_WORDS[word] for word, quoted in terms if word in RESULT_WORDS and not quoted
    )
    if negated and results:
        raise AnswerCellError(
            _("'not' goes with values only"), _("write the results that should fit")
        )
    named = [word for word, quoted in terms if quoted or word not in RESULT_WORDS]
    if type_name == "number":
        if _GROUPED.search(plain):
            hint = _("write 1500 for the number, 1, 500 with a space for two")
            raise AnswerCellError(_("A comma between digits could mean two things"), hint)
        return AnswerTest(results, ranges=tuple(map(_range, named)), negated=negated)
    values = frozenset(_value(word, type_name, choices) for word in named)
    return AnswerTest(results, values, negated=negated)


def _first(plain: str) -> str:
    return plain.split(",", 1)[0].strip().replace("_", " ")


def _terms(plain: str) -> Iterator[tuple[str, bool]]:
    position, end = 0, ","
    while end == ",":
        found = _TERM.match(plain, position)
        if found is None:
            raise AnswerCellError(_("The quotes do not pair up"), _('write "red, white", blue'))
        quoted = found["quoted"] is not None
        word = found["quoted"] if quoted else found["plain"].strip()
        if not word.strip():
            raise AnswerCellError(_("There is nothing between two commas"), _("take one comma out"))
        spaced = word.replace("_", " ")
        yield (spaced if spaced in RESULT_WORDS and not quoted else word), quoted
        position, end = found.end(), found["end"]


def _range(word: str) -> Range:
    if ".." in word:
        low, high = (_number(part) for part in word.split("..", 1))
        if low > high:
            raise AnswerCellError(
                _("%(word)s holds no number", word=word),
                _("write %(low)s..%(high)s", low=show(high), high=show(low)),
            )
        return Range(low, high)
    bound = _BOUND.fullmatch(word)
    if bound is None:
        number = _number(word)
        return Range(number, number)
    number, operator = _number(bound[2]), bound[1]
    if operator in {">", ">=", "≥"}:
        return Range(low=number, open=operator in _OPEN)
    return Range(high=number, open=operator in _OPEN)


def _number(word: str) -> float:
    number = read_number(word)
    if number is None:
        raise AnswerCellError(
            _("%(word)s is no number and no result", word=repr(word[:60])),
            _("write >= 2, 2..5, 2 or 'as expected'"),
        )
    return number


def _value(word: str, type_name: str, choices: tuple[str, ...]) -> str:
    letters, known = _letters(word, type_name), _known(type_name, choices)
    if type_name not in VALUE_TYPES or not letters or (known and letters not in known):
        raise AnswerCellError(
            _("%(word)s is no answer to this check", word=repr(word[:60])), _suggest(word, known)
        )
    return letters


def _known(type_name: str, choices: tuple[str, ...]) -> dict[str, str]:
    if type_name == "yes_no":
        return {"yes": "yes", "no": "no"}
    return {letters_of(choice): choice for choice in choices}


def _suggest(word: str, known: dict[str, str]) -> str:
    words: Collection[str] = [*known.values(), *RESULT_WORDS]
    near = nearest(word, [fold(each) for each in words])
    return (
        _("did you mean %(word)s?", word=repr(near))
        if near
        else _("one of: %(list)s", list=", ".join([*words][:12]))
    )


def _letters(word: str, type_name: str) -> str:
    return (read_yes_no(word) or "") if type_name == "yes_no" else letters_of(word)


def _value_said(result: CheckResult, value: str | None, check: Check) -> str:
    said = (value or "").strip()
    if said or check.expected is None:
        return said
    if result == "match":
        return show(check.expected)
    if check.type == "yes_no":
        return "no" if check.expected == "yes" else "yes"
    return ""
