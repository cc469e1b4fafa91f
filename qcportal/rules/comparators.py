"""How a value found at the door is compared with the expected one; each explains itself."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qcportal.rules.canonical import ascii_digits, fold
from qcportal.rules.check_digits import GTIN_LENGTHS, is_gtin, is_luhn, with_luhn
from qcportal.rules.facts import read_number
from qcportal.rules.phrases import bare, parts

Expected = str | float
_YES = {
    "yes", "y", "true", "1", "ok", "okay", "हां", "हाँ", "जी", "जीहां", "जीहाँ", "हांजी", "हाँजी",
    "haan", "han", "ha", "haanji", "hanji", "jihaan", "jihan", "ji",
}  # fmt: skip
_NO = {
    "no", "n", "false", "0", "नहीं", "नही", "ना", "नहींजी", "जीनहीं", "nahin", "nahi", "na",
    "nahinji", "nahiji", "jinahin", "jinahi",
}  # fmt: skip
_IMEI, _IMEISV, _BODY = 15, 16, 14  # digits; the body is what both forms of a number share
_WITH_VERSION = _IMEI + 2  # as Android shows it: the IMEI, a stroke and the software version
_LONGEST_GTIN = max(GTIN_LENGTHS)
_NO_LETTER_ASCII = re.compile(r"[^0-9a-z$+<=>^`|~]+")
_POINT = re.compile(r"(?<=[0-9])\.(?=[0-9])")
_IMEI_LABEL = re.compile(r"imei\s?[(/]?[12](?=[^0-9])")
_PLAIN = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"})
_PLAINLY = "without regard to case, spaces, punctuation and accents"
_NUKTA, _CHANDRABINDU, _ANUSVARA = "\u093c", "\u0901", "\u0902"


@dataclass(frozen=True)
class Comparison:
    """What came of a comparison: `matches` is None where nothing could be compared.

    `expected` and `found` are the two values, numbers as they were read and texts as they were
    written; `normalisation` says in words what was left out of account, or why nothing could be
    compared.
    """

    matches: bool | None
    expected: str
    found: str
    normalisation: str


@dataclass(frozen=True)
class Terms:
    """On which terms a value matches: how near a number, which words mean the same.

    Whoever names one of the `choices` means that one and no other.
    """

    tolerance: float = 0.0
    also: Sequence[str] = ()
    choices: Sequence[str] = ()


Comparator = Callable[[Expected, str, Terms], Comparison]


def compare_yes_no(expected: Expected, found: str, terms: Terms) -> Comparison:
    """Compare two yes-or-no answers; an answer that is neither cannot be compared."""
    answer = read_yes_no(found)
    if answer is None:
        return Comparison(None, str(expected), found, "it is neither yes nor no")
    return Comparison(answer == expected, str(expected), answer, "as yes or no")


def compare_text(expected: Expected, found: str, terms: Terms) -> Comparison:
    """Compare two texts by their letters, digits and symbols, then by words that mean the same."""
    wanted, value = str(expected).strip(), found.strip()
    one, other = letters_of(wanted), letters_of(value)
    if not other:
        return Comparison(None, wanted, value, "there is no letter and no digit in it")
    if one == other:
        return Comparison(True, wanted, value, _PLAINLY)
    chosen = other in map(letters_of, terms.choices)
    how = "" if chosen else _also_same(wanted, value, terms.also)
    return Comparison(bool(how), wanted, value, how or _PLAINLY)


def compare_code(expected: Expected, found: str, terms: Terms) -> Comparison:
    """Compare two numbers off a label, such as serial numbers, by their letters and digits."""
    wanted, value = str(expected).strip(), found.strip()
    one, other = code_of(wanted), code_of(value)
    if not other:
        return Comparison(None, wanted, value, "there is no letter and no digit in it")
    how = "without regard to case, spaces and punctuation"
    return Comparison(one == other, wanted, value, how)


def compare_number(expected: Expected, found: str, terms: Terms) -> Comparison:
    """Compare two numbers; a difference up to the tolerance (same unit) still matches."""
    number = read_number(found)
    if number is None:
        return Comparison(None, show(expected), found, "it is no number")
    # The small allowance keeps 0.1 + 0.2 within a tolerance of 0.3.
    matches = abs(number - float(expected)) <= terms.tolerance + 1e-9
    how = f"as numbers, within {show(terms.tolerance)}" if terms.tolerance else "as numbers"
    return Comparison(matches, show(expected), show(number), how)


def compare_imei(expected: Expected, found: str, terms: Terms) -> Comparison:
    """Compare two IMEIs (3GPP TS 23.003): 15 digits of which the last proves the others.

    The 16 digits of an IMEISV end in a software version, so only the first 14 are compared. A
    number that its own check digit disproves was misread and cannot be compared.
    """
    one, other = imei_digits(str(expected)), imei_digits(found)
    if len(other) == _IMEISV:
        how = "by the first 14 digits, since it ends in a software version"
        return Comparison(one[:_BODY] == other[:_BODY], one[:_BODY], other[:_BODY], how)
    if len(other) == 2 * _IMEI:
        return _compare_two_imeis(one, other)
    if len(other) == _WITH_VERSION and is_luhn(other[:_IMEI]):
        other = other[:_IMEI]
    if len(other) != _IMEI:
        how = f"an IMEI has 15 digits, this has {len(other)}"
        return Comparison(None, one, found, how)
    if one != other and is_luhn(one) and not is_luhn(other):
        how = "it was misread: its last digit does not fit the others"
        return Comparison(None, one, other, how)
    return Comparison(one == other, one, other, "by the 15 digits of the IMEI only")


def _compare_two_imeis(one: str, both: str) -> Comparison:
    """Compare with a phone of two SIM cards, whose screen shows an IMEI for each."""
    first, second = both[:_IMEI], both[_IMEI:]
    shown = f"{first} and {second}"
    if one in (first, second):
        return Comparison(True, one, shown, "with each of the two IMEIs that were read")
    if not (is_luhn(first) and is_luhn(second)):
        how = "they were misread: a last digit does not fit the others"
        return Comparison(None, one, shown, how)
    return Comparison(False, one, shown, "with each of the two IMEIs that were read")


def compare_barcode(expected: Expected, found: str, terms: Terms) -> Comparison:
    """Compare two bar codes by their digits without leading zeros, others as text.

    An article's UPC-A and its EAN-13 are the same GTIN-14 (GS1 General Specifications). Where the
    expected code has a check digit, a found one that its own disproves was misread.
    """
    one, other = code_of(str(expected)), code_of(found)
    if not (is_digits(one) and is_digits(other)):
        return compare_code(expected, found, terms)
    same = one.zfill(_LONGEST_GTIN) == other.zfill(_LONGEST_GTIN)
    if not same and is_gtin(one) and len(other) in GTIN_LENGTHS and not is_gtin(other):
        how = "it was misread: its last digit does not fit the others"
        return Comparison(None, one, other, how)
    return Comparison(same, one, other, "by digits, leading zeros left out of account")


def compare_nothing(expected: Expected, found: str, terms: Terms) -> Comparison:
    """Leave the comparison to the eye: the photo is the evidence."""
    return Comparison(None, "", found, "by eye")


def _also_same(wanted: str, value: str, also: Sequence[str]) -> str:
    """Say how two texts of other letters are the same nevertheless; empty if they are not."""
    if letters_of(value) in map(letters_of, also):
        return f"as another word for “{wanted}”"
    core = letters_of(bare(value))
    if core == letters_of(bare(wanted)):
        return "without words like “colour”, “size” and “and”"
    if core in map(letters_of, also):
        return f"as another word for “{wanted}”, without words like “colour” and “size”"
    pieces = _letters_of_parts(value)
    return "part by part, in any order" if pieces and pieces == _letters_of_parts(wanted) else ""


def _letters_of_parts(text: str) -> frozenset[str]:
    return frozenset(map(letters_of, parts(text)))


def read_yes_no(text: str) -> str | None:
    """Read an answer as "yes" or "no"; None if it is neither."""
    word = fold(text).rstrip(".!,।").replace(" ", "")
    if word in _YES:
        return "yes"
    return "no" if word in _NO else None


def read_text(text: str) -> str | None:
    """Read an expected text; None if nothing in it can be compared."""
    return text.strip() if letters_of(text) else None


def read_imei(text: str) -> str | None:
    """Read the 15 digits of an expected IMEI; None unless its check digit proves them.

    Of an IMEISV the check digit is worked out. One digit 15 times stands for nothing known.
    """
    digits = imei_digits(text)
    if len(digits) == _IMEISV:
        digits = with_luhn(digits[:_BODY])
    fit = len(digits) == _IMEI and is_luhn(digits) and len(set(digits)) > 1
    return digits if fit else None


@lru_cache(maxsize=8192)
def letters_of(text: str) -> str:
    """Give the text as values are compared: folded letters, digits and symbols.

    Left out are separators, punctuation, control characters, the accents of Latin letters and in
    Devanagari the dot of borrowed letters; anusvara stands for chandrabindu. The decimal point of
    a lone number stays, for 1.5 is not 15; several points are separators, as in dates.
    """
    parts = _POINT.split(text.casefold() if text.isascii() else fold(text))
    if len(parts) == 2:
        return ".".join(map(_letters, parts))
    return "".join(map(_letters, parts))


def code_of(text: str) -> str:
    """Give the letters and digits of a code, in which no point stands for a decimal one."""
    return letters_of(text).replace(".", "")


def _letters(folded: str) -> str:
    if folded.isascii():
        return _NO_LETTER_ASCII.sub("", folded)
    decomposed = unicodedata.normalize("NFD", folded.translate(_PLAIN))
    return unicodedata.normalize("NFC", "".join(_kept(decomposed)))


def _kept(decomposed: str) -> list[str]:
    kept: list[str] = []
    for letter in decomposed:
        kind = unicodedata.category(letter)
        accent = kind == "Mn" and bool(kept) and kept[-1].isascii()
        if kind[0] not in "ZPC" and not accent and letter != _NUKTA:
            kept.append(_ANUSVARA if letter == _CHANDRABINDU else letter)
    return kept


def digits_of(text: str) -> str:
    """Give the digits of the text, in any script, as ASCII digits."""
    if is_digits(text):
        return text
    plain = ascii_digits(unicodedata.normalize("NFKC", text))
    return "".join(each for each in plain if each.isascii() and each.isdigit())


def imei_digits(text: str) -> str:
    """Give the digits of an IMEI as it was read, without the 1 and 2 of labels like "IMEI 2:"."""
    return digits_of(text if is_digits(text) else _IMEI_LABEL.sub(" ", fold(text)))


def is_digits(text: str) -> bool:
    """Tell whether the text is ASCII digits and nothing else."""
    return text.isascii() and text.isdigit()


def show(value: Expected) -> str:
    """Write a value for people and for text comparison: 499.0 is "499"."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
