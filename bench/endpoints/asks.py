"""Requests as phones, the relay and browsers make them, and as peers want them."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from bench.endpoints.ground import HOST, Ground
from qcportal import clock, signing
from qcportal.returns import Return
from tests.world import SECRET

JSON = {"Content-Type": "application/json"}
FIELD = "/api/v1/field"
CALLBACK = "/api/v1/callbacks/s3"
TOKEN = "0123456789abcdef0123456789abcdef"  # Django wants the cookie and the header to be alike


@dataclass(frozen=True)
class Ask:
    """One request, and the status that it is answered with when all is well."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    expected: int = 200

    def rendered(self) -> bytes:
        """Give the bytes that go over the wire."""
        head = {"Host": HOST, "Accept-Encoding": "gzip", **self.headers}
        if self.body:
            head["Content-Length"] = str(len(self.body))
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{n}: {v}" for n, v in head.items())]
        return "\r\n".join([*lines, "", ""]).encode() + self.body

    def call(self, client: FlaskClient) -> int:
        """Ask within this process; gives the status."""
        answer = client.open(
            self.path, method=self.method, data=self.body or None, headers=dict(self.headers)
        )
        return answer.status_code


def form(ground: Ground, photo_id: str) -> Ask:
    """Ask for one photo's form."""
    return _field(ground, "/forms", {"photo_ids": [photo_id]}, 201)


def forms(ground: Ground, sheet: str, shape: str) -> Ask:
    """Ask for the 240 forms of a run sheet."""
    return _field(ground, "/forms", {"run_sheet_id": sheet, "shape": shape}, 201)


def status(ground: Ground, digests: list[str]) -> Ask:
    """Ask what became of the photos of one return."""
    return _field(ground, "/uploads/status", {"digests": digests}, 200)


def callback(arrivals: list[dict[str, Any]]) -> Ask:
    """Tell arrivals as the relay does, signed now."""
    body = json.dumps({"arrivals": arrivals}).encode()
    headers = signing.sign("s3_" + hashlib.sha256(body).hexdigest(), clock.now(), body, SECRET)
    return Ask("POST", CALLBACK, {**JSON, **headers}, body)


def page(ground: Ground, path: str) -> Ask:
    """Open a page as a merchant's owner."""
    return Ask("GET", path, {"Cookie": ground.stock.cookie})


def poll(ground: Ground, return_id: str) -> Ask:
    """Poll an open return page to which nothing happened since."""
    with ground.world.inside(commit=False):
        rvp = ground.world.return_row(return_id)
        mark = _mark(rvp)
    ask = page(ground, f"/returns/{return_id}/live?since={mark}")
    return Ask(ask.method, ask.path, {**ask.headers, "HX-Request": "true"}, expected=204)


def bare(ground: Ground) -> Ask:
    """Ask bare Flask with the body of a single form."""
    body = json.dumps({"photo_ids": [str(uuid.UUID(int=1))]}).encode()
    return Ask(
        "POST", "/forms", {**JSON, "Authorization": f"Bearer {ground.stock.token}"}, body, 201
    )


def companion() -> Ask:
    """Ask Uppy Companion for a form with the metadata that ours has."""
    names = ("photo-id", "executive-id", "kind")
    metadata = "".join(f"&metadata%5B{name}%5D={uuid.UUID(int=7)}" for name in names)
    return Ask("GET", f"/s3/params?filename=front.jpg&type=image/jpeg{metadata}", {})


def s3direct() -> Iterable[Ask]:
    """Ask django-s3direct for the parameters of an upload, which it wants a second call to sign."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"csrftoken={TOKEN}",
        "X-CSRFToken": TOKEN,
    }
    body = b"name=front.jpg&type=image/jpeg&size=200000&dest=photos"
    yield Ask("POST", "/s3direct/get_upload_params/", headers, body)


def _field(ground: Ground, path: str, body: object, expected: int) -> Ask:
    headers = {**JSON, "Authorization": f"Bearer {ground.stock.token}"}
    return Ask("POST", FIELD + path, headers, json.dumps(body).encode(), expected)


def _mark(rvp: Return) -> str:
    millis = int(clock.now().timestamp() * 1000)
    return f"{rvp.revision}.{millis}.1.0.0"
