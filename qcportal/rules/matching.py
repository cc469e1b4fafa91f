"""Compares what was found at the door with what a check expects, and says how it compared."""

from qcportal.rules.check_types import CHECK_TYPES
from qcportal.rules.checklist import Check
from qcportal.rules.comparators import Comparison, show

__all__ = ["Comparison", "compare", "explain"]


def compare(check: Check, value: str | None) -> Comparison:
    """Compare a found value by the rules of the check's type.

    `matches` is None where there is nothing to compare: no value, no expectation, a visual check,
    or a value that does not read as what the type wants (seven digits are no IMEI).
    """
    found = (value or "").strip()
    if check.expected is None:
        return Comparison(None, "", found, "there is no expected value")
    if not found:
        return Comparison(None, show(check.expected), "", "no value was sent")
    return CHECK_TYPES[check.type].compare(check.expected, found, check.tolerance)


def explain(comparison: Comparison) -> str:
    """Say in one sentence what was compared and how it came out."""
    expected, found, how = comparison.expected, comparison.found, comparison.normalisation
    if comparison.matches is None:
        return f"Not compared: {how}" + (f" (“{found}” was found)" if found else "")
    if comparison.matches:
        return f"Found “{found}” as expected, compared {how}"
    return f"Found “{found}”, expected “{expected}”, compared {how}"
