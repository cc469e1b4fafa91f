"""The carrier's side of the demo: accounts, merchants, phones, returns and run sheets.

What an app or a back-end would do goes through its API over HTTP; what an admin does on a page
is done by the domain's verbs behind it. Every step may be done again and changes nothing then.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any
from urllib.parse import quote

from flask import Flask
from sqlalchemy import select

from qcportal import accounts, api_keys, clock, devices, migrating, returns, tenancy
from qcportal.accounts import Merchant
from qcportal.api_keys import SCOPES
from qcportal.db import db
from qcportal.demo import people, pictures
from qcportal.demo.goods import STORES, Store
from qcportal.demo.plan import Door
from qcportal.demo.state import State
from qcportal.demo.wire import Api
from qcportal.devices import FieldExecutive
from qcportal.history import SYSTEM

PASSWORD = "doorstep-demo-2026"  # noqa: S105 - printed for whoever tries the demo
ADMIN = "admin@carrier.example"
OFFICER, APPEALS = "officer@carrier.example", "appeals@carrier.example"
PER_CALL = 100
APP_VERSION = "2.4.1"


@dataclass(frozen=True)
class Carrier:
    """The portal's app in this process, for an admin's work, and its origin for everybody's."""

    app: Flask
    origin: str
    state: State

    @contextmanager
    def working(self) -> Iterator[None]:
        """Work in the database inside the block, and commit at its end."""
        with self.app.app_context(), tenancy.system("demo"):
            yield
            db.session.commit()

    def partner(self, store: Store) -> Api:
        """Give the partner API with the merchant's key."""
        return Api(self.origin, self.state.api_keys[store.slug])


def migrate(app: Flask) -> None:
    """Bring the database to the newest schema."""
    migrating.bring_up(app)


def open_accounts(carrier: Carrier) -> None:
    """Create the carrier's people, and each merchant with an owner, a viewer and an API key."""
    with carrier.working():
        _person(ADMIN, "Asha Shinde", "system", None)
        _person(OFFICER, "Bala Rao", "dispute_officer", None)
        _person(APPEALS, "Dev Nair", "appeals_officer", None)
        for store in STORES:
            merchant = accounts.find_merchant_by_slug(store.slug) or accounts.create_merchant(
                slug=store.slug, name=store.name, by=SYSTEM
            )
            _person(f"owner@{store.slug}.example", store.owner, "owner", merchant)
            _person(f"viewer@{store.slug}.example", store.viewer, "viewer", merchant)
            if store.slug not in carrier.state.api_keys:
                carrier.state.api_keys[store.slug] = _key(merchant)
    carrier.state.save()


def furnish(carrier: Carrier) -> None:
    """Publish each merchant's rulebook and set its catalogue pictures."""
    for store in STORES:
        api = carrier.partner(store)
        book = {"document": store.rulebook(), "note": "First version"}
        api.call("POST", "/api/v1/rulebooks", book)
        for product in store.products:
            sku = quote(pictures.products()[product]["sku"], safe="")
            data = pictures.content(pictures.catalogue()[product])
            path = f"/api/v1/catalogue/{sku}/picture"
            api.send("PUT", path, data, {"Content-Type": "image/jpeg"}, patient=True)
        api.close()


def hire(carrier: Carrier, count: int) -> list[uuid.UUID]:
    """Create executives, and enrol a phone for each that has none; gives their ids in order."""
    ids = []
    for place in range(count):
        code, name, city = people.executive(place)
        with carrier.working():
            found = db.session.scalar(select(FieldExecutive).where(FieldExecutive.code == code))
            executive = found or devices.create_executive(
                code=code, name=name, hub=city.name, by=SYSTEM
            )
            ids.append(executive.id)
            if code in carrier.state.device_tokens:
                continue
            _, one_use = devices.offer_enrolment(executive, by=SYSTEM)
        body = {"code": one_use, "app_version": APP_VERSION}
        api = Api(carrier.origin)
        answer = api.call("POST", "/api/v1/field/enrolments", body, patient=False)
        api.close()
        carrier.state.device_tokens[code] = answer["token"]
        carrier.state.save()
    return ids


def register(carrier: Carrier, doors: Sequence[Door]) -> dict[str, uuid.UUID]:
    """Register returns as each merchant's back-end does, in bulk; gives their ids by AWB."""
    ids: dict[str, uuid.UUID] = {}
    for store in STORES:
        api = carrier.partner(store)
        bodies = [door.body for door in doors if door.store is store]
        for start in range(0, len(bodies), PER_CALL):
            ids |= _register_some(api, bodies[start : start + PER_CALL])
        api.close()
    return ids


def _register_some(api: Api, bodies: Sequence[Any]) -> dict[str, uuid.UUID]:
    ids = {}
    for result in api.call("POST", "/api/v1/returns/bulk", {"returns": bodies})["results"]:
        if result["return"] is None:
            raise ValueError(f"{result['client_request_id']}: {result['detail']}")
        ids[result["return"]["awb"]] = uuid.UUID(result["return"]["return_id"])
    return ids


def assign(
    carrier: Carrier, doors: Sequence[Door], ids: dict[str, uuid.UUID], team: list[uuid.UUID]
) -> None:
    """Put returns on their executives' run sheets of the state's day."""
    stops = defaultdict(list)
    for door in doors:
        stops[door.executive].append(ids[door.awb])
    day = date.fromisoformat(carrier.state.day)
    for place, return_ids in stops.items():
        with carrier.working():
            sheet = devices.open_run_sheet(devices.get_executive(team[place]), day)
            returns.assign(sheet, return_ids, by=SYSTEM)


def beat(carrier: Carrier) -> None:
    """Let every phone say that it is well, as phones do that have nothing else to do."""
    for code, token in carrier.state.device_tokens.items():
        api = Api(carrier.origin, token)
        api.call("POST", "/api/v1/field/heartbeats", vital_signs(code, waiting=0))
        api.close()


def vital_signs(code: str, *, waiting: int) -> dict[str, Any]:
    """Give what a phone says about itself; the same phone always has about the same battery."""
    dice = Random(code)
    return {
        "app_version": APP_VERSION,
        "battery_percent": dice.randrange(18, 97),
        "storage_free_mb": dice.randrange(900, 24_000),
        "photos_waiting": waiting,
        "phone_time": (clock.now() + timedelta(seconds=dice.gauss(0, 2))).isoformat(),
    }


def logins() -> list[tuple[str, str, str]]:
    """Give who may sign in: what for, name and mail address."""
    people_of = [
        (f"{store.name}, {role}", name, f"{role}@{store.slug}.example")
        for store in STORES
        for role, name in (("owner", store.owner), ("viewer", store.viewer))
    ]
    carriers = [
        ("Carrier, admin", "Asha Shinde", ADMIN),
        ("Carrier, disputes", "Bala Rao", OFFICER),
        ("Carrier, appeals", "Dev Nair", APPEALS),
    ]
    return [*carriers, *people_of]


def _person(email: str, name: str, role: str, merchant: Merchant | None) -> None:
    if accounts.find_user_by_email(email) is None:
        accounts.create_user(
            email=email, name=name, password=PASSWORD, role=role, merchant=merchant, by=SYSTEM
        )


def _key(merchant: Merchant) -> str:
    _, token = api_keys.create(
        merchant, name="Order system", scopes=SCOPES, expires_at=None, by=SYSTEM
    )
    return token
