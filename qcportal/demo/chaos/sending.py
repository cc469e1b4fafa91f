"""Sending one file to S3 whatever happens on the way, and the ways in which it goes wrong."""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from qcportal.demo.upload_queue import Parcel
from qcportal.demo.uploader import is_stored, multipart
from qcportal.demo.wire import NoAnswer, Reply, Wire

TRIES = 60
FORM_ENDED, TOO_LARGE = 403, 400
CHECKSUM, VERSION = "x-amz-checksum-sha256", "x-amz-version-id"
Form = tuple[str, Mapping[str, str]]


class NotSent(Exception):
    """S3 would not take a file however often it was tried."""


@dataclass(frozen=True)
class Sent:
    """What came of sending: S3's version, or "" where the portal said that it has it."""

    version: str


class Sender:
    """One phone's connection to S3; `renew(photo_id)` gives a fresh form, or None without any.

    `at_portal(sha256)` tells whether the portal knows of these bytes as stored.
    """

    def __init__(
        self, renew: Callable[[str], Form | None], at_portal: Callable[[str], bool]
    ) -> None:
        self._renew, self._at_portal = renew, at_portal
        self._wires: dict[str, Wire] = {}

    def close(self) -> None:
        """Close the connections."""
        for wire in self._wires.values():
            wire.close()

    def send(self, parcel: Parcel, *, again: bool = False) -> Sent:
        """Send until S3 says 201, or the portal says after a lost answer that it has the bytes.

        With `again` only S3's word counts: the same bytes are sent once more on purpose.
        """
        for attempt in range(TRIES):
            try:
                if parcel.unsure and not again and self._at_portal(parcel.sha256):
                    return Sent("")
                reply = self.post(parcel)
                if is_stored(reply, parcel.fields["key"]):
                    return Sent(reply.headers[VERSION])
                if reply.status == FORM_ENDED and not self._take_fresh_form(parcel) and not again:
                    return Sent("")
            except NoAnswer:
                parcel.unsure = True
            time.sleep(min(2.0, 0.1 * 2 ** min(attempt, 5)))
        raise NotSent(f"{parcel.photo_id} could not be sent in {TRIES} tries")

    def post(self, parcel: Parcel) -> Reply:
        """Try once; raises NoAnswer."""
        parts = urlsplit(parcel.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        wire = self._wires.setdefault(origin, Wire(origin))
        boundary = secrets.token_hex(16)
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return wire.send("POST", parts.path or "/", headers, multipart(parcel, boundary))

    def post_until_answered(self, parcel: Parcel, wanted: int) -> bool:
        """Try until the answer has this status; tells whether it came to that."""
        for attempt in range(TRIES):
            try:
                reply = self.post(parcel)
                if reply.status == wanted:
                    return True
                if reply.status < 500:
                    return False
            except NoAnswer:
                pass
            time.sleep(min(1.0, 0.1 * 2 ** min(attempt, 4)))
        return False

    def _take_fresh_form(self, parcel: Parcel) -> bool:
        form = self._renew(parcel.photo_id)
        if form is not None:
            parcel.url, parcel.fields = form
        return form is not None


def with_bytes(parcel: Parcel, data: bytes) -> Parcel:
    """Give a parcel that sends other bytes with the same form, and says so itself."""
    return replace(parcel, data=data, sha256=hashlib.sha256(data).hexdigest(), unsure=False)


def damaged_on_the_way(parcel: Parcel, data: bytes) -> Parcel:
    """Give a parcel whose bytes changed after they were hashed, where S3 cannot see it."""
    checksum = base64.b64encode(hashlib.sha256(data).digest()).decode()
    fields = {**parcel.fields, CHECKSUM: checksum}
    return replace(parcel, data=data, fields=fields, unsure=False)
