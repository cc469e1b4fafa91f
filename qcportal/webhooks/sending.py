"""One try to deliver: signed, through the gate, and told as it went. Touches no database."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from qcportal import signing
from qcportal.outgoing import CallRefused, Gate, Question, calling

SECONDS = 10.0
MOST_RESPONSE = 65_536
KEPT_RESPONSE = 4_000
GONE = 410
_KEPT_HEADERS = ("content-type", "retry-after", "server", "date", "location")


@dataclass(frozen=True)
class Letter:
    """What is to be sent: under an id that stays, with a body that stays."""

    url: str
    secrets: tuple[str, ...]
    message_id: str
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What came of a try: a status, or the fault in words why there is none."""

    at: datetime
    milliseconds: int
    request_headers: Mapping[str, str]
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    fault: str | None = None

    @property
    def delivered(self) -> bool:
        """Tell whether the endpoint took it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def wait(self) -> int:
        """Give the seconds that the endpoint asks for, an hour at most."""
        asked = self.headers.get("retry-after", "")
        return min(3600, int(asked)) if asked.isascii() and asked.isdigit() else 0


def send(letter: Letter, gate: Gate, at: datetime) -> Reply:
    """Send once and tell how it went; a redirect is an answer like any other and not followed."""
    headers = _headers(letter, at)
    shown = {name: text for name, text in headers.items() if name != "webhook-signature"}
    began = time.monotonic()
    try:
        with calling(gate) as call:
            answer = call.ask(Question("POST", letter.url, headers, letter.body))
            text = call.read(answer, MOST_RESPONSE)[:KEPT_RESPONSE]
            given = {name.lower(): value for name, value in answer.headers.items()}
    except CallRefused as refused:
        return Reply(at, _since(began), shown, fault=str(refused))
    kept = {name: given[name][:300] for name in _KEPT_HEADERS if name in given}
    return Reply(at, _since(began), shown, answer.status, kept, _readable(text))


def _headers(letter: Letter, at: datetime) -> dict[str, str]:
    signed = [signing.sign(letter.message_id, at, letter.body, each) for each in letter.secrets]
    together = " ".join(each["webhook-signature"] for each in signed)
    return {**signed[0], "webhook-signature": together, "Content-Type": "application/json"}


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def _readable(body: bytes) -> str:
    # NUL is no text to Postgres.
    return body.decode("utf-8", "replace").replace("\x00", "\ufffd")
