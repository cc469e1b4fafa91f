"""The words of rule pages: facts, kinds of checks and photos, verdicts, routes."""

from qcportal.blueprints.shown.frame import Option

EXPRESSION = "expression"
FACT_WORDS = {
    "sku": "SKU",
    "name": "Product name",
    "brand": "Brand",
    "category": "Category",
    "price": "Price",
    "mrp": "MRP",
    "quantity": "Pieces",
    "return_reason": "Return reason",
    "city": "City",
    "pincode": "PIN code",
    "customer_return_count": "Earlier returns",
    "reference_images": "Catalogue pictures",
}
FACT_HINTS = {
    "price": "in rupees",
    "mrp": "in rupees",
    "customer_return_count": "of the customer",
}
QC_OPTIONS = (
    Option("full", "Full"),
    Option("photos_only", "Photos only"),
    Option("none", "No check"),
)
VERDICT_OPTIONS = (
    Option("pass", "Pass"),
    Option("fail", "Fail"),
    Option("needs_review", "Needs a look"),
)
TYPE_OPTIONS = (
    Option("yes_no", "Yes or no"),
    Option("choice", "One of several choices"),
    Option("text_match", "A text read off the item"),
    Option("number", "A number"),
    Option("serial_match", "Serial number"),
    Option("imei_match", "IMEI, 15 digits"),
    Option("barcode_match", "Bar code (EAN, UPC)"),
    Option("photo_only", "Photos alone, no answer"),
)


def fact_words(name: str) -> str:
    """Give a fact's name as people say it."""
    if name in FACT_WORDS:
        return FACT_WORDS[name]
    return name.removeprefix("attributes.").replace("_", " ").capitalize()


def fact_hint(name: str) -> str:
    """Say in a few words what a column of this fact holds."""
    return "attribute" if name.startswith("attributes.") else FACT_HINTS.get(name, "")


def short(text: str, most: int = 34) -> str:
    """Cut a question to the width of a column's head."""
    plain = " ".join(text.split())
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"
