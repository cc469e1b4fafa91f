"""Reads what was typed on rule pages: plain text without control characters, bounded."""

import unicodedata
from collections.abc import Mapping

LONGEST = 4000


def clean(text: str, *, lines: bool = False) -> str:
    """Give typed text as it can be kept: no control characters, at most 4,000 letters long."""
    kept = (
        letter
        for letter in text[:LONGEST].replace("\r\n", "\n")
        if unicodedata.category(letter) not in {"Cc", "Cs"} or (letter == "\n" and lines)
    )
    return "".join(kept).strip()


def field(form: Mapping[str, str], name: str, kept: object = "") -> str:
    """Give a field's text; `kept` where the form does not have the field."""
    sent = form.get(name)
    return clean(sent) if sent is not None else str(kept or "")


def listed(text: str) -> list[str]:
    """Give the parts between commas (or lines), without empty ones and repetitions."""
    parts = (" ".join(part.split()) for part in text.replace("\n", ",").split(","))
    return list(dict.fromkeys(part for part in parts if part))


def given(**parts: object) -> dict[str, object]:
    """Give the parts that hold anything."""
    return {name: value for name, value in parts.items() if value not in ("", None, [], {}, False)}
