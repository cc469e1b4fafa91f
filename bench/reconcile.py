"""How long a cycle of the reconciler takes when every event was lost, and whether it finds all.

    python bench/reconcile.py --photos 10000 --database postgres

Photos lie in the embedded AWS, nobody was told of them, and one `reconcile` runs. Prints a
table, and JSON if asked; status 1 unless every photo is verified and the next cycle finds nothing.
"""

import contextlib
import hashlib
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import telling
from qcportal import create_app, reconciliation, tenancy
from qcportal.commands.reconciling import tools_of
from qcportal.db import db, writing
from qcportal.demo.embedded_aws import EmbeddedAws
from qcportal.demo.stack import Wish
from qcportal.photos import Photo
from qcportal.reconciliation import Scope, Tally
from tests.conftest import make_settings, migrate
from tests.databases import PostgresDatabases, postgres
from tests.world import SECRET, World, an_item

ITEMS = 4
NOWHERE = "http://127.0.0.1:9/api/v1/callbacks/s3"


def main() -> int:
    """Fill the bucket, run one cycle, and tell what it found."""
    asked = telling.asking(__doc__)
    asked.add_argument("--photos", type=int, default=10_000)
    asked.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    options = asked.parse_args()
    with EmbeddedAws() as aws, database(options.database) as url:
        deployed = aws.deploy(NOWHERE, SECRET, Wish(bucket="qcportal-bench", imaging=False))
        silence(aws)
        app = create_app(
            make_settings(
                url,
                bucket=deployed.bucket,
                s3_endpoint=deployed.endpoint_url,
                portal_access_key_id=deployed.portal.access_key_id,
                portal_secret_access_key=deployed.portal.secret_access_key,
            )
        )
        telling.progress(f"registering returns of {options.photos} photos", done=True)
        rows = fill(World(app), options.photos)
        telling.progress(f"putting {options.photos} photos", done=True)
        upload(aws, deployed.bucket, rows)
        time.sleep(1.1)  # S3 tells whole seconds
        telling.progress("two cycles of the reconciler", done=True)
        found = measure(app, options.photos)
    told = {"database": options.database, **found}
    telling.table(("what", "found"), [*told.items()])
    telling.write(options.json, "reconcile", told)
    return 0 if found["verified"] == options.photos and not found["healed_again"] else 1


@contextlib.contextmanager
def database(kind: str) -> Iterator[str]:
    """Give a migrated, empty database."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/portal.db"
            migrate(url)
            yield url
        return
    with postgres() as server:
        url = PostgresDatabases(server).create("bench")
        migrate(url)
        yield url


def silence(aws: EmbeddedAws) -> None:
    """Lose every event: the relay takes none."""
    functions = aws.client("lambda")
    for each in functions.list_event_source_mappings()["EventSourceMappings"]:
        functions.update_event_source_mapping(UUID=each["UUID"], Enabled=False)


def fill(world: World, photos: int) -> list[Any]:
    """Register returns until as many photos are expected; gives (id, key) of each."""
    per_return = ITEMS * 3 + 3
    items = [an_item(client_sku_id=f"SKU-{number}") for number in range(ITEMS)]
    for _ in range(-(-photos // per_return)):
        world.register(items=items)
    with world.inside(commit=False):
        wanted = select(Photo.id, Photo.key).where(Photo.purpose != "inspection").limit(photos)
        rows = list(db.session.execute(wanted))
    assert len(rows) == photos
    return rows


def upload(aws: EmbeddedAws, bucket: str, rows: list[Any]) -> None:
    """Put a file of its own under each key, with the digest that a phone declares."""
    send = partial(put, aws.client("s3"), bucket)
    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(send, rows))


def put(s3: Any, bucket: str, row: Any) -> None:
    data = str(row.id).encode() * 200
    metadata = {"photo-id": str(row.id), "sha256": hashlib.sha256(data).hexdigest()}
    s3.put_object(
        Bucket=bucket, Key=row.key, Body=data, ContentType="image/jpeg", Metadata=metadata
    )


def measure(app: Flask, photos: int) -> dict[str, Any]:
    """Run two cycles; the second one may find nothing."""
    tools = tools_of(app, threading.Event(), pictures=False)
    at_once = Scope(grace=timedelta(0))
    with app.app_context(), tenancy.system("bench"):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        first = reconciliation.reconcile(tools, at_once, Tally())
        again = reconciliation.reconcile(tools, at_once, Tally())
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        writing.set(False)
        verified = db.session.scalar(select(func.count()).where(Photo.verified_at.is_not(None)))
        db.session.rollback()
        db.engine.dispose()
    return {
        "photos": photos,
        "healed": first.healed,
        "verified": verified,
        "failed": first.failed,
        "seconds": round(first.seconds, 1),
        "healed_again": again.healed,
        "seconds_again": round(again.seconds, 2),
        "grew_mb": round((after - before) / 1024, 1),
    }


if __name__ == "__main__":
    os.environ.update(AWS_EC2_METADATA_DISABLED="true", AWS_CONFIG_FILE=os.devnull)
    sys.exit(main())
