"""Cells that test numbers and PIN codes: lists, bands such as `500..2000`, and `5600*`."""

import re
from collections.abc import Callable

from qcportal.language import gettext as _
from qcportal.rules.cell_tests import Between, CellError, OneOf, Test, show_number
from qcportal.rules.facts import read_number

_BOUND = re.compile(r"(>=|<=|>|<|≥|≤)(.*)")
_LIKE_A_BAND = re.compile(r"(.+?)\s*(?:-|–|—|\bto\b)\s*(.+)")
_GROUPED = re.compile(r"(?<![0-9])[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3}(?![0-9])")
_PREFIX = re.compile(r"([1-9][0-9]{0,4})\*+")
_PINCODE = re.compile(r"[1-9][0-9]{5}")
_MOST = 10**12  # conditions write numbers with up to 12 digits and 6 decimals
_SIGNS = {"≥": ">=", "≤": "<="}


def is_band(plain: str) -> bool:
    """Tell whether the cell speaks of numbers that are larger or smaller."""
    if _BOUND.match(plain):
        return True
    low, dots, high = plain.partition("..")
    return bool(dots) and read_number(low) is not None and read_number(high) is not None


def read_band(plain: str, read: Callable[[str], float] | None = None) -> Between:
    """Read `500..2000`, `>= 500` or `> 500 and <= 2000`; `read` reads one number."""
    number = read or _number
    if ".." in plain:
        low, _other, high = plain.partition("..")
        if not low.strip() or not high.strip():
            raise CellError(
                _("A band needs two ends"),
                _("write %(value)s ...", value="<=" if high.strip() else ">="),
            )
        return _checked(Between(number(low), number(high)))
    bounds = [_BOUND.fullmatch(part.strip()) for part in re.split(r"\band\b", plain, flags=re.I)]
    found = [(_SIGNS.get(each[1], each[1]), number(each[2])) for each in bounds if each]
    lows = [each for each in found if each[0][0] == ">"]
    highs = [each for each in found if each[0][0] == "<"]
    if len(found) < len(bounds) or len(lows) > 1 or len(highs) > 1:
        raise CellError(_("This is no band of numbers"), _("write 500..2000, or > 500 and < 2000"))
    low_sign, least = lows[0] if lows else (">=", None)
    high_sign, most = highs[0] if highs else ("<=", None)
    return _checked(Between(least, most, low_sign == ">=", high_sign == "<="))


def read_numbers(plain: str) -> Test:
    """Read a band, `1, 2, 3` or `not 1, 2`."""
    negated = plain[:4].casefold() == "not "
    rest = plain[4:] if negated else plain
    if ".." in rest or _BOUND.match(rest):
        if negated:
            raise CellError(
                _("'not' goes with single numbers"), _("write the other side, as in < 500")
            )
        return read_band(rest)
    if _GROUPED.search(rest):
        hint = _(
            "write %(rest)s for one number, or %(split)s",
            rest=rest.replace(",", ""),
            split=", ".join(rest.split(",")),
        )
        raise CellError(_("A comma between digits could mean two things"), hint[:200])
    return OneOf(tuple(dict.fromkeys(_number(word) for word in rest.split(","))), negated)


def read_pincodes(plain: str) -> Test:
    """Read `560001, 560002`, `not 560001`, `5600*` or a band of PIN codes."""
    if (prefix := _PREFIX.fullmatch(plain)) is not None:
        return Between(float(prefix[1].ljust(6, "0")), float(prefix[1].ljust(6, "9")))
    if ".." in plain or _BOUND.match(plain):
        return read_band(plain, lambda text: float(_pincode(text)))
    negated = plain[:4].casefold() == "not "
    rest = plain[4:] if negated else plain
    return OneOf(tuple(dict.fromkeys(_pincode(word) for word in rest.split(","))), negated)


def _pincode(text: str) -> str:
    digits = "".join(text.split())
    if not _PINCODE.fullmatch(digits):
        hint = _("one * stands alone in its cell; use a row for each area") if "*" in text else None
        raise CellError(
            _("%(text)s is no PIN code of six digits", text=repr(text.strip()[:40])), hint
        )
    return digits


def _number(text: str) -> float:
    number = read_number(text)
    if number is None:
        raise CellError(
            _("%(text)s is not a number", text=repr(text.strip()[:40])), _better(text.strip())
        )
    if abs(number) >= _MOST or round(number, 6) != number:
        raise CellError(_("This number is too long"), _("at most 12 digits and 6 decimals"))
    return number + 0.0  # no negative zero


def _better(text: str) -> str | None:
    if text.startswith("="):
        return _("write %(lstrip)s", lstrip=text.lstrip("= ")[:40])
    if text.startswith("!"):
        return _("write not %(lstrip)s", lstrip=text.lstrip("!= ")[:40])
    found = _LIKE_A_BAND.fullmatch(text[:80])
    ends = [read_number(each) for each in found.groups()] if found else []
    if len(ends) == 2 and ends[0] is not None and ends[1] is not None:
        return _(
            "write %(show_number)s..%(show_number2)s",
            show_number=show_number(ends[0]),
            show_number2=show_number(ends[1]),
        )
    return None


def _checked(band: Between) -> Between:
    if band.low is None or band.high is None or band.low < band.high:
        return band
    if band.low > band.high:
        hint = _(
            "write %(show_number)s..%(show_number2)s",
            show_number=show_number(band.high),
            show_number2=show_number(band.low),
        )
        raise CellError(_("The first end is larger than the second"), hint)
    if not (band.low_in and band.high_in):
        raise CellError(
            _("No number lies between these ends"),
            _("write %(show_number)s", show_number=show_number(band.low)),
        )
    return band
