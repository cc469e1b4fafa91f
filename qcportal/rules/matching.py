"""Compares what was found at the door with what a check expects, and says how it compared."""

from qcportal.rules.check_types import CHECK_TYPES
from qcportal.rules.checklist import Check
from qcportal.rules.comparators import Comparison, Terms, code_of, imei_digits, show

__all__ = ["Comparison", "compare", "explain"]


def compare(check: Check, value: str | None) -> Comparison:
    """Compare a found value by the rules of the check's type.

    `matches` is None where there is nothing to compare: no value, no expectation, a visual check,
    or a value that does not read as what the type wants (seven digits are no IMEI). With
    `last_digits` the last characters are enough; a whole value is compared whole.
    """
    found = (value or "").strip()
    if check.expected is None:
        return Comparison(None, "", found, "there is no expected value")
    if not found:
        return Comparison(None, show(check.expected), "", "no value was sent")
    if check.last_digits:
        comparison = _compare_ends(check, show(check.expected), found)
        if comparison is not None:
            return comparison
    terms = Terms(check.tolerance, check.also, check.choices)
    return CHECK_TYPES[check.type].compare(check.expected, found, terms)


def explain(comparison: Comparison) -> str:
    """Say in one sentence what was compared and how it came out."""
    expected, found, how = comparison.expected, comparison.found, comparison.normalisation
    if comparison.matches is None:
        return f"Not compared: {how}" + (f" (“{found}” was found)" if found else "")
    if comparison.matches:
        return f"Found “{found}” as expected, compared {how}"
    return f"Found “{found}”, expected “{expected}”, compared {how}"


def _compare_ends(check: Check, expected: str, found: str) -> Comparison | None:
    """Compare the end of the expected value with what was sent; None if that is a whole one."""
    read = imei_digits if check.type == "imei_match" else code_of
    whole, end = read(expected), read(found)
    wanted = min(check.last_digits, len(whole))
    if len(end) < wanted:
        how = f"the last {wanted} characters are asked for, {len(end)} were sent"
        return Comparison(None, whole[-wanted:], found, how)
    if len(end) >= len(whole):
        return None
    how = f"by the last {len(end)} characters, without regard to case, spaces and punctuation"
    return Comparison(whole.endswith(end), whole[-len(end) :], end, how)
