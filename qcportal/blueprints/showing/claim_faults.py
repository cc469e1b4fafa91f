"""What is wrong with a claim, in words beside the field they are about."""

import re

from qcportal.blueprints.shown.dispute_form import FormFault
from qcportal.errors import Fault
from qcportal.language import gettext as _

FIELDS = {"kind": "kind", "category": "category", "text": "text", "check": "kind"}
PART = re.compile(r"/(?P<group>amount|box)-(?P<id>[0-9a-f-]{36})")


def form_fault(fault: Fault) -> FormFault:
    """Give the words of a fault, and the id of the field that they stand beside."""
    return FormFault(_field(fault), _words(fault))


def _field(fault: Fault) -> str:
    if found := PART.fullmatch(fault.path):
        return f"{found['group']}-{found['id']}"
    head = fault.path.strip("/").partition("/")[0]
    if head in ("items", "item"):
        return "items"
    return FIELDS.get(head, "photos")


def _words(fault: Fault) -> str:
    return {
        "unknown_kind": _("Choose what you disagree with."),
        "does_not_fit": _("This does not fit the verdict on the return. Choose another claim."),
        "unknown_category": _("Choose one of the categories."),
        "too_long": _("Use fewer words: 1000 characters here, 300 beside a photo."),
        "bad_text": _("Say in 20 to 1000 characters what is wrong."),
        "no_item": _("Choose at least one item."),
        "bad_amount": _("Give a sum like 1499 or 1499.50."),
        "no_evidence": _("Choose at least one photo, or say that one is missing."),
        "cannot_cite": _("A photo changed meanwhile. Look at the photos and choose again."),
        "bad_box": _("A box needs four numbers from 0 to 100 and lies on its photo."),
        "too_many": _("Choose 30 photos at most."),
    }.get(fault.code, _("Look at this again: it does not fit what is recorded."))
