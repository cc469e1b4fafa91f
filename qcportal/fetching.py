"""Guarded fetching of pictures from addresses that strangers wrote; each redirect is looked at."""

import http.client
from dataclasses import dataclass, field
from urllib.parse import urljoin

from qcportal.outgoing import Call, CallRefused, Gate, Question, calling

MOST_REDIRECTS = 3
_REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True)
class Fetcher:
    """Fetches over https: at most `most_bytes`, through a gate that bounds the time."""

    most_bytes: int = 10_485_760
    gate: Gate = field(default_factory=Gate)

    def fetch(self, address: str) -> bytes:
        """Give the body that stands at an address, or raise CallRefused with the reason."""
        with calling(self.gate) as call:
            return self._read(call, _follow(call, address))

    def _read(self, call: Call, answer: http.client.HTTPResponse) -> bytes:
        if answer.status != 200:
            raise CallRefused(f"The address answered with status {answer.status}.")
        announced = (answer.length or 0) > self.most_bytes
        data = b"" if announced else call.read(answer, self.most_bytes)
        if announced or len(data) > self.most_bytes:
            raise CallRefused(f"It is larger than {self.most_bytes // 1_048_576} MB.")
        return data


def _follow(call: Call, address: str) -> http.client.HTTPResponse:
    for _ in range(MOST_REDIRECTS + 1):
        answer = call.ask(Question("GET", address, {"Accept": "image/*"}))
        if answer.status not in _REDIRECTS:
            return answer
        address = urljoin(address, answer.headers.get("Location", ""))
    raise CallRefused(f"The address leads on more than {MOST_REDIRECTS} times.")
