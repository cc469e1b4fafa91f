"""A phone at a door: its connections, what it says of a photo, and how often it tries."""

import base64
import hashlib
import json
import secrets
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar
from urllib.parse import urlsplit

from bench.article.camera import Compressed
from bench.article.ground import Visit
from bench.article.network import Network, Service
from qcportal import clock
from qcportal.demo.upload_queue import FIRST_WAIT, LONGEST_WAIT, Parcel
from qcportal.demo.uploader import is_stored, multipart
from qcportal.demo.wire import NoAnswer, Refused, Reply, Wire

CLIENT_TIMEOUT = 60.0
WRONG = {400, 401, 403, 404, 405, 409, 413, 415}
INSPECTIONS, FORMS = "/api/v1/field/inspections", "/api/v1/field/forms"
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Phone:
    """One phone of the network, with the portal's token; `timeout` in seconds is of each call."""

    number: int
    network: Network
    token: str
    timeout: float = CLIENT_TIMEOUT

    def origin(self, service: Service) -> str:
        """Give where a service is, as this phone sees it."""
        return self.network.origins[self.number][service]

    def at_s3(self, url: str) -> str:
        """Give a form's address as this phone sees it; the policy does not sign the host."""
        return self.origin(Service.S3) + (urlsplit(url).path or "/")

    def post(self, service: Service, path: str, body: bytes, kind: str) -> Reply:
        """Post on a connection of its own, as simple clients do; raises NoAnswer and Refused."""
        wire = Wire(self.origin(service), timeout=self.timeout)
        headers = {"Content-Type": kind, "Accept-Encoding": "gzip"}
        if service is Service.PORTAL:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            reply = wire.send("POST", path, headers, body)
        finally:
            wire.close()
        if reply.status >= 300:
            raise Refused(reply.status, reply.body.decode(errors="replace"))
        return reply

    def tell(self, service: Service, path: str, body: Any) -> Any:
        """Post JSON and give the answer's."""
        return self.post(service, path, json.dumps(body).encode(), "application/json").json()

    def send_file(self, service: Service, path: str, fields: dict[str, str], data: bytes) -> Any:
        """Post a photo as browsers and simple clients do, and give the answer's JSON."""
        boundary = secrets.token_hex(16)
        lines = []
        for name, value in fields.items():
            lines += [f"--{boundary}", f'Content-Disposition: form-data; name="{name}"', "", value]
        lines += [f"--{boundary}", 'Content-Disposition: form-data; name="photo"; filename="p.jpg"']
        head = "\r\n".join([*lines, "Content-Type: image/jpeg", "", ""]).encode()
        body = head + data + f"\r\n--{boundary}--\r\n".encode()
        kind = f"multipart/form-data; boundary={boundary}"
        return self.post(service, path, body, kind).json()

    def send_to_s3(self, parcel: Parcel) -> None:
        """Post a photo with its form; raises NoAnswer, also for a 201 that is not S3's own."""
        boundary = secrets.token_hex(16)
        kind = f"multipart/form-data; boundary={boundary}"
        path = urlsplit(parcel.url).path
        reply = self.post(Service.S3, path, multipart(parcel, boundary), kind)
        if not is_stored(reply, parcel.fields["key"]):
            raise NoAnswer(f"{reply.status} is not S3's 201 for our key")


class Trying:
    """How a client tries its calls: once, or again and again as a retry queue does."""

    def __init__(self, *, queue: bool, until: float, dice: Random) -> None:
        self.queue, self.calls, self.failures = queue, 0, 0
        self._until, self._dice = until, dice

    def do(self, call: Callable[[], Answer]) -> Answer:
        """Make a call; raises its last failure where there is no queue, or no time left."""
        failures = 0
        while True:
            self.calls += 1
            try:
                return call()
            except (NoAnswer, Refused) as error:
                self.failures += 1
                failures += 1
                if not self.queue or not _passing(error) or time.monotonic() > self._until:
                    raise
            longest = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures - 1, 10))
            time.sleep(self._dice.uniform(longest / 2, longest))

    def note(self, *, calls: int, failures: int) -> None:
        """Count calls that somebody else made, such as the uploader's own queue."""
        self.calls, self.failures = self.calls + calls, self.failures + failures

    def beside(self, one: Callable[[], object], other: Callable[[], object]) -> None:
        """Make two calls at the same time, and wait for both; raises what either raises."""
        errors: list[Exception] = []

        def run() -> None:
            try:
                self.do(other)
            except (NoAnswer, Refused) as error:
                errors.append(error)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            self.do(one)
        finally:
            thread.join()
        if errors:
            raise errors[0]


def _passing(error: Exception) -> bool:
    """Tell whether trying again may help: not where the other side finds the call itself wrong."""
    return not (isinstance(error, Refused) and error.status in WRONG)


def parcel(visit: Visit, data: bytes, url: str, note: str = "") -> Parcel:
    """Give a photo with its form, and the note that travels along, if any."""
    fields = visit.fields | ({"x-amz-meta-note": note} if note else {})
    digest = hashlib.sha256(data).hexdigest()
    return Parcel(str(visit.photo_id), digest, data, url, fields, clock.now().isoformat())


def report(visit: Visit, data: bytes, photo: Compressed | None = None) -> dict[str, Any]:
    """Give what the executive answered, as the field API takes it, with the photo's capture."""
    capture: dict[str, Any] = {
        "photo_id": str(visit.photo_id),
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "captured_at": clock.now().isoformat(),
    }
    if photo is not None:
        capture |= {"width": photo.width, "height": photo.height, "thumbhash": photo.preview}
    answers = [{"check": visit.check, "result": "match", "value": "yes"}]
    return {
        "client_inspection_id": str(uuid.uuid5(visit.photo_id, "inspection")),
        "return_id": visit.return_id,
        "items": [{"item_id": visit.item_id, "answers": answers}],
        "captures": [capture],
        "shipment_state": "picked",
        "app_verdict": "passed",
    }


def note(body: dict[str, Any]) -> str:
    """Write an inspection as a form's metadata carries it."""
    told = json.dumps(body, separators=(",", ":")).encode()
    return "i1:" + base64.urlsafe_b64encode(told).decode()
