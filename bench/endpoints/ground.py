"""A portal to measure: its database, its settings as for a production, and what is in it."""

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, text, update

from qcportal import clock, config, create_app, devices, returns, sessions
from qcportal.accounts import User
from qcportal.db import db
from qcportal.demo.chaos import databases
from qcportal.demo.progress import step
from qcportal.history import SYSTEM
from qcportal.photos import Photo
from qcportal.sessions import Browser
from tests.conftest import migrate
from tests.world import SECRET, World, a_capture, a_return, an_arrival, an_inspection

BULK, PER_SHEET, PER_RETURN = 100, 40, 6
SHOWN = 40
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Size:
    """How much to fill in: run sheets of forms, and returns whose photos arrive."""

    sheets: int
    arriving: int


@dataclass
class Stock:
    """What there is to ask for.

    `sheets` are run sheets of 40 returns and 240 photos, `photos` all of theirs; neighbours among
    `arrivals` (told for the first time, each to be taken once) are of different returns. `shown`
    are returns that were inspected and wait for one photo, `digests` what a phone holds of each
    return of the sheets.
    """

    sheets: list[str]
    photos: list[str]
    arrivals: Iterator[dict[str, Any]]
    digests: list[list[str]]
    shown: list[str]
    token: str
    cookie: str


@dataclass(frozen=True)
class Ground:
    """One filled portal that no server runs for yet."""

    kind: str
    app: Flask
    url: str
    environment: dict[str, str]
    stock: Stock
    world: World

    def forget_forms(self) -> None:
        """Let every form be the first one of its photo again."""
        with self.world.inside():
            db.session.execute(
                update(Photo).where(Photo.form_issued_at.is_not(None)).values(form_issued_at=None)
            )
        self.settle()

    def settle(self) -> None:
        """Do at once what the database does by itself within a minute, so that it plans well."""
        with self.app.app_context(), db.engine.connect() as connection:
            apart = connection.execution_options(isolation_level="AUTOCOMMIT")
            apart.execute(text("VACUUM ANALYZE" if self.kind == "postgres" else "ANALYZE"))


@contextmanager
def opened(kind: str, size: Size, folder: Path) -> Iterator[Ground]:
    """Have a filled database inside the block; Postgres with its own settings, fsync among them."""
    with databases.opened(kind, folder) as database:
        migrate(database.url)
        environment = settings(database.url)
        app = create_app(config.from_environment(environment | {"QCPORTAL_LOG_LEVEL": "ERROR"}))
        world = World(app)
        stock = _fill(world, size)
        ground = Ground(kind, app, database.url, environment, stock, world)
        ground.settle()
        yield ground
        with app.app_context():
            db.engine.dispose()


def settings(url: str) -> dict[str, str]:
    """Give the settings of a production behind one proxy; S3 is signed for and never asked."""
    given = {
        "SECRET_KEY": hashlib.sha256(b"only for this benchmark").hexdigest(),
        "DATABASE_URL": url,
        "TRUSTED_HOSTS": f"{HOST},localhost",
        "PROXY_HOPS": "1",
        "BUCKET": "photos",
        "CALLBACK_SECRETS": SECRET,
        "SIGNER_ACCESS_KEY_ID": "AKIASIGNER",
        "SIGNER_SECRET_ACCESS_KEY": "signer-secret",
        "PORTAL_ACCESS_KEY_ID": "AKIAPORTAL",
        "PORTAL_SECRET_ACCESS_KEY": "portal-secret",
    }
    return {f"{config.PREFIX}{name}": value for name, value in given.items()}


def _fill(world: World, size: Size) -> Stock:
    step(f"{size.sheets * PER_SHEET + size.arriving + SHOWN} returns are registered")
    on_sheets = _register(world, size.sheets * PER_SHEET)
    arriving = _register(world, size.arriving)
    today = clock.now().date()
    sheets = [
        _assign(world, on_sheets[start : start + PER_SHEET], today + timedelta(days=number))
        for number, start in enumerate(range(0, len(on_sheets), PER_SHEET), 1)
    ]
    _assign(world, arriving, today - timedelta(days=1))
    _announce(world, on_sheets + arriving)
    waiting = _photos_of(world, arriving)
    return Stock(
        sheets=sheets,
        photos=[str(row.id) for row in _photos_of(world, on_sheets)],
        arrivals=map(_arrival, waiting),
        digests=_digests(_photos_of(world, on_sheets)),
        shown=_show(world),
        token=world.device_token,
        cookie=_sign_in(world),
    )


def _register(world: World, count: int) -> list[uuid.UUID]:
    ids = []
    for start in range(0, count, BULK):
        bodies = [a_return() for _ in range(min(BULK, count - start))]
        answer = world.partner("POST", "/returns/bulk", {"returns": bodies}).get_json()
        ids += [uuid.UUID(each["return"]["return_id"]) for each in answer["results"]]
    return ids


def _assign(world: World, ids: list[uuid.UUID], day: date) -> str:
    with world.inside():
        executive = devices.get_executive(world.executive_id)
        sheet = devices.open_run_sheet(executive, day)
        returns.assign(sheet, ids, by=SYSTEM)
        return str(sheet.id)


def _announce(world: World, ids: list[uuid.UUID]) -> None:
    """Write what a phone's own call writes of photos that lie on it."""
    with world.inside():
        for some in (ids[start : start + 500] for start in range(0, len(ids), 500)):
            rows = db.session.execute(_of(some).with_only_columns(Photo.id))
            changes = [
                {
                    "id": row.id,
                    "claimed_sha256": digest_of(row.id),
                    "claimed_bytes": len(bytes_of(row.id)),
                    "captured_at": clock.now(),
                    "captured_reported_at": clock.now(),
                }
                for row in rows
            ]
            db.session.execute(update(Photo), changes)


def _of(ids: Any) -> Any:
    return (
        select(Photo)
        .where(Photo.return_id.in_(ids), Photo.purpose != "inspection")
        .order_by(Photo.position, Photo.return_id)
    )


def _photos_of(world: World, ids: list[uuid.UUID]) -> list[Any]:
    """Give the photos of returns, the first of each return before the second of any."""
    columns = (Photo.id, Photo.return_id, Photo.key, Photo.position)
    with world.inside(commit=False):
        rows = [
            row
            for some in (ids[start : start + 500] for start in range(0, len(ids), 500))
            for row in db.session.execute(_of(some).with_only_columns(*columns))
        ]
    return sorted(rows, key=lambda row: (row.position, row.return_id))


def bytes_of(photo_id: uuid.UUID) -> bytes:
    """Give what stands for a photo's bytes."""
    return photo_id.bytes * 125


def digest_of(photo_id: uuid.UUID) -> str:
    """Give the SHA-256 of a photo's bytes."""
    return hashlib.sha256(bytes_of(photo_id)).hexdigest()


def _arrival(row: Any) -> dict[str, Any]:
    form = {"key": row.key, "photo_id": str(row.id)}
    return an_arrival(form, bytes_of(row.id), version_id=f"v-{row.id}")


def _digests(rows: list[Any]) -> list[list[str]]:
    found: dict[uuid.UUID, list[str]] = {}
    for row in rows:
        found.setdefault(row.return_id, []).append(digest_of(row.id))
    return list(found.values())


def _show(world: World) -> list[str]:
    """Give returns that were inspected; of their three photos two are here, one is on its way."""
    made = [world.register() for _ in range(SHOWN)]
    world.assign(*[each["return_id"] for each in made])
    for rvp in made:
        forms = world.forms(rvp["return_id"])
        slots = [forms[slot] for slot in ("front", "damage", "imei")]
        world.field("POST", "/inspections", an_inspection(rvp, *map(a_capture, slots)))
        world.callback(*[an_arrival(form, version_id=form["photo_id"]) for form in slots[:2]])
    return [rvp["return_id"] for rvp in made]


def _sign_in(world: World) -> str:
    """Give the cookie of a merchant's owner who signed in."""
    with world.inside():
        owner = db.session.scalars(select(User).where(User.email == world.a.owner)).one()
        _, secret = sessions.start(owner, Browser("127.0.0.1", "bench"))
    return f"__Host-session={secret}"
