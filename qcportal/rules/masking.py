"""Keeps the right answers of masked checks from the phone, so that nobody can copy them."""

from collections.abc import Mapping
from typing import Any

from qcportal.rules.book import JsonObject
from qcportal.rules.comparators import letters_of, show

TELLING = 6  # characters that an attribute does not hold by chance


def for_phone(body: Mapping[str, Any]) -> JsonObject:
    """Give a checklist's JSON as the app may have it.

    A check with `last_digits` keeps its place and loses the right answer, and the other words for
    it; everything that the app needs to show and to preview a verdict stays.
    """
    return {**body, "checks": [_masked(check) for check in body["checks"]]}


def hide_answers(attributes: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, str]:
    """Leave out the attributes of an item that give away the right answer of a masked check."""
    secrets = [
        letters_of(show(check["expected"]))
        for check in body["checks"]
        if check.get("last_digits") and check.get("expected") is not None
    ]
    return {
        name: value
        for name, value in attributes.items()
        if not any(_tells(letters_of(value), secret) for secret in secrets)
    }


def _masked(check: Mapping[str, Any]) -> dict[str, Any]:
    if not check.get("last_digits"):
        return dict(check)
    return {name: value for name, value in check.items() if name != "also"} | {"expected": None}


def _tells(value: str, secret: str) -> bool:
    return value == secret or (len(secret) >= TELLING and secret in value)
