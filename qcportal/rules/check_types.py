"""The kinds of questions a rulebook can ask, one row each: what it needs, how it is compared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from qcportal.language import lazy_gettext
from qcportal.rules import comparators
from qcportal.rules.comparators import Comparator, Expected
from qcportal.rules.facts import read_number

CheckResult = Literal["match", "mismatch", "not_checked", "not_applicable"]
CHECK_RESULTS: tuple[CheckResult, ...] = get_args(CheckResult)


@dataclass(frozen=True)
class CheckType:
    """One row: `read` turns a raw expected text into the one compared, or None if unusable.

    `needs_value` means that a match without the value that was read proves nothing; a check that
    `can_be_masked` may keep its right answer from the app and ask for its last characters.
    """

    name: str
    meaning: str
    expectation: Literal["required", "optional", "none"]
    read: Callable[[str], Expected | None]
    compare: Comparator
    reason_code: str
    takes_choices: bool = False
    takes_tolerance: bool = False
    takes_synonyms: bool = False
    can_be_masked: bool = False
    needs_photo: bool = False
    needs_value: bool = False
    default: Expected | None = None
    usual_source: str = ""


_ROWS = (
    CheckType(
        "yes_no", lazy_gettext("Answered yes or no; yes is right unless said otherwise"),
        "optional",
        comparators.read_yes_no, comparators.compare_yes_no, "PRODUCT_MISMATCH", default="yes",
    ),
    CheckType(
        "choice", lazy_gettext("One of the given choices"), "optional",
        comparators.read_text, comparators.compare_text, "PRODUCT_MISMATCH", takes_choices=True,
        takes_synonyms=True,
    ),
    CheckType(
        "text_match", lazy_gettext("A text read off the article"), "required",
        comparators.read_text, comparators.compare_text, "PRODUCT_MISMATCH",
        takes_synonyms=True, can_be_masked=True, usual_source="brand",
    ),
    CheckType(
        "number", lazy_gettext("A number, right within the tolerance"), "required",
        read_number, comparators.compare_number, "QUANTITY_MISMATCH", takes_tolerance=True,
        can_be_masked=True, needs_value=True, usual_source="quantity",
    ),
    CheckType(
        "serial_match", lazy_gettext("The serial number"), "required",
        comparators.read_text, comparators.compare_code, "SERIAL_OR_IMEI_MISMATCH",
        can_be_masked=True, needs_value=True, usual_source="attributes.serial_no",
    ),
    CheckType(
        "imei_match",
        lazy_gettext("The 15 digits of the IMEI, of which the last proves the others"), "required",
        comparators.read_imei, comparators.compare_imei, "SERIAL_OR_IMEI_MISMATCH",
        can_be_masked=True, needs_value=True, usual_source="attributes.imei",
    ),
    CheckType(
        "barcode_match", lazy_gettext("The EAN, UPC or other bar code"), "required",
        comparators.read_text, comparators.compare_barcode, "PRODUCT_MISMATCH",
        can_be_masked=True, needs_value=True, usual_source="attributes.ean",
    ),
    CheckType(
        "photo_only", lazy_gettext("Looked at, and shown by photos"), "none",
        comparators.read_text, comparators.compare_nothing, "PRODUCT_MISMATCH", needs_photo=True,
    ),
)  # fmt: skip
CHECK_TYPES: Mapping[str, CheckType] = MappingProxyType({row.name: row for row in _ROWS})

_MOST = 10**15 * 9  # a JSON number keeps its digits up to here, an IMEI sent as a number included

# The seed of the portal's reason codes; a check names the one that its mismatch means.
REASON_CODES = frozenset(
    {
        "PRODUCT_MISMATCH", "OTHER_BRAND", "COLOUR_MISMATCH", "SIZE_MISMATCH", "MRP_MISMATCH",
        "PART_MISSING", "PAIR_MISMATCH", "WARRANTY_CARD_MISSING", "PRODUCT_MISSING", "TAG_MISSING",
        "USED_OR_WASHED", "DAMAGED", "PACKAGING_DAMAGE", "SERIAL_OR_IMEI_MISMATCH", "SEAL_BROKEN",
        "EMPTY_BOX", "COUNTERFEIT_SUSPECTED", "CUSTOMER_REFUSED_CHECK", "CANNOT_VERIFY",
        "QUANTITY_MISMATCH",
    }
)  # fmt: skip


def as_text(value: object) -> str | None:
    """Give a JSON scalar as the text a check type reads; None for anything else."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float) and abs(value) < _MOST:
        return comparators.show(value)
    return value if isinstance(value, str) else None
