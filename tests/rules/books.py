"""The rulebook documents and items that the tests of the rules share."""

import json
import re
from pathlib import Path
from typing import Any

from qcportal.rules.document import RulebookDocument, parse
from qcportal.rules.facts import ItemFacts

KINDS = ("photo", "video")
IMEI = "356938035643809"
PHONE = ItemFacts(
    sku="PH-1",
    name="Galaxy A15",
    brand="Samsung",
    category="Mobile Phones",
    price=15_499.0,
    quantity=1,
    return_reason="Damaged",
    attributes={"IMEI": IMEI, "Colour": "blue", "Serial No": "SN 12-34"},
    reference_images=("https://img.example/a.jpg",),
)


def documented_rulebook(heading: str = "A full example") -> Any:
    """Give a full example of docs/rules.md as JSON."""
    page = Path(__file__).parents[2].joinpath("docs", "rules.md").read_text(encoding="utf-8")
    block = re.search(rf"## {heading}\n[^#]*?```json\n(.*?)```", page, re.DOTALL)
    assert block
    return json.loads(block.group(1))


def check(key: str = "imei", **parts: Any) -> dict[str, Any]:
    """Give a check as a merchant writes it; an IMEI question unless told otherwise."""
    plain = {
        "key": key,
        "type": "imei_match",
        "question": "Which IMEI?",
        "expected": {"from": "attributes.imei"},
    }
    return plain | parts


def rule(name: str = "one", *checks: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """Give a rule with these checks."""
    plain: dict[str, Any] = {"id": name, "title": f"Rule {name}"}
    return plain | ({"checks": list(checks)} if checks else {}) | parts


def document(*rules: dict[str, Any]) -> dict[str, Any]:
    """Give a document with these rules."""
    return {"title": "Book", "rules": list(rules)}


def book(*rules: dict[str, Any]) -> RulebookDocument:
    """Give the parsed book with these rules."""
    return parse(document(*rules), kinds=KINDS)
