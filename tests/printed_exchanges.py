"""Exchanges of HTTP as pages print them: read out of the page, and compared with what comes."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Exchange:
    """A request and the answer to it, as a page shows them; or what happens in between."""

    method: str = ""
    path: str = ""
    headers: str = ""
    body: str = ""
    status: int = 0
    answer: str = ""
    meanwhile: str = ""


def exchanges(text: str) -> Iterator[Exchange]:
    """Give the exchanges of a page in their order."""
    pattern = rf"{FENCE.pattern}|^<!-- meanwhile: (.+) -->$"
    asked = ""
    for label, body, meanwhile in re.findall(pattern, text, re.MULTILINE | re.DOTALL):
        if meanwhile:
            yield Exchange(meanwhile=meanwhile)
        elif label == "http" and not body.startswith("HTTP/"):
            asked = body
        elif label == "http":
            yield _exchange(asked, body)


def _exchange(asked: str, answered: str) -> Exchange:
    head, _, body = asked.partition("\n\n")
    first, _, headers = head.strip().partition("\n")
    method, path = first.split()
    status, _, answer = answered.partition("\n\n")
    return Exchange(method, path, headers, body, int(status.split()[1]), answer)


class Reader:
    """Somebody who sends what a page shows, and compares what comes back."""

    LEFT_OUT = "..."
    # Fields whose value differs each time; all others must be exactly as printed.
    OWN = frozenset(
        ["activity_at", "awb", "captured_at", "checked_at", "clock_offset_ms", "created_at",
         "decide_by", "device_id", "digest", "dispute_id", "effective_expires_at", "item_id",
         "photo_id", "published_at", "return_id", "server_time", "sha256", "stored_at", "token",
         "url", "urls_expire_at", "verified_at"]
    )  # fmt: skip

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def translate(self, text: str) -> str:
        """Put the ids that we know in the place of those that the page shows."""
        for shown, real in self.known.items():
            text = text.replace(shown, real)
        return text

    def compare(self, shown: Any, real: Any, name: str = "") -> None:
        """Assert that an answer is as printed, and learn the ids that it gives."""
        if isinstance(shown, dict) and isinstance(real, dict):
            self._compare_objects(shown, real, name)
        elif isinstance(shown, list) and isinstance(real, list):
            assert len(shown) == len(real), (name, real)
            for place, pair in enumerate(zip(shown, real, strict=True)):
                self.compare(*pair, f"{name}/{place}")
        elif name.rpartition("/")[2] in self.OWN and shown is not None:
            assert type(shown) is type(real), (name, real)
            if isinstance(shown, str) and len(shown) == 36:
                assert self.known.setdefault(shown, real) == real, name
                uuid.UUID(real)
        else:
            assert shown == real, name

    def _compare_objects(self, shown: dict[str, Any], real: dict[str, Any], name: str) -> None:
        named = shown.keys() - {self.LEFT_OUT}
        assert named == real.keys() if named == shown.keys() else named <= real.keys(), name
        for field in named:
            self.compare(shown[field], real[field], f"{name}/{field}")
