"""A cell of a rule's row: a simple test of one fact, read from the words a merchant types.

`>= 10000`, `500..2000`, `shoes, bags`, `not shoes`, `contains gift`, `missing`, `known`, `5600*`.
A test with `not` also fits an item whose fact is missing; every other one but `missing` does not.
"""

import math
import operator
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from qcportal.language import gettext as _
from qcportal.rules.canonical import fold, is_clean
from qcportal.rules.cell_tests import (
    KEYWORD,
    OPERATORS,
    Between,
    CellError,
    Contains,
    OneOf,
    Presence,
    Test,
    ends,
    quoted,
    show_number,
    write_cell,
)
from qcportal.rules.facts import (
    ATTRIBUTE_PREFIX,
    find_fact,
    is_numeric_text,
    numeric_name,
    suggest_fact,
)
from qcportal.rules.lowering import Holds, Known
from qcportal.rules.number_cells import is_band, read_band, read_numbers, read_pincodes

__all__ = [
    "Between", "CellError", "Contains", "OneOf", "Presence", "Test",
    "compile_cell", "condition_of", "quoted", "read_cell", "show_number", "write_cell",
]  # fmt: skip

MAX_CELL = 500
MAX_VALUES = 100

_PRESENCE: Mapping[str, Presence] = MappingProxyType(
    {
        "missing": Presence(missing=True),
        "not known": Presence(missing=True),
        "known": Presence(missing=False),
        "not missing": Presence(missing=False),
    }
)
_WORD = re.compile(r'\s*(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[^,]*?))\s*(?P<end>,|\Z)')
_STRAIGHT = str.maketrans({"\u201c": '"', "\u201d": '"', "\u201e": '"'})


def read_cell(fact_name: str, text: str) -> Test | None:
    """Read a cell for this fact; None where any value fits.

    Raises CellError, with a suggestion where one can be guessed.
    """
    fact = find_fact(fact_name)
    if fact is None:
        near = suggest_fact(fact_name)
        hint = _("did you mean %(word)s?", word=repr(near)) if near else None
        raise CellError(_("There is no fact %(fact_name)s", fact_name=repr(fact_name[:60])), hint)
    plain = _plain(text)
    word = plain.casefold()
    if word in {"", "any"}:
        return None
    if word in _PRESENCE:
        return _PRESENCE[word]
    if fact.type == "list":
        raise CellError(
            _("%(fact_name)s can only be missing or known", fact_name=fact_name), _("write known")
        )
    if fact.type == "number":
        return read_numbers(plain)
    if fact_name == "pincode":
        return read_pincodes(plain)
    if fact_name.startswith(ATTRIBUTE_PREFIX) and is_band(plain):
        return read_band(plain)
    return _text_test(plain)


def condition_of(fact_name: str, test: Test) -> str:
    """Give the test in the language of conditions."""
    if isinstance(test, Presence):
        return f"{fact_name} {'==' if test.missing else '!='} null"
    if isinstance(test, Contains):
        return f"{quoted(test.text)} in {fact_name}"
    if isinstance(test, Between):
        return " and ".join(f"{fact_name} {sign} {show_number(end)}" for sign, end in ends(test))
    values = [_literal(each) for each in test.values]
    if len(values) == 1 and not test.negated:
        return f"{fact_name} == {values[0]}"
    return f"{fact_name} {'not in' if test.negated else 'in'} [{', '.join(values)}]"


def compile_cell(fact_name: str, test: Test) -> Holds:
    """Give the test as a function over folded facts; it holds as `condition_of` says."""
    if isinstance(test, Presence):
        return lambda known: (known.get(fact_name) is None) is test.missing
    if isinstance(test, Contains):
        part = fold(test.text)
        return lambda known: part in str(known.get(fact_name) or "")
    if isinstance(test, OneOf):
        values = frozenset(fold(each) if isinstance(each, str) else each for each in test.values)
        if test.negated:
            return lambda known: known.get(fact_name) not in values
        return lambda known: known.get(fact_name) in values
    return _compile_band(numeric_name(fact_name) if is_numeric_text(fact_name) else fact_name, test)


def _compile_band(name: str, test: Between) -> Holds:
    compare_low = operator.ge if test.low_in else operator.gt
    compare_high = operator.le if test.high_in else operator.lt
    low = -math.inf if test.low is None else test.low
    high = math.inf if test.high is None else test.high

    def holds(known: Known) -> bool:
        number: Any = known.get(name)
        return number is not None and compare_low(number, low) and compare_high(number, high)

    return holds


def _plain(text: str) -> str:
    if len(text) > MAX_CELL:
        raise CellError(
            _("The cell is longer than %(n)s characters", n=MAX_CELL),
            _("use a row more"),
        )
    if not is_clean(text):
        raise CellError(_("The cell has control characters in it"))
    return " ".join(text.translate(_STRAIGHT).split())


def _literal(value: str | float) -> str:
    return quoted(value) if isinstance(value, str) else show_number(value)


def _text_test(plain: str) -> Test:
    negated, rest = _negation(plain)
    if rest.casefold().startswith("contains "):
        if negated:
            raise CellError(
                _("'not' and 'contains' do not go together"), _("use the expression cell")
            )
        return Contains(_one_word(rest[len("contains ") :]))
    if rest.startswith(OPERATORS):
        better = rest.lstrip("<>=!≥≤ ")
        hint = (
            _("write not %(better)s", better=better)
            if rest.startswith(("!", "<>"))
            else _("write %(better)s", better=better)
        )
        raise CellError(_("This fact is a text, which is not larger or smaller"), hint)
    return OneOf(_unique(_words(rest)), negated)


def _one_word(rest: str) -> str:
    words = list(_words(rest))
    if len(words) > 1:
        raise CellError(
            _("'contains' takes one text"), _('put quotes round a text with commas: "a, b"')
        )
    return words[0]


def _words(rest: str) -> Iterator[str]:
    position, end = 0, ","
    while end == ",":
        found = _WORD.match(rest, position)
        if found is None or (found["plain"] or "").startswith('"'):
            raise CellError(_("The quotes do not pair up"), _('write "red, white", blue'))
        yield _word(found["quoted"], found["plain"])
        position, end = found.end(), found["end"]


def _word(in_quotes: str | None, bare: str | None) -> str:
    word = (bare or "") if in_quotes is None else in_quotes.replace('""', '"').strip()
    if not fold(word):
        raise CellError(_("There is nothing between two commas"), _("take one comma out"))
    if in_quotes is None and KEYWORD.fullmatch(word):
        hint = _("put quotes round it if it is a value, or use a row more")
        raise CellError(_("%(word)s cannot stand in a list", word=repr(word[:40])), hint)
    quoted(word)
    return word


def _unique(words: Iterator[str]) -> tuple[str, ...]:
    unique: dict[str, str] = {}
    for word in words:
        unique.setdefault(fold(word), word)
    if len(unique) > MAX_VALUES:
        raise CellError(
            _("The cell names more than %(n)s values", n=MAX_VALUES),
            _("use a row more"),
        )
    return tuple(unique.values())


def _negation(plain: str) -> tuple[bool, str]:
    if plain.casefold() == "not":
        raise CellError(_("'not' needs a value after it"))
    negated = plain[:4].casefold() == "not "
    return negated, plain[4:] if negated else plain
