"""How a value found at the door is compared with the expected one; each explains itself."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from qcportal.rules.canonical import fold
from qcportal.rules.facts import read_number

Expected = str | float
_YES = {"yes", "y", "true", "1", "ok", "हाँ", "हां"}
_NO = {"no", "n", "false", "0", "नहीं"}
_IMEI_DIGITS = 15
_GTIN_DIGITS = 14


@dataclass(frozen=True)
class Comparison:
    """What came of a comparison: `matches` is None where nothing could be compared.

    `expected` and `found` are the two values as they were compared, `normalisation` says in words
    what was left out of account.
    """

    matches: bool | None
    expected: str
    found: str
    normalisation: str


Comparator = Callable[[Expected, str, float], Comparison]


def compare_yes_no(expected: Expected, found: str, tolerance: float) -> Comparison:
    """Compare two yes-or-no answers; an answer that is neither cannot be compared."""
    answer = read_yes_no(found)
    matches = None if answer is None else answer == expected
    return Comparison(matches, str(expected), answer or found, "as yes or no")


def compare_text(expected: Expected, found: str, tolerance: float) -> Comparison:
    """Compare two texts by their letters, marks, digits and symbols."""
    one, other = letters_of(str(expected)), letters_of(found)
    matches = one == other if other else None
    return Comparison(matches, one, other, "without regard to case, spaces and punctuation")


def compare_number(expected: Expected, found: str, tolerance: float) -> Comparison:
    """Compare two numbers; a difference up to `tolerance` (same unit) still matches."""
    number = read_number(found)
    # The small allowance keeps 0.1 + 0.2 within a tolerance of 0.3.
    matches = None if number is None else abs(number - float(expected)) <= tolerance + 1e-9
    shown = found if number is None else show(number)
    return Comparison(matches, show(expected), shown, f"as numbers, within {show(tolerance)}")


def compare_imei(expected: Expected, found: str, tolerance: float) -> Comparison:
    """Compare the 15 digits of two IMEIs (3GPP TS 23.003); other lengths cannot be compared."""
    one, other = digits_of(str(expected)), digits_of(found)
    matches = one == other if len(other) == _IMEI_DIGITS else None
    return Comparison(matches, one, other, "by the 15 digits of the IMEI only")


def compare_barcode(expected: Expected, found: str, tolerance: float) -> Comparison:
    """Compare two bar codes: digits as a GTIN-14 (GS1 General Specifications), others as text.

    An article's UPC-A and its EAN-13 differ only in leading zeros and match.
    """
    one, other = letters_of(str(expected)), letters_of(found)
    if not (is_digits(one) and is_digits(other)):
        return compare_text(expected, found, tolerance)
    one, other = one.zfill(_GTIN_DIGITS), other.zfill(_GTIN_DIGITS)
    return Comparison(one == other, one, other, "by digits, leading zeros left out of account")


def compare_nothing(expected: Expected, found: str, tolerance: float) -> Comparison:
    """Leave the comparison to the eye: the photo is the evidence."""
    return Comparison(None, "", found, "by eye")


def read_yes_no(text: str) -> str | None:
    """Read an answer as "yes" or "no"; None if it is neither."""
    word = fold(text)
    if word in _YES:
        return "yes"
    return "no" if word in _NO else None


def read_text(text: str) -> str | None:
    """Read an expected text; None if nothing in it can be compared."""
    return text.strip() if letters_of(text) else None


def read_imei(text: str) -> str | None:
    """Read the digits of an expected IMEI; None unless there are 15."""
    digits = digits_of(text)
    return digits if len(digits) == _IMEI_DIGITS else None


def letters_of(text: str) -> str:
    """Give the folded text without separators, punctuation and control characters."""
    return "".join(each for each in fold(text) if unicodedata.category(each)[0] not in "ZPC")


def digits_of(text: str) -> str:
    """Give the digits of the text, in any script, as ASCII digits."""
    if is_digits(text):
        return text
    return "".join(
        str(unicodedata.decimal(each))
        for each in unicodedata.normalize("NFKC", text)
        if each.isdecimal()
    )


def is_digits(text: str) -> bool:
    """Tell whether the text is ASCII digits and nothing else."""
    return text.isascii() and text.isdigit()


def show(value: Expected) -> str:
    """Write a value for people and for text comparison: 499.0 is "499"."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
