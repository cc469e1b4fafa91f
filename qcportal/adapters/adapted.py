"""What reading a carrier's payload gives: returns in our own shape, and notes on the rest."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

NoteKind = Literal["unknown", "unusable", "unused", "assumed"]
LARGEST_KEPT = 2_000
SHOWN = 200


@dataclass(frozen=True)
class Note:
    """One place of a payload that did not go into the return as it stood there.

    `path` is an RFC 6901 pointer into the payload. `kind` is unknown (no key of the format),
    unusable (known, but what stands there cannot be kept), unused (known, and no business of a
    quality check) or assumed (something was left open and taken in one way). `value` is what
    stood there, or its beginning where that is long.
    """

    path: str
    kind: NoteKind
    reason: str
    value: Any = None

    @property
    def is_lost(self) -> bool:
        """Tell whether something was said here that the return does not say."""
        return self.kind in {"unknown", "unusable"}


@dataclass(frozen=True)
class AdaptedReturn:
    """One return: `path` is its place in the payload, `body` what POST /returns takes."""

    path: str
    body: Mapping[str, Any]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Adapted:
    """A whole payload; its own `notes` are about what lies around the returns."""

    format: str
    returns: tuple[AdaptedReturn, ...]
    notes: tuple[Note, ...] = ()


def kept(value: object) -> Any:
    """Give the value as a note keeps it: whole if it is short, else its beginning and length."""
    text = json.dumps(value, ensure_ascii=False)
    if len(text) <= LARGEST_KEPT:
        return value
    return f"{text[:SHOWN]}… ({len(text)} characters)"
