"""Documents to begin with: JSON files beside this one, each valid as it is."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qcportal import errors

FOLDER = Path(__file__).parent / "starters"


@dataclass(frozen=True)
class Starter:
    """One document to begin with, told in words."""

    name: str
    title: str
    description: str


STARTERS = (
    Starter("blank", "Blank", "One check for every item: is it the one in the picture?"),
    Starter(
        "fashion",
        "Fashion",
        "Clothes, shoes and bags: colour, size, tag and signs of use, each with a photo.",
    ),
    Starter(
        "electronics",
        "Electronics",
        "Phones and gadgets: IMEI or serial number, seal, parts, dents, each with a photo.",
    ),
)


def starter_document(name: str) -> dict[str, Any]:
    """Give a starter's document; the blank one for an empty name. Raises Invalid if unknown."""
    known = {each.name for each in STARTERS}
    if (name or "blank") not in known:
        raise errors.Invalid(f"There is no starter {name[:40]!r}.")
    text = (FOLDER / f"{name or 'blank'}.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document
