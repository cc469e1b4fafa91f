"""Standard Webhooks signatures, for callbacks that come in and webhooks that go out.

The scheme is that of https://www.standardwebhooks.com: HMAC-SHA256 over `id.timestamp.rawbody`.
"""

import base64
import binascii
import hmac
import re
import secrets as randomness
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from qcportal.errors import Fault, Invalid, TooLarge, Unauthorized

LARGEST_BODY = 256 * 1024
TOLERANCE_SECONDS = 300
_MARK = "whsec_"
_VERSION = "v1,"
_MOST_SIGNATURES = 16
# Printable ASCII without the full stop: that separates the parts of what is signed, and an
# identity with one in it could be read as another identity with another timestamp.
_MESSAGE_ID = re.compile(r"[!-\-/-~]{1,256}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


def new_secret() -> str:
    """Give a fresh secret of 256 bits in the `whsec_` form."""
    return _MARK + base64.b64encode(randomness.token_bytes(32)).decode("ascii")


def sign(message_id: str, at: datetime, body: bytes, secret: str) -> dict[str, str]:
    """Give the three headers that sign one attempt to deliver `body` at `at` (aware).

    A repeated attempt keeps its id and takes a fresh `at`. An id or secret that the scheme does
    not allow is Invalid.
    """
    if not _MESSAGE_ID.fullmatch(message_id):
        raise _invalid("/webhook-id", "bad_id", "1-256 printable ASCII characters, no full stop")
    timestamp = str(int(at.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": _VERSION + _digest(message_id, timestamp, body, _key(secret)).decode(),
    }


def verify(
    headers: Mapping[str, str],
    raw_body: bytes,
    secrets: Sequence[str],
    *,
    at: datetime,
    tolerance: int = TOLERANCE_SECONDS,
) -> str:
    """Check a signed body and give its webhook id.

    Any of `secrets` may have signed (two are valid during a rotation); `tolerance` is in seconds
    to both sides of `at`. Raises TooLarge over 256 KiB and Unauthorized for everything else;
    a secret of ours that cannot be read is Invalid.
    """
    if len(raw_body) > LARGEST_BODY:
        raise TooLarge(f"A signed body has at most {LARGEST_BODY} bytes.")
    given = {name.lower(): value for name, value in headers.items()}
    message_id = _header(given, "webhook-id", _MESSAGE_ID)
    timestamp = _header(given, "webhook-timestamp", _TIMESTAMP)
    if abs(at.timestamp() - int(timestamp)) > tolerance:
        raise Unauthorized("The webhook-timestamp is outside the tolerance.")
    expected = [_digest(message_id, timestamp, raw_body, _key(secret)) for secret in secrets]
    if not _any_equal(_signatures(given.get("webhook-signature", "")), expected):
        raise Unauthorized("No webhook-signature fits.")
    return message_id


def _header(headers: Mapping[str, str], name: str, pattern: re.Pattern[str]) -> str:
    value = headers.get(name, "")
    if not pattern.fullmatch(value):
        raise Unauthorized(f"The header {name} is missing or malformed.")
    return value


def _signatures(header: str) -> list[bytes]:
    parts = header.split(" ", _MOST_SIGNATURES)[:_MOST_SIGNATURES]
    return [
        part.removeprefix(_VERSION).encode("utf-8", "surrogatepass")
        for part in parts
        if part.startswith(_VERSION)
    ]


def _any_equal(given: Iterable[bytes], expected: Sequence[bytes]) -> bool:
    # Every pair is compared, so that the time tells nothing about which secret is in use.
    results = [hmac.compare_digest(one, other) for one in given for other in expected]
    return any(results)


def _digest(message_id: str, timestamp: str, body: bytes, key: bytes) -> bytes:
    content = f"{message_id}.{timestamp}.".encode("ascii") + body
    return base64.b64encode(hmac.digest(key, content, "sha256"))


def _key(secret: str) -> bytes:
    marked = secret.startswith(_MARK)
    key = _decoded(secret.removeprefix(_MARK)) if marked else secret.encode()
    if not key:
        raise _invalid("/secret", "bad_secret", "A webhook secret must not be empty.")
    return key


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _invalid("/secret", "bad_secret", "whsec_ is followed by base64.") from None


def _invalid(path: str, code: str, message: str) -> Invalid:
    return Invalid(message, faults=[Fault(path, code, message)])
