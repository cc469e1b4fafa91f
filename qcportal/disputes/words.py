"""The words that disputes are sorted by: kinds, categories and reasons. Pure."""

from collections.abc import Iterable, Mapping

KINDS: Mapping[str, str] = {
    "should_have_passed": "It should have passed",
    "should_have_failed": "It should have failed",
    "photos_not_good_enough": "The photos are not good enough",
    "inspection_not_done": "The inspection was not done",
}
CATEGORIES: Mapping[str, str] = {
    "wrong_item": "Wrong item",
    "missing_item_or_part": "Item or part missing",
    "damaged": "Damaged",
    "used": "Used",
    "empty_or_tampered": "Empty or tampered with",
    "qc_not_done": "Check not done",
    "photos_missing_or_unclear": "Photos missing or unclear",
    "wrongly_failed_at_door": "Wrongly failed at the door",
    "other": "Something else",
}
REASONS: Mapping[str, str] = {
    "photos_show_it": "The photos show what the merchant says",
    "photos_show_otherwise": "The photos show otherwise",
    "rule_says_so": "The answer is right by the merchant's own rules",
    "rule_not_followed": "The answer does not follow the rules",
    "check_was_done": "The check was done as asked",
    "check_was_not_done": "The check was not done as asked",
    "photos_unusable": "The photos do not show enough",
    "not_proven": "Nothing that was sent proves the claim",
    "paid_already": "It was settled already",
    "goodwill": "Nobody is at fault; the carrier pays",
}
OF_REASON_CODE: Mapping[str, str] = {
    "PRODUCT_MISMATCH": "wrong_item",
    "OTHER_BRAND": "wrong_item",
    "COLOUR_MISMATCH": "wrong_item",
    "SIZE_MISMATCH": "wrong_item",
    "MRP_MISMATCH": "wrong_item",
    "SERIAL_OR_IMEI_MISMATCH": "wrong_item",
    "COUNTERFEIT_SUSPECTED": "wrong_item",
    "PART_MISSING": "missing_item_or_part",
    "PAIR_MISMATCH": "missing_item_or_part",
    "WARRANTY_CARD_MISSING": "missing_item_or_part",
    "PRODUCT_MISSING": "missing_item_or_part",
    "TAG_MISSING": "missing_item_or_part",
    "QUANTITY_MISMATCH": "missing_item_or_part",
    "USED_OR_WASHED": "used",
    "DAMAGED": "damaged",
    "PACKAGING_DAMAGE": "damaged",
    "SEAL_BROKEN": "empty_or_tampered",
    "EMPTY_BOX": "empty_or_tampered",
    "CUSTOMER_REFUSED_CHECK": "qc_not_done",
    "CANNOT_VERIFY": "qc_not_done",
}
OF_KIND: Mapping[str, str] = {
    "should_have_passed": "wrongly_failed_at_door",
    "should_have_failed": "other",
    "photos_not_good_enough": "photos_missing_or_unclear",
    "inspection_not_done": "qc_not_done",
}
ABOUT_THE_ITEM = ("should_have_passed", "should_have_failed")


def suggest(kind: str, reason_codes: Iterable[str]) -> str:
    """Suggest a category from the reason codes of the checks in question, the failed ones first.

    A claim about the inspection itself says what it is about by its kind.
    """
    if kind in ABOUT_THE_ITEM:
        for code in reason_codes:
            if code in OF_REASON_CODE:
                return OF_REASON_CODE[code]
    return OF_KIND[kind]


def receipt(number: int | None) -> str | None:
    """Give the number as people quote it: `D-1187`; a draft has none."""
    return None if number is None else f"D-{number}"
