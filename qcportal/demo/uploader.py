"""Sending a phone's queue straight to S3, and asking the portal what may be deleted."""

import base64
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlsplit
from xml.etree import ElementTree

from qcportal.demo.upload_queue import Parcel, UploadQueue
from qcportal.demo.wire import TIMEOUT_SECONDS, NoAnswer, Refused, Reply, Wire

STATUS_EVERY = 1.5
AT_PORTAL = {"stored", "verified"}


class Portal(Protocol):
    """What the uploader asks of the portal; `wire.Api` is one."""

    def call(self, method: str, path: str, body: Any = None, *, patient: bool = True) -> Any:
        """Call and give the answer's JSON."""


class Uploader(threading.Thread):
    """Works one queue off, one photo at a time; ends after `finish()` when the queue is empty.

    `uploaded(photo_id, sent_at)` is told when S3 took a photo, `deleted(count)` when photos were
    verified and deleted. An upload that takes longer than `timeout` seconds is given up and tried
    again.
    """

    def __init__(
        self,
        queue: UploadQueue,
        portal: Portal,
        *,
        uploaded: Callable[[str, float], None],
        deleted: Callable[[int], None],
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        super().__init__(name="uploader", daemon=True)
        self._queue, self._portal = queue, portal
        self._uploaded, self._deleted = uploaded, deleted
        self._timeout = timeout
        self._wires: dict[str, Wire] = {}
        self._asked_at = 0.0
        self._finishing = threading.Event()
        self._stopping = threading.Event()

    def run(self) -> None:
        """Send, ask, delete; see the class."""
        while not self._stopping.is_set():
            if self._finishing.is_set() and not len(self._queue):
                break
            parcel = self._queue.take(wait=0.1)
            if parcel is not None:
                self.send(parcel)
            if time.monotonic() - self._asked_at >= STATUS_EVERY:
                self.ask()
        self.close()

    def warm(self, url: str) -> None:
        """Open the connection to a form's address before there is a photo; raises NoAnswer."""
        self._wire(url).open()

    def close(self) -> None:
        """Close the connections to S3."""
        for wire in self._wires.values():
            wire.close()

    def finish(self, seconds: float) -> bool:
        """Let the queue run empty; gives whether it did within the seconds."""
        self._finishing.set()
        self.join(seconds)
        self._stopping.set()
        return not len(self._queue)

    def stop(self) -> None:
        """Stop soon, whatever is in the queue."""
        self._stopping.set()

    def send(self, parcel: Parcel) -> None:
        """Try to send one parcel once; whatever happens, the queue keeps it."""
        try:
            if parcel.unsure and self._state_of(parcel.sha256) in AT_PORTAL:
                self._queue.keep_as_sent(parcel)
                return
            reply = self._post(parcel)
            if is_stored(reply, parcel.fields["key"]):
                self._queue.keep_as_sent(parcel)
                self._uploaded(parcel.photo_id, reply.sent_at)
                return
            if reply.status == 403:
                self._renew_form(parcel)
        except NoAnswer:
            parcel.unsure = True
        except Refused:
            pass
        self._queue.postpone(parcel)

    def ask(self) -> None:
        """Ask what became of what was sent, and delete what may be deleted."""
        self._asked_at = time.monotonic()
        digests = self._queue.unverified()[:1000]
        if not digests:
            return
        try:
            answer = self._portal.call("POST", "/api/v1/field/uploads/status", {"digests": digests})
        except (NoAnswer, Refused):
            return
        free = [each["sha256"] for each in answer["uploads"] if each["may_delete"]]
        gone = sum(self._queue.discard(digest) for digest in free)
        if gone:
            self._deleted(gone)

    def _post(self, parcel: Parcel) -> Reply:
        path = urlsplit(parcel.url).path or "/"
        boundary = secrets.token_hex(16)
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self._wire(parcel.url).send("POST", path, headers, multipart(parcel, boundary))

    def _wire(self, url: str) -> Wire:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        return self._wires.setdefault(origin, Wire(origin, timeout=self._timeout))

    def _state_of(self, sha256: str) -> str:
        body = {"digests": [sha256]}
        answer = self._portal.call("POST", "/api/v1/field/uploads/status", body)
        return str(answer["uploads"][0]["state"])

    def _renew_form(self, parcel: Parcel) -> None:
        """Take a fresh form for the same key: a form's end never ends the intent."""
        body = {"photo_ids": [parcel.photo_id]}
        (form,) = self._portal.call("POST", "/api/v1/field/forms", body)["forms"]
        parcel.url, parcel.fields = form["url"], form["fields"]


def is_stored(reply: Reply, key: str) -> bool:
    """Tell whether S3 took it: 201 and our key in its XML. A captive portal answers 200."""
    if reply.status != 201:
        return False
    try:
        root = ElementTree.fromstring(reply.body)  # noqa: S314 - the demo's own S3 wrote it
    except ElementTree.ParseError:
        return False
    return any(part.tag.rpartition("}")[2] == "Key" and part.text == key for part in root)


def multipart(parcel: Parcel, boundary: str) -> bytes:
    """Write the form as S3 wants it: its fields with the open ones filled in, the file last."""
    filled = {
        "x-amz-meta-sha256": parcel.sha256,
        "x-amz-meta-captured-at": parcel.captured_at,
        "x-amz-checksum-sha256": base64.b64encode(bytes.fromhex(parcel.sha256)).decode(),
    }
    lines = []
    for name, value in parcel.fields.items():
        lines.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n')
        lines.append((value or filled.get(name, "")) + "\r\n")
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="photo"\r\n'
    head += "Content-Type: application/octet-stream\r\n\r\n"
    return "".join([*lines, head]).encode() + parcel.data + f"\r\n--{boundary}--\r\n".encode()
