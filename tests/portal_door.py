"""A portal to call back: an HTTP server on 127.0.0.1 that verifies as the real one must.

Signatures are checked with the standardwebhooks package, an implementation other than ours.
"""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

SECRET = "whsec_" + base64.b64encode(b"a secret for tests only, 32 long").decode()
PATH = "/api/v1/callbacks/s3"


@dataclass(frozen=True)
class Call:
    """One request that was made."""

    headers: dict[str, str]
    body: bytes
    answered: int

    @property
    def arrivals(self) -> list[dict[str, Any]]:
        return list(json.loads(self.body)["arrivals"])


@dataclass
class Door:
    """What was asked, and what is answered: `statuses` first, one each, then 200 for ever."""

    url: str
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    refused_keys: set[str] = field(default_factory=set)
    refused_with: int = 503
    calls: list[Call] = field(default_factory=list)

    @property
    def taken(self) -> list[dict[str, Any]]:
        """Give the arrivals of the calls that were answered with success."""
        return [a for call in self.calls if call.answered == 200 for a in call.arrivals]

    def wait_for(self, keys: set[str], seconds: float = 30) -> dict[str, dict[str, Any]]:
        """Wait until every key was taken; gives the arrivals by key."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = {arrival["key"]: arrival for arrival in self.taken}
            if keys <= found.keys():
                return found
            time.sleep(0.02)
        raise AssertionError(f"only {[a['key'] for a in self.taken]} of {sorted(keys)} arrived")

    def answer(self, headers: dict[str, str], body: bytes) -> int:
        try:
            Webhook(SECRET).verify(body, headers)
        except WebhookVerificationError:
            return 401
        if any(arrival["key"] in self.refused_keys for arrival in json.loads(body)["arrivals"]):
            return self.refused_with
        return self.statuses.pop(0) if self.statuses else 200


@contextmanager
def opened() -> Iterator[Door]:
    """Serve a door inside the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = door.answer(headers, body)
            door.calls.append(Call(headers, body, status))
            arrivals = json.loads(body)["arrivals"]
            answer = json.dumps({"outcomes": [{"outcome": "verified"} for _ in arrivals]})
            self.send_response(status)
            for name, value in door.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    door = Door(f"http://127.0.0.1:{server.server_port}{PATH}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield door
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
