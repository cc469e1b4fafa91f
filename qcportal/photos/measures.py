"""What was found in a picture, as it was told, and which of two tellings holds; pure.

The relay and the reconciler look at the same bytes, at other moments and with other luck. What
holds is the best that was told, whatever the order: that a file cannot be opened, before what was
measured, before that measuring failed for want of time or memory, before nothing.
"""

import json
from collections.abc import Mapping
from typing import Any

Found = Mapping[str, Any]

UNREADABLE = frozenset({"not_an_image", "corrupt", "too_many_pixels"})
"""Faults of the file itself. Any other reason is a lack of ours and never held against it."""
TRIES = 2
"""How often a picture is tried that took too much: by the relay, and by the reconciler once."""


def merge(one: Found, other: Found) -> dict[str, Any]:
    """Give what two tellings of the same bytes come to; commutes, and repeating changes nothing."""
    best = dict(one if _weight(one) >= _weight(other) else other)
    if best:
        made = {*(one.get("thumbnails") or ()), *(other.get("thumbnails") or ())}
        best["thumbnails"] = sorted(made)
    return best


def unreadable(found: Found) -> str | None:
    """Give why the file is no picture that can be opened, or None."""
    reason: str | None = found.get("refused")
    return reason if reason in UNREADABLE else None


def is_measured(found: Found) -> bool:
    """Tell whether size, sharpness and light are known."""
    return found.get("width") is not None or found.get("format") is not None


def is_final(found: Found) -> bool:
    """Tell whether nobody needs to look at the picture again."""
    looked = is_measured(found) or unreadable(found) is not None
    return looked or bool(found) and tries(found) >= TRIES


def tries(found: Found) -> int:
    """Give how often it was looked at in vain."""
    return int(found.get("tries") or 1) if found.get("refused") else 0


def _weight(found: Found) -> tuple[int, int, str]:
    rank = 3 if unreadable(found) else 2 if is_measured(found) else 1 if found else 0
    return rank, tries(found), json.dumps({**found, "thumbnails": None}, sort_keys=True)
