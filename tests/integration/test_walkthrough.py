"""The walk-through of docs/field-app.md, run as printed: curl, S3, SQS, Lambda, portal."""

import json
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from qcportal import accounts, api_keys, clock, config, create_app, devices, returns, tenancy
from qcportal.api_keys import SCOPES
from qcportal.capture_kinds import SHIPPED
from qcportal.db import db
from qcportal.demo import carrier, pictures
from qcportal.demo.embedded_aws import EmbeddedAws
from qcportal.demo.lambda_bundle import ROOT
from qcportal.demo.processes import choose_port, portal
from qcportal.demo.stack import Wish
from qcportal.demo.stage import portal_settings
from qcportal.demo.state import State
from qcportal.history import SYSTEM
from qcportal.inspections import Inspection
from qcportal.photos import Photo
from qcportal.returns import Return
from qcportal.rulebooks import publish
from tests.world import RULEBOOK

pytestmark = [
    pytest.mark.aws,
    pytest.mark.skipif(not shutil.which("curl"), reason="needs curl"),
]
SCRIPT = ROOT / "docs" / "walkthrough.sh"


@dataclass(frozen=True)
class Walk:
    """A running portal with a merchant, an executive, and a folder for the script's papers."""

    app: Flask
    environ: dict[str, str]
    executive_id: uuid.UUID

    def step(self, *words: str, good: bool = True) -> str:
        """Run one step of the script as a reader would; gives what it said."""
        done = subprocess.run(
            ["bash", str(SCRIPT), *words],
            env=os.environ | self.environ,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert (done.returncode == 0) is good, done.stdout + done.stderr
        return done.stdout + done.stderr

    @contextmanager
    def inside(self) -> Iterator[None]:
        with self.app.app_context(), tenancy.system("test"):
            yield
            db.session.commit()

    def assign(self) -> None:
        """Put every return on today's run sheet, as an admin does on the run sheets page."""
        with self.inside():
            today = clock.now().astimezone(devices.ZONE).date()
            sheet = devices.open_run_sheet(devices.get_executive(self.executive_id), today)
            returns.assign(sheet, list(db.session.scalars(select(Return.id))), by=SYSTEM)

    def photos(self, request_id: str) -> dict[str, Photo]:
        with self.inside():
            whose = select(Return.id).where(Return.client_request_id == request_id)
            rows = db.session.scalars(select(Photo).where(Photo.return_id.in_(whose))).all()
            db.session.expunge_all()
            return {row.slot: row for row in rows}

    def inspection(self, request_id: str) -> tuple[Any, ...]:
        with self.inside():
            statement = (
                select(Inspection.source, Inspection.verdict, Return.qc_state)
                .join(Return, Return.id == Inspection.return_id)
                .where(Return.client_request_id == request_id)
            )
            return tuple(db.session.execute(statement).one())


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    folder = tmp_path_factory.mktemp("walk")
    kept = State.load(folder)
    port = choose_port(0)
    with EmbeddedAws() as aws:
        callback = f"http://127.0.0.1:{port}/api/v1/callbacks/s3"
        deployed = aws.deploy(callback, kept.callback_secret, Wish(imaging=False))
        environ = portal_settings(kept, deployed)
        app = create_app(config.from_environment(environ))
        carrier.migrate(app)
        with portal(port, environ, folder / "portal.log") as origin:
            yield _furnish(app, origin, folder)
        with app.app_context():
            db.engine.dispose()


def _furnish(app: Flask, origin: str, folder: Path) -> Walk:
    with app.app_context(), tenancy.system("test"):
        merchant = accounts.create_merchant(slug="volt", name="Volt Bazaar", by=SYSTEM)
        publish(merchant, RULEBOOK, note="", kinds=SHIPPED, by=SYSTEM)
        _, key = api_keys.create(merchant, name="erp", scopes=SCOPES, expires_at=None, by=SYSTEM)
        executive = devices.create_executive(code="E-1", name="Ravi K.", hub="Pune", by=SYSTEM)
        _, code = devices.offer_enrolment(executive, by=SYSTEM)
        executive_id = executive.id
        db.session.commit()
    photo = folder / "photo.jpg"
    photo.write_bytes(pictures.content(pictures.catalogue()["nuvio-phone"]))
    environ = {
        "PORTAL": origin,
        "MERCHANT_KEY": key,
        "ENROLMENT_CODE": code,
        "PHOTO": str(photo),
        "WORK": str(folder / "papers"),
    }
    return Walk(app, environ, executive_id)


def test_the_walk_through_ends_with_verified_photos(walk: Walk) -> None:
    assert "Registered" in walk.step("register", "1")
    walk.assign()
    assert "Enrolled for Ravi K." in walk.step("enrol")
    said = walk.step("visit")
    assert "Everything is safe." in said
    assert "Verdict passed." in said
    held = walk.photos("walk-1")
    slots = {name for name, photo in held.items() if photo.purpose == "slot"}
    assert slots == {"front", "damage", "imei", "q-box"}
    assert all(held[name].verified_at and held[name].version_id for name in slots)
    assert walk.inspection("walk-1") == ("app", "passed", "passed")
    looked = walk.step("look")
    assert looked.count("verified, its bytes are those the phone sent.") == len(slots)

    # The same walk in one-call mode: no inspection is posted to the portal.
    walk.step("register", "2")
    walk.assign()
    walk.step("one-call")
    held = walk.photos("walk-2")
    assert all(held[name].verified_at for name in (*slots, "inspection"))
    assert walk.inspection("walk-2") == ("s3", "passed", "passed")
    assert "No open stop" in walk.step("visit", good=False)


def test_the_script_says_what_it_wants(walk: Walk) -> None:
    assert "walkthrough.sh register" in walk.step(good=False)


def test_a_wrong_code_ends_the_script_with_the_portals_problem(walk: Walk) -> None:
    wrong = {"ENROLMENT_CODE": "AAAA-BBBB-CCCC", "WORK": walk.environ["WORK"] + "-2"}
    other = Walk(walk.app, walk.environ | wrong, walk.executive_id)
    said = other.step("enrol", good=False)
    problem = json.loads(said[said.index("{") :])
    assert (problem["status"], problem["type"]) == (401, "/api/docs#problem-unauthorized")
