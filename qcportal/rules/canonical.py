"""One spelling for each text and JSON value, so that equal things compare and hash as equal."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence

JsonValue = None | bool | int | float | str | Sequence["JsonValue"] | Mapping[str, "JsonValue"]


def canonical_json(value: JsonValue) -> str:
    """Give `value` as ASCII JSON with sorted keys and no spaces; equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(value: JsonValue) -> str:
    """Give the SHA-256 of the canonical JSON as 64 lower-case hex digits."""
    return hashlib.sha256(canonical_json(value).encode("ascii")).hexdigest()


def fold(text: str) -> str:
    """Give the text as it is compared: NFKC, case folded, ASCII digits, single spaces."""
    return " ".join(ascii_digits(unicodedata.normalize("NFKC", text)).casefold().split())


def ascii_digits(text: str) -> str:
    """Give the text with the decimal digits of every script, such as Devanagari, as ASCII ones."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text
    )


def slug(text: str, *, joint: str = "-") -> str:
    """Give the lower-case ASCII letters and digits of `text`, joined; may be empty."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return joint.join(re.findall(r"[a-z0-9]+", ascii_text.lower()))


def is_clean(text: str) -> bool:
    """Tell whether the text can be stored and shown: no control characters, no lone surrogates."""
    return not any(
        unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\r\n\t" for letter in text
    )
