"""A small carrier with two merchants: what most tests start from, made by the domain's verbs."""

import base64
import hashlib
import json
import re
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import argon2
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from qcportal import accounts, api_keys, clock, devices, returns, rulebooks, signing, tenancy
from qcportal.api_keys import SCOPES
from qcportal.capture_kinds import SHIPPED
from qcportal.db import db
from qcportal.history import SYSTEM
from qcportal.photos import Photo
from qcportal.returns import Return

SECRET = "whsec_" + base64.b64encode(b"a callback secret of 32 bytes ok").decode()
PASSWORD = "correct horse battery"
# Real hashes with the real algorithm, at a cost that hundreds of tests can pay.
CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

RULEBOOK: dict[str, Any] = {
    "title": "Electronics",
    "rules": [
        {
            "id": "always",
            "title": "Every article",
            "when": "",
            "checks": [
                {
                    "key": "same-item",
                    "type": "yes_no",
                    "question": "Is this the item in the picture?",
                    "expected": {"value": "yes"},
                    "photos": [{"key": "front", "title": "Whole item", "kind": "photo"}],
                },
                {
                    "key": "damage",
                    "type": "yes_no",
                    "question": "Dents or scratches?",
                    "expected": {"value": "no"},
                    "reason_code": "DAMAGED",
                    "photos": [{"key": "damage", "title": "Damage", "kind": "photo"}],
                },
            ],
        },
        {
            "id": "imei",
            "title": "Phones over 10,000 rupees",
            "when": 'category == "Mobiles" and price >= 10000',
            "checks": [
                {
                    "key": "imei",
                    "type": "imei_match",
                    "question": "Which IMEI does *#06# show?",
                    "expected": {"from": "attributes.imei"},
                    "photos": [{"key": "imei", "title": "IMEI label", "kind": "photo"}],
                }
            ],
        },
    ],
}


@dataclass
class Store:
    """One merchant with its key and the people who sign in."""

    id: uuid.UUID
    slug: str
    token: str
    owner: str
    viewer: str


class World:
    """Everybody, and the ways they talk to the portal."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with self.inside(), mock.patch.object(accounts, "_hasher", CHEAP):
            self.admin = self._person("admin@carrier.example", "Asha Shinde", "system", None)
            self.clerk = self._person("ops@carrier.example", "Om Rao", "operations", None)
            self.a = self._store("fern", "Fern Home")
            self.b = self._store("kiln", "Kiln Street")
            self.executive_id, self.device_token = self._phone("E-014", "Ravi K.")
            self.other_executive_id, self.other_device_token = self._phone("E-015", "Deepa L.")

    @contextmanager
    def inside(self, *, commit: bool = True):
        """Work in an app context with the system's scope, as a job would."""
        with self.app.app_context(), tenancy.system("test"):
            yield
            if commit:
                db.session.commit()

    @property
    def client(self) -> FlaskClient:
        """Give a fresh browser or program without any cookie."""
        return self.app.test_client()

    # --- partner -------------------------------------------------------------------------------

    def partner(self, method: str, path: str, body: Any = None, *, store: Store | None = None):
        """Call the partner API with the store's key (A's unless told)."""
        return self.call(method, f"/api/v1{path}", body, token=(store or self.a).token)

    def call(self, method: str, path: str, body: Any = None, *, token: str = "") -> TestResponse:
        """Call a JSON door with a bearer token."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        given = {} if body is None else {"json": body}
        return self.client.open(path, method=method, headers=headers, **given)

    def register(self, *, store: Store | None = None, **changes: Any) -> dict[str, Any]:
        """Register a return and give it as the API does."""
        answer = self.partner("POST", "/returns", a_return(**changes), store=store)
        assert answer.status_code == 201, answer.get_json()
        return answer.get_json()["return"]

    # --- field ---------------------------------------------------------------------------------

    def field(self, method: str, path: str, body: Any = None, *, token: str | None = None):
        """Call the field API with the executive's phone."""
        return self.call(method, f"/api/v1/field{path}", body, token=token or self.device_token)

    def assign(self, *return_ids: str, executive_id: uuid.UUID | None = None) -> uuid.UUID:
        """Put returns on today's run sheet of the executive."""
        with self.inside():
            executive = devices.get_executive(executive_id or self.executive_id)
            today = clock.now().astimezone(ZoneInfo("Asia/Kolkata")).date()
            sheet = devices.open_run_sheet(executive, today)
            returns.assign(sheet, [uuid.UUID(each) for each in return_ids], by=SYSTEM)
            return sheet.id

    def forms(self, return_id: str, **options: Any) -> dict[str, dict[str, Any]]:
        """Fetch the forms of a return, by slot."""
        answer = self.field("POST", "/forms", {"return_ids": [return_id], **options})
        assert answer.status_code == 201, answer.get_json()
        return {form["slot"]: form for form in answer.get_json()["forms"]}

    # --- relay ---------------------------------------------------------------------------------

    def callback(self, *arrivals: dict[str, Any], **changes: Any) -> TestResponse:
        """Call back as the relay does, signed freshly."""
        body = json.dumps({"arrivals": list(arrivals)}).encode()
        return self.raw_callback(body, **changes)

    def raw_callback(
        self, body: bytes, *, secret: str = SECRET, at: datetime | None = None
    ) -> TestResponse:
        """Call back with raw bytes."""
        headers = signing.sign(
            "s3_" + hashlib.sha256(body).hexdigest(), at or clock.now(), body, secret
        )
        headers["Content-Type"] = "application/json"
        return self.client.post("/api/v1/callbacks/s3", data=body, headers=headers)

    # --- browsers ------------------------------------------------------------------------------

    def signed_in(self, email: str) -> FlaskClient:
        """Give a browser in which the person is signed in."""
        browser = self.client
        token = csrf_of(browser, "/sign-in")
        form = {"email": email, "password": PASSWORD, "csrf_token": token}
        answer = browser.post("/sign-in", data=form)
        assert answer.status_code == 303, answer.text
        return browser

    # --- looking inside ------------------------------------------------------------------------

    def return_row(self, return_id: str) -> Return:
        """Give the return as it is in the database."""
        with self.inside(commit=False):
            return returns.get_return(uuid.UUID(return_id))

    def photo_rows(self, return_id: str) -> dict[str, Photo]:
        """Give a return's photos by slot, as they are in the database."""
        with self.inside(commit=False):
            found = db.session.scalars(select(Photo).where(Photo.return_id == uuid.UUID(return_id)))
            return {photo.slot: photo for photo in found}

    def _store(self, slug: str, name: str) -> Store:
        merchant = accounts.create_merchant(slug=slug, name=name, by=SYSTEM)
        rulebooks.publish(merchant, RULEBOOK, note="first", kinds=SHIPPED, by=SYSTEM)
        _, token = api_keys.create(merchant, name="erp", scopes=SCOPES, expires_at=None, by=SYSTEM)
        owner = self._person(f"owner@{slug}.example", f"Owner of {name}", "owner", merchant)
        viewer = self._person(f"viewer@{slug}.example", f"Viewer of {name}", "viewer", merchant)
        return Store(merchant.id, slug, token, owner, viewer)

    def _person(self, email: str, name: str, role: str, merchant: Any) -> str:
        accounts.create_user(
            email=email, name=name, password=PASSWORD, role=role, merchant=merchant, by=SYSTEM
        )
        return email

    def _phone(self, code: str, name: str) -> tuple[uuid.UUID, str]:
        executive = devices.create_executive(code=code, name=name, hub="Pune", by=SYSTEM)
        _, one_use = devices.offer_enrolment(executive, by=SYSTEM)
        _, token = devices.enrol(one_use, app_version="1.0")
        return executive.id, token


def a_return(**changes: Any) -> dict[str, Any]:
    """Give the body of a complete return; `changes` replace top-level fields."""
    unique = uuid.uuid4().hex[:12]
    body: dict[str, Any] = {
        "client_request_id": f"req-{unique}",
        "client_order_number": f"FH-{unique[:6]}",
        "pickup": {
            "name": "Meera Joshi",
            "phone": "+91 98200 00000",
            "address": "12 Lake Road",
            "city": "Pune",
            "pincode": "411014",
        },
        "items": [an_item()],
    }
    return body | changes


def an_item(**changes: Any) -> dict[str, Any]:
    """Give the body of one item: a phone whose IMEI is known."""
    item: dict[str, Any] = {
        "client_sku_id": "NUV-P8-BLK",
        "name": "Nuvio P8 phone",
        "brand": "Nuvio",
        "category": "Mobiles",
        "price": 18999,
        "mrp": 21999,
        "return_reason": "Changed my mind",
        "attributes": {"imei": "004400112233448", "colour": "Black"},
        "reference_images": ["https://cdn.fern.example/p8.jpg"],
    }
    return item | changes


def an_arrival(form: dict[str, Any], data: bytes = b"x" * 2000, **changes: Any) -> dict[str, Any]:
    """Give what the relay says after `data` was sent with a form."""
    digest = hashlib.sha256(data).hexdigest()
    arrival: dict[str, Any] = {
        "bucket": "photos",
        "key": form["key"],
        "version_id": "v1",
        "sequencer": "0055AED6DCD90281E5",
        "event_name": "ObjectCreated:Post",
        "size": len(data),
        "etag": "etag",
        "content_type": "image/jpeg",
        "stored_at": clock.now().isoformat(),
        "sha256": digest,
        "sha256_source": "relay",
        "metadata": {"photo-id": form["photo_id"], "sha256": digest},
        "image": None,
    }
    return arrival | changes


def a_capture(form: dict[str, Any], data: bytes = b"x" * 2000, **changes: Any) -> dict[str, Any]:
    """Give what the phone announces of `data` for a form."""
    capture = {
        "photo_id": form["photo_id"],
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "captured_at": clock.now().isoformat(),
    }
    return capture | changes


def an_inspection(rvp: dict[str, Any], *captures: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Give a passing inspection of a return with one phone on it."""
    answers = [
        {"check": "same-item", "result": "match", "value": "yes"},
        {"check": "damage", "result": "match", "value": "no"},
        {"check": "imei", "result": "match", "value": "004400112233448"},
    ]
    body = {
        "client_inspection_id": str(uuid.uuid4()),
        "return_id": rvp["return_id"],
        "items": [{"item_id": rvp["items"][0]["item_id"], "answers": answers}],
        "captures": list(captures),
        "app_verdict": "passed",
    }
    return body | changes


def csrf_of(browser: FlaskClient, path: str, **request: Any) -> str:
    """Read the CSRF token out of a page's form; `request` goes to the client, as `base_url`."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(path, **request).text)
    assert found, f"{path} has no form with a CSRF token"
    return found[1]
