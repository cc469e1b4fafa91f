"""Documents to begin with: JSON files beside this one, each valid as it is."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qcportal import errors
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext

FOLDER = Path(__file__).parent / "starters"


@dataclass(frozen=True)
class Starter:
    """One document to begin with, told in words."""

    name: str
    title: str
    description: str


STARTERS = (
    Starter(
        "blank",
        lazy_gettext("Blank"),
        lazy_gettext("One check for every item: is it the one in the picture?"),
    ),
    Starter(
        "fashion",
        lazy_gettext("Fashion"),
        lazy_gettext(
            "Clothes, shoes and bags: colour, size, tag and signs of use, each with a photo."
        ),
    ),
    Starter(
        "electronics",
        lazy_gettext("Electronics"),
        lazy_gettext(
            "Phones and gadgets: IMEI or serial number, seal, parts, dents, each with a photo."
        ),
    ),
)


def starter_document(name: str) -> dict[str, Any]:
    """Give a starter's document; the blank one for an empty name. Raises Invalid if unknown."""
    known = {each.name for each in STARTERS}
    if (name or "blank") not in known:
        raise errors.Invalid(_("There is no starter %(name)s.", name=repr(name[:40])))
    text = (FOLDER / f"{name or 'blank'}.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document
