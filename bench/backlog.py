"""How fast a backlog of events is drained, and how a merchant's pages fare meanwhile.

    python bench/backlog.py --photos 10000 --database postgres --relay lambda

Photos lie in the embedded AWS and their events in the real queue, since the relay was away. Then
the relay comes back: the Lambda, or as many `qcportal relay` as asked for. Meanwhile somebody looks
at the page of one return after the other, and at the list, through the real gunicorn. Prints a
table, and JSON if asked; status 1 unless every photo is verified.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import func, select

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import telling
from bench.reconcile import put, silence
from qcportal import clock, config, create_app, tenancy
from qcportal.db import db, writing
from qcportal.demo import carrier, stage
from qcportal.demo.carrier import PASSWORD, Carrier
from qcportal.demo.chaos import databases
from qcportal.demo.chaos.office import Office
from qcportal.demo.chaos.portal import COMMAND
from qcportal.demo.embedded_aws import EmbeddedAws
from qcportal.demo.lambda_bundle import ROOT
from qcportal.demo.past import carrier_day
from qcportal.demo.plan import Plan
from qcportal.demo.processes import choose_port, portal
from qcportal.demo.report import percentile
from qcportal.demo.stack import Deployment, Wish
from qcportal.demo.state import State
from qcportal.photos import Photo

BASELINE_SECONDS = 8.0
PATIENCE = 1800.0
STORE = "electronics"


@dataclass
class Look:
    """The seconds that each page took, of pages asked one after the other."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    wrong: int = 0

    def add(self, page: str, seconds: float, *, good: bool) -> None:
        """Keep one."""
        self.seconds.setdefault(page, []).append(seconds)
        self.wrong += not good

    def as_json(self) -> dict[str, Any]:
        """Give p50, p95 and the longest of each page."""
        return {
            page: {
                "asked": len(taken),
                "p50": round(percentile(taken, 0.5), 3),
                "p95": round(percentile(taken, 0.95), 3),
                "longest": round(max(taken), 3),
            }
            for page, taken in self.seconds.items()
        }


def main() -> int:
    """Fill, drain, and tell."""
    asked = telling.asking(__doc__)
    asked.add_argument("--photos", type=int, default=10_000)
    asked.add_argument("--database", choices=("sqlite", "postgres"), default="postgres")
    asked.add_argument("--relay", choices=("lambda", "command"), default="lambda")
    asked.add_argument("--relays", type=int, default=2, help="how many at once (2)")
    asked.add_argument("--browsers", type=int, default=2, help="how many people look (2)")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="qcportal-backlog-") as name:
        found = measure(options, Path(name))
    show(found)
    telling.write(options.json, "backlog", found)
    return 0 if found["verified"] == options.photos else 1


def measure(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Run the whole bench in a folder."""
    kept = State(folder, day=carrier_day(clock.now()).isoformat())
    port = choose_port(0)
    with databases.opened(options.database, folder) as database, EmbeddedAws() as aws:
        wish = Wish(imaging=False, concurrency=options.relays)
        callback = f"http://127.0.0.1:{port}/api/v1/callbacks/s3"
        deployed = aws.deploy(callback, kept.callback_secret, wish)
        silence(aws)
        settings = stage.portal_settings(kept, deployed)
        settings |= {"QCPORTAL_DATABASE_URL": database.url}
        app = create_app(config.from_environment(settings))
        carrier.migrate(app)
        with portal(port, settings, folder / "portal.log") as origin:
            crew = Carrier(app, origin, kept)
            carrier.open_accounts(crew)
            office = Office(crew, [])
            office.publish_rulebooks()
            telling.progress(f"registering returns of {options.photos} photos", done=True)
            rows, returns = fill(crew, options.photos)
            telling.progress(f"putting {options.photos} photos", done=True)
            send = partial(put, aws.client("s3"), deployed.bucket)
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(send, rows))
            before = Look()
            look(origin, returns, before, options.browsers, BASELINE_SECONDS)
            seconds, meanwhile = drain(options, crew, deployed, aws, callback, returns)
            verified = count_verified(crew)
            office.let_go()
    return {
        "photos": options.photos,
        "database": options.database,
        "relay": options.relay,
        "relays": options.relays,
        "verified": verified,
        "seconds": round(seconds, 1),
        "per_second": round(options.photos / seconds, 1),
        "pages_before": before.as_json(),
        "pages_meanwhile": meanwhile.as_json(),
        "pages_wrong": before.wrong + meanwhile.wrong,
    }


def fill(crew: Carrier, photos: int) -> tuple[list[Any], list[str]]:
    """Register returns until enough photos are expected; gives (id, key) of each, and returns."""
    doors = [*Plan(1, photos // 3 + 8, 8, history=False).doors()]
    ids = carrier.register(crew, doors)
    mine = [str(ids[door.awb]) for door in doors if door.store.slug == STORE]
    with crew.working():
        wanted = select(Photo.id, Photo.key).where(Photo.purpose == "slot").limit(photos)
        rows = list(db.session.execute(wanted))
    if len(rows) != photos:
        raise RuntimeError(f"only {len(rows)} photos are expected")
    return rows, mine


def count_verified(crew: Carrier) -> int:
    """Count the photos that are verified."""
    with crew.app.app_context(), tenancy.system("bench"):
        writing.set(False)
        wanted = select(func.count()).where(Photo.verified_at.is_not(None))
        found = db.session.scalar(wanted) or 0
        db.session.rollback()
    return found


def drain(
    options: argparse.Namespace,
    crew: Carrier,
    deployed: Deployment,
    aws: EmbeddedAws,
    callback: str,
    returns: list[str],
) -> tuple[float, Look]:
    """Let the relay come back and wait until all is verified; gives the seconds and the pages."""
    found, done = Look(), threading.Event()
    people = threading.Thread(
        target=look, args=(crew.origin, returns, found, options.browsers, PATIENCE, done)
    )
    people.start()
    started = time.monotonic()
    with relaying(options, deployed, aws, callback):
        while (here := count_verified(crew)) < options.photos:
            telling.progress(f"drained {here} of {options.photos}")
            if time.monotonic() - started > PATIENCE:
                break
            time.sleep(0.5)
        seconds = time.monotonic() - started
    done.set()
    people.join()
    return seconds, found


@contextlib.contextmanager
def relaying(
    options: argparse.Namespace, deployed: Deployment, aws: EmbeddedAws, callback: str
) -> Iterator[None]:
    """Have the relay at work inside the block."""
    if options.relay == "lambda":
        functions = aws.client("lambda")
        for each in functions.list_event_source_mappings()["EventSourceMappings"]:
            functions.update_event_source_mapping(UUID=each["UUID"], Enabled=True)
        yield
        return
    secret = aws.client("secretsmanager").list_secrets()["SecretList"][0]["ARN"]
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": aws._root.access_key_id,
        "AWS_SECRET_ACCESS_KEY": aws._root.secret_access_key,
        "QCPORTAL_S3_ENDPOINT": deployed.endpoint_url,
        "QCPORTAL_REGION": deployed.region,
        "CALLBACK_SECRET_ARN": secret,
        "CALLBACK_URL": callback,
        "QUEUE_URL": deployed.queue_url,
    }
    words = [*COMMAND, "relay", "--no-pictures"]
    running = [
        subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        for _ in range(options.relays)
    ]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)


def look(
    origin: str,
    returns: list[str],
    found: Look,
    browsers: int,
    seconds: float,
    done: threading.Event | None = None,
) -> None:
    """Look at pages as so many people do, for so long or until done."""
    until = time.monotonic() + seconds

    def person(number: int) -> None:
        browser = sign_in(origin)
        place = number
        while time.monotonic() < until and not (done and done.is_set()):
            ask(browser, origin, f"/returns/{returns[place % len(returns)]}", "return", found)
            if place % 5 == 0:
                ask(browser, origin, "/returns", "list", found)
            place += browsers
            time.sleep(0.2)

    with ThreadPoolExecutor(browsers) as pool:
        list(pool.map(person, range(browsers)))


def ask(browser: requests.Session, origin: str, path: str, page: str, found: Look) -> None:
    """Ask for one page."""
    started = time.monotonic()
    answer = browser.get(origin + path, timeout=60)
    found.add(page, time.monotonic() - started, good=answer.status_code == 200)


def sign_in(origin: str) -> requests.Session:
    """Give a browser in which the merchant's owner is signed in."""
    browser = requests.Session()
    page = browser.get(f"{origin}/sign-in", timeout=30).text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    form = {"email": f"owner@{STORE}.example", "password": PASSWORD, "csrf_token": token}
    answer = browser.post(f"{origin}/sign-in", data=form, timeout=30)
    if "/sign-in" in answer.url:
        raise RuntimeError("the owner could not sign in")
    return browser


def show(found: dict[str, Any]) -> None:
    """Print the table."""
    print(
        f"{found['photos']} events drained in {found['seconds']} s on {found['database']} by "
        f"{found['relays']} ({found['relay']}): {found['per_second']} a second"
    )
    rows = [
        (
            f"{page}, {when}",
            row["asked"],
            *[f"{row[each]:.3f}" for each in ("p50", "p95", "longest")],
        )
        for when in ("before", "meanwhile")
        for page, row in found[f"pages_{when}"].items()
    ]
    telling.table(("page", "asked", "p50 s", "p95 s", "longest s"), rows)


if __name__ == "__main__":
    os.environ.update(AWS_EC2_METADATA_DISABLED="true", AWS_CONFIG_FILE=os.devnull)
    sys.exit(main())
