"""Plain HTTP as a phone or the relay would speak it, without boto3 and without redirects."""

import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException
from typing import Any

SECONDS = 10
LONGEST_ANSWER = 65_536


class Unreachable(Exception):
    """Nobody answered; the text says why."""


@dataclass(frozen=True)
class Answer:
    """What somebody answered; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    text: str


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing: who redirects an upload is not S3 in the bucket's own region."""


_opener = urllib.request.build_opener(_NoRedirects)


def ask(url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
    """GET, or POST a body; raises Unreachable when nobody answers within seconds."""
    if not url.startswith(("http://", "https://")):
        raise Unreachable(f"{url!r} is no http or https address")
    request = urllib.request.Request(url, body, dict(headers or {}))  # noqa: S310 - see above
    try:
        with _opener.open(request, timeout=SECONDS) as answer:
            return _read(answer.status, answer.headers, answer)
    except urllib.error.HTTPError as error:
        with error:
            return _read(error.code, error.headers, error)
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise Unreachable(f"{url.split('?')[0]}: {reason}") from error


def post_form(url: str, fields: Mapping[str, str], file: bytes) -> Answer:
    """Send a form as a browser does (RFC 7578), the file last: S3 ignores what follows it."""
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="probe.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    body = "".join(parts).encode() + file + f"\r\n--{boundary}--\r\n".encode()
    content_type = f"multipart/form-data; boundary={boundary}"
    return ask(url, body=body, headers={"Content-Type": content_type})


def _read(status: int, headers: Message, body: Any) -> Answer:
    text = body.read(LONGEST_ANSWER).decode("utf-8", "replace")
    return Answer(status, {name.lower(): value for name, value in headers.items()}, text)
