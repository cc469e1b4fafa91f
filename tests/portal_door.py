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
    """What was asked, and what is answered: `statuses` first, one each, then 200 for ever.

    `pictures_refused` calls that tell of pictures are answered 503; the pictures of
    `unwanted_keys` are known already.
    """

    url: str
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    refused_keys: set[str] = field(default_factory=set)
    refused_with: int = 503
    pictures_refused: int = 0
    unwanted_keys: set[str] = field(default_factory=set)
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

    @property
    def pictures(self) -> dict[str, dict[str, Any]]:
        """Give what was found in pictures, by key, where it was taken."""
        return {each["key"]: each["image"] for each in self.taken if each.get("image")}

    def wants(self, arrival: dict[str, Any]) -> bool:
        """Tell whether the picture of an arrival is still to be measured."""
        return not arrival.get("image") and arrival["key"] not in self.unwanted_keys

    def answer(self, headers: dict[str, str], body: bytes) -> int:
        try:
            Webhook(SECRET).verify(body, headers)
        except WebhookVerificationError:
            return 401
        if any(arrival["key"] in self.refused_keys for arrival in json.loads(body)["arrivals"]):
            return self.refused_with
        if self.pictures_refused and any(
            each.get("image") for each in json.loads(body)["arrivals"]
        ):
            self.pictures_refused -= 1
            return 503
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
            outcomes = [
                {"outcome": "verified", "picture_wanted": door.wants(each)} for each in arrivals
            ]
            answer = json.dumps({"arrivals": outcomes})
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
