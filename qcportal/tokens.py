"""Bearer secrets: made once, shown once, kept as a hash. Pure."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

_SHAPE = re.compile(r"(qc[a-z])_([0-9A-Za-z]{8})_([0-9A-Za-z_-]{43})")


@dataclass(frozen=True)
class NewToken:
    """A fresh secret: `text` is shown once, `prefix` and `digest` are kept."""

    prefix: str
    digest: str
    text: str = field(repr=False)


def make(kind: str) -> NewToken:
    """Make a token of a kind (`qcd` device, `qck` API key) with 256 bits of secret."""
    prefix = secrets.token_hex(4)
    text = f"{kind}_{prefix}_{secrets.token_urlsafe(32)}"
    return NewToken(prefix, digest(text), text)


def prefix_of(text: str, *, kind: str) -> str | None:
    """Give the public prefix of a token of this kind, or None for anything else."""
    found = _SHAPE.fullmatch(text)
    return found[2] if found and found[1] == kind else None


def digest(text: str) -> str:
    """Give what is stored: the SHA-256 in hex; enough for 256 random bits."""
    return hashlib.sha256(text.encode()).hexdigest()


def same(text: str, stored: str) -> bool:
    """Compare a sent token with the stored digest in constant time."""
    return hmac.compare_digest(digest(text), stored)
