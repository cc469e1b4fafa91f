"""A catalogue all the way: over the API into S3, through a worker's process, onto a return."""

import csv
import io
import json
import os
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from qcportal import accounts, api_keys, config, create_app, tenancy
from qcportal.api_keys import SCOPES
from qcportal.db import db
from qcportal.demo import carrier, pictures
from qcportal.demo.embedded_aws import EmbeddedAws
from qcportal.demo.lambda_bundle import ROOT
from qcportal.demo.processes import choose_port, portal
from qcportal.demo.stack import Wish
from qcportal.demo.stage import portal_settings
from qcportal.demo.state import State
from qcportal.history import SYSTEM
from tests.world import a_return

pytestmark = pytest.mark.aws
SHEET = (
    "sku,name,brand,category,price,colour,picture\n"
    "PHONE-1,Nuvio phone,Nuvio,Phones,18999,नीला,phone.jpg\n"
    "PHONE-2,Nuvio phone,Nuvio,Phones,call us,Black,phone.jpg\n"
    "PHONE-3,Nuvio phone,Nuvio,Phones,20999,Black,none.jpg\n"
)


@dataclass(frozen=True)
class Shop:
    """A merchant's back-end, and the worker that an operator runs beside the portal."""

    origin: str
    key: str
    environ: dict[str, str]

    def ask(self, method: str, path: str, body: Any = None, kind: str = "application/json") -> Any:
        """Call the partner API as the merchant's system does."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body else None
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": kind}
        asked = urllib.request.Request(f"{self.origin}/api/v1{path}", data, headers, method=method)
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return json.load(answer)

    def work(self) -> None:
        """Run `qcportal work --once` in a process of its own."""
        command = [sys.executable, "-c", "from qcportal.cli import main; main()", "work", "--once"]
        environ = {**os.environ, **self.environ}
        done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, timeout=120)
        assert done.returncode == 0, done.stderr.decode()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder: Path = tmp_path_factory.mktemp("shop")
    kept = State.load(folder)
    port = choose_port(0)
    with EmbeddedAws() as aws:
        callback = f"http://127.0.0.1:{port}/api/v1/callbacks/s3"
        deployed = aws.deploy(callback, kept.callback_secret, Wish(imaging=False))
        environ = portal_settings(kept, deployed)
        app = create_app(config.from_environment(environ))
        carrier.migrate(app)
        with app.app_context(), tenancy.system("test"):
            merchant = accounts.create_merchant(slug="volt", name="Volt Bazaar", by=SYSTEM)
            _, key = api_keys.create(
                merchant, name="erp", scopes=SCOPES, expires_at=None, by=SYSTEM
            )
            db.session.commit()
        with portal(port, environ, folder / "portal.log") as origin:
            yield Shop(origin, key, environ)
        with app.app_context():
            db.engine.dispose()


def a_zip() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("catalogue.csv", SHEET)
        made.writestr("phone.jpg", pictures.content(pictures.catalogue()["nuvio-phone"]))
    return held.getvalue()


def fetched(url: str) -> tuple[str, bytes]:
    """Fetch a signed address as a browser does; gives its type and its bytes."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.headers["Content-Type"], answer.read()


def test_a_zip_goes_through_s3_and_a_worker_onto_returns(shop: Shop) -> None:
    asked = shop.ask("POST", "/catalogue/imports", a_zip(), "application/zip")
    where = f"/catalogue/imports/{asked['import_id']}"
    assert shop.ask("GET", where)["state"] == "waiting"
    shop.work()

    done = shop.ask("GET", where)
    assert (done["state"], done["done"], done["total"]) == ("done", 6, 6)
    counts = {name: done[name] for name in ("added", "refused", "pictures_set", "pictures_failed")}
    assert counts == {"added": 2, "refused": 1, "pictures_set": 1, "pictures_failed": 1}
    kind, sheet = fetched(done["corrections_url"])
    assert kind == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(sheet.decode("utf-8-sig"))))
    assert [(row["sku"], row["line"]) for row in rows] == [("PHONE-2", "3"), ("PHONE-3", "4")]
    assert "call us is no amount" in rows[0]["problem"]

    item = shop.ask("GET", "/catalogue/PHONE-1")
    assert set(item["pictures"]) == {"96", "320", "640", "1200"}
    kind, picture = fetched(item["pictures"]["320"])
    assert (kind, picture[:4], picture[8:12]) == ("image/webp", b"RIFF", b"WEBP")

    bare = {"client_sku_id": "PHONE-1", "name": "Phone"}
    made = shop.ask("POST", "/returns", a_return(items=[bare]))["return"]
    held = shop.ask("GET", f"/returns/{made['return_id']}")["items"][0]
    assert (held["brand"], held["category"]) == ("Nuvio", "Phones")
    assert held["attributes"] == {"colour": "नीला"}
    assert "brand" in held["from_catalogue"]
