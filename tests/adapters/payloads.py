"""The payloads of the tests: whole ones, as carriers' documents describe them, written by us."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "fixtures"
NAMES = ("delhivery", "shadowfax", "shiprocket")


def payload(name: str) -> dict[str, Any]:
    """Give a carrier's payload, freshly read."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
