"""An S3 on 127.0.0.1 that does what networks do: cuts, lies, refuses; and the portal behind it."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class FlakyS3:
    """What each next upload meets, first to last; then all goes well.

    `cut` closes before an answer and stores nothing, `lost_answer` stores and then closes,
    `portal` is a captive portal's 200, `other_key` a 201 of something else, a number is a status.
    """

    url: str = ""
    troubles: list[str] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    verified: bool = True
    connections: int = 0

    def call(self, method: str, path: str, body: Any = None, *, patient: bool = True) -> Any:
        """Answer as the portal does."""
        assert (method, patient) == ("POST", True)
        if path.endswith("/forms"):
            self.renewed += body["photo_ids"]
            fields = {"key": body["photo_ids"][0], "x-amz-meta-sha256": ""}
            return {"forms": [{"url": self.url, "fields": fields}]}
        return {"uploads": [self._state(digest) for digest in body["digests"]]}

    def _state(self, digest: str) -> dict[str, Any]:
        if digest not in self.stored:
            return {"sha256": digest, "state": "unknown", "may_delete": False}
        state = "verified" if self.verified else "stored"
        return {"sha256": digest, "state": state, "may_delete": self.verified}


@contextmanager
def opened() -> Iterator[FlakyS3]:
    """Serve inside the block."""
    place = FlakyS3()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            place.connections += 1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            trouble = place.troubles.pop(0) if place.troubles else ""
            if trouble in {"", "lost_answer", "other_key"}:
                place.stored.append(_digest_in(body))
            if trouble in {"cut", "lost_answer"}:
                self.close_connection = True
                return
            key = "another" if trouble == "other_key" else _key_in(body)
            status = int(trouble) if trouble.isdigit() else 200 if trouble == "portal" else 201
            page = f"<PostResponse><Key>{key}</Key></PostResponse>".encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    place.url = f"http://127.0.0.1:{server.server_port}/photos"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield place
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _key_in(body: bytes) -> str:
    return body.split(b'name="key"\r\n\r\n')[1].split(b"\r\n")[0].decode()


def _digest_in(body: bytes) -> str:
    data = body.split(b"application/octet-stream\r\n\r\n")[1].rpartition(b"\r\n--")[0]
    return hashlib.sha256(data).hexdigest()
