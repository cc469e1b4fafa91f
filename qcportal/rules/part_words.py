"""The parts of a rulebook document in words: what each is called and how its value reads."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.rules.comparators import show

PART_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "title": lazy_gettext("Title"),
        "key": lazy_gettext("Key"),
        "categories": lazy_gettext("Categories"),
        "id": lazy_gettext("Id"),
        "table": lazy_gettext("Table"),
        "when": lazy_gettext("Expression"),
        "qc": lazy_gettext("Route"),
        "checks": lazy_gettext("Checks"),
        "photos": lazy_gettext("Photos"),
        "type": lazy_gettext("Type"),
        "question": lazy_gettext("Question"),
        "help": lazy_gettext("Help"),
        "required": lazy_gettext("Required"),
        "expected": lazy_gettext("Right answer"),
        "choices": lazy_gettext("Choices"),
        "tolerance": lazy_gettext("Tolerance"),
        "reference_images": lazy_gettext("Reference pictures"),
        "reason_code": lazy_gettext("Reason code"),
        "per_unit": lazy_gettext("Asked of each piece"),
        "last_digits": lazy_gettext("Last characters asked"),
        "synonyms": lazy_gettext("Synonyms"),
        "kind": lazy_gettext("Kind"),
        "min_count": lazy_gettext("How many"),
        "hint": lazy_gettext("Hint"),
        "verdict": lazy_gettext("Verdict"),
        "say": lazy_gettext("Words for the merchant"),
        "minutes": lazy_gettext("Minutes to decide"),
        "default": lazy_gettext("What holds after"),
    }
)
_SAID: Mapping[str, str] = MappingProxyType(
    {
        "photos_only": lazy_gettext("photos only"),
        "none": lazy_gettext("no check"),
        "pass": lazy_gettext("pass"),
        "fail": lazy_gettext("fail"),
        "needs_review": lazy_gettext("needs a look"),
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
    if "from" in value:
        return _("the item's %(fact)s", fact=value["from"])
    return _plain(value.get("value"))


def _listed(value: Any) -> str:
    """Name a check or photo by its title, anything else as it is; commas need quotes."""
    if isinstance(value, Mapping):
        value = value.get("question") or value.get("title") or ""
    return f"“{value}”" if "," in str(value) else str(value)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return show(value) if isinstance(value, float) else str(value)
