"""The words of rule pages: facts, kinds of checks and photos, verdicts, routes."""

from qcportal.blueprints.shown.frame import Option
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext

EXPRESSION = "expression"
FACT_WORDS = {
    "sku": lazy_gettext("SKU"),
    "name": lazy_gettext("Product name"),
    "brand": lazy_gettext("Brand"),
    "category": lazy_gettext("Category"),
    "price": lazy_gettext("Price"),
    "mrp": lazy_gettext("MRP"),
    "quantity": lazy_gettext("Pieces"),
    "return_reason": lazy_gettext("Return reason"),
    "city": lazy_gettext("City"),
    "pincode": lazy_gettext("PIN code"),
    "customer_return_count": lazy_gettext("Earlier returns"),
    "reference_images": lazy_gettext("Catalogue pictures"),
}
FACT_HINTS = {
    "price": lazy_gettext("in rupees"),
    "mrp": lazy_gettext("in rupees"),
    "customer_return_count": lazy_gettext("of the customer"),
}
QC_OPTIONS = (
    Option("full", lazy_gettext("Full")),
    Option("photos_only", lazy_gettext("Photos only")),
    Option("none", lazy_gettext("No check")),
)
VERDICT_OPTIONS = (
    Option("pass", lazy_gettext("Pass")),
    Option("fail", lazy_gettext("Fail")),
    Option("needs_review", lazy_gettext("Needs a look")),
)
TYPE_OPTIONS = (
    Option("yes_no", lazy_gettext("Yes or no")),
    Option("choice", lazy_gettext("One of several choices")),
    Option("text_match", lazy_gettext("A text read off the item")),
    Option("number", lazy_gettext("A number")),
    Option("serial_match", lazy_gettext("Serial number")),
    Option("imei_match", lazy_gettext("IMEI, 15 digits")),
    Option("barcode_match", lazy_gettext("Bar code (EAN, UPC)")),
    Option("photo_only", lazy_gettext("Photos alone, no answer")),
)


LIST_WORDS = {"colours": lazy_gettext("Colours"), "sizes": lazy_gettext("Sizes")}
REASON_WORDS = {
    "CANNOT_VERIFY": lazy_gettext("Cannot verify"),
    "COLOUR_MISMATCH": lazy_gettext("Colour mismatch"),
    "COUNTERFEIT_SUSPECTED": lazy_gettext("Counterfeit suspected"),
    "CUSTOMER_REFUSED_CHECK": lazy_gettext("Customer refused check"),
    "DAMAGED": lazy_gettext("Damaged"),
    "EMPTY_BOX": lazy_gettext("Empty box"),
    "MRP_MISMATCH": lazy_gettext("MRP mismatch"),
    "OTHER_BRAND": lazy_gettext("Other brand"),
    "PACKAGING_DAMAGE": lazy_gettext("Packaging damage"),
    "PAIR_MISMATCH": lazy_gettext("Pair mismatch"),
    "PART_MISSING": lazy_gettext("Part missing"),
    "PRODUCT_MISMATCH": lazy_gettext("Product mismatch"),
    "PRODUCT_MISSING": lazy_gettext("Product missing"),
    "QUANTITY_MISMATCH": lazy_gettext("Quantity mismatch"),
    "SEAL_BROKEN": lazy_gettext("Seal broken"),
    "SERIAL_OR_IMEI_MISMATCH": lazy_gettext("Serial or IMEI mismatch"),
    "SIZE_MISMATCH": lazy_gettext("Size mismatch"),
    "TAG_MISSING": lazy_gettext("Tag missing"),
    "USED_OR_WASHED": lazy_gettext("Used or washed"),
    "WARRANTY_CARD_MISSING": lazy_gettext("Warranty card missing"),
}
YES_NO = {"yes": lazy_gettext("Yes"), "no": lazy_gettext("No")}


def list_words(name: str) -> str:
    """Name a list of words that mean the same; a store's own as it called it."""
    return LIST_WORDS.get(name) or name.replace("-", " ").capitalize()


def answer_words(value: str) -> str:
    """Say an answer as it was given; yes and no in the reader's language."""
    return str(YES_NO.get(value.casefold(), "")) or value[:1].upper() + value[1:]


def fact_words(name: str) -> str:
    """Give a fact's name as people say it."""
    if name in FACT_WORDS:
        return FACT_WORDS[name]
    return name.removeprefix("attributes.").replace("_", " ").capitalize()


def fact_hint(name: str) -> str:
    """Say in a few words what a column of this fact holds."""
    return _("attribute") if name.startswith("attributes.") else FACT_HINTS.get(name, "")


def short(text: str, most: int = 34) -> str:
    """Cut a question to the width of a column's head."""
    plain = " ".join(text.split())
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"
