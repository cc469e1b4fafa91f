"""The parts of a rulebook document in words: what each is called and how its value reads."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from qcportal.rules.comparators import show

PART_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "title": "Title",
        "key": "Key",
        "categories": "Categories",
        "id": "Id",
        "table": "Table",
        "when": "Expression",
        "qc": "Route",
        "checks": "Checks",
        "photos": "Photos",
        "type": "Type",
        "question": "Question",
        "help": "Help",
        "required": "Required",
        "expected": "Right answer",
        "choices": "Choices",
        "tolerance": "Tolerance",
        "reference_images": "Reference pictures",
        "reason_code": "Reason code",
        "per_unit": "Asked of each piece",
        "last_digits": "Last characters asked",
        "synonyms": "Synonyms",
        "kind": "Kind",
        "min_count": "How many",
        "hint": "Hint",
        "verdict": "Verdict",
        "say": "Words for the merchant",
        "minutes": "Minutes to decide",
        "default": "What holds after",
    }
)
_SAID: Mapping[str, str] = MappingProxyType(
    {
        "photos_only": "photos only",
        "none": "no check",
        "pass": "pass",
        "fail": "fail",
        "needs_review": "needs a look",
    }
)
_WORDED = frozenset({"qc", "verdict", "default"})


def say_part(name: str, value: Any) -> str:
    """Give a part's value in words; empty for a part that is left out."""
    if name in _WORDED:
        return _SAID.get(value or "", "")
    if isinstance(value, Mapping):
        return _source(value)
    if isinstance(value, list):
        return ", ".join(_listed(each) for each in value)
    return _plain(value)


def _source(value: Mapping[str, Any]) -> str:
    return f"the item's {value['from']}" if "from" in value else _plain(value.get("value"))


def _listed(value: Any) -> str:
    """Name a check or photo by its title, anything else as it is; commas need quotes."""
    if isinstance(value, Mapping):
        value = value.get("question") or value.get("title") or ""
    return f"“{value}”" if "," in str(value) else str(value)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return show(value) if isinstance(value, float) else str(value)
