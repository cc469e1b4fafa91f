"""The words that disputes are sorted by: kinds, categories and reasons. Pure."""

from collections.abc import Iterable, Mapping

from qcportal.language import lazy_gettext

KINDS: Mapping[str, str] = {
    "should_have_passed": lazy_gettext("It should have passed"),
    "should_have_failed": lazy_gettext("It should have failed"),
    "photos_not_good_enough": lazy_gettext("The photos are not good enough"),
    "inspection_not_done": lazy_gettext("The inspection was not done"),
}
CATEGORIES: Mapping[str, str] = {
    "wrong_item": lazy_gettext("Wrong item"),
    "missing_item_or_part": lazy_gettext("Item or part missing"),
    "damaged": lazy_gettext("Damaged"),
    "used": lazy_gettext("Used"),
    "empty_or_tampered": lazy_gettext("Empty or tampered with"),
    "qc_not_done": lazy_gettext("Check not done"),
    "photos_missing_or_unclear": lazy_gettext("Photos missing or unclear"),
    "wrongly_failed_at_door": lazy_gettext("Wrongly failed at the door"),
    "other": lazy_gettext("Something else"),
}
REASONS: Mapping[str, str] = {
    "photos_show_it": lazy_gettext("The photos show what the merchant says"),
    "photos_show_otherwise": lazy_gettext("The photos show otherwise"),
    "rule_says_so": lazy_gettext("The answer is right by the merchant's own rules"),
    "rule_not_followed": lazy_gettext("The answer does not follow the rules"),
    "check_was_done": lazy_gettext("The check was done as asked"),
    "check_was_not_done": lazy_gettext("The check was not done as asked"),
    "photos_unusable": lazy_gettext("The photos do not show enough"),
    "not_proven": lazy_gettext("Nothing that was sent proves the claim"),
    "paid_already": lazy_gettext("It was settled already"),
    "goodwill": lazy_gettext("Nobody is at fault; the carrier pays"),
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
