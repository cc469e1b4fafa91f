"""Exports of 10,000 and of 100,000 returns, as the worker runs them: rows a second and memory.

`python bench/exports.py [--database postgres]` fills a database of its own. Each export runs in a
process of its own, so that the peak of one is not that of another; "floor" is the same process
without an export. The bucket is an object in memory that throws away what it gets.
"""

import contextlib
import json
import multiprocessing
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import insert

from bench import telling
from qcportal import clock, create_app, exports, jobs, tenancy
from qcportal.db import db, new_id
from qcportal.exports import Asked
from qcportal.history import SYSTEM
from qcportal.returns import ListFilter, Return
from tests.conftest import make_settings, migrate
from tests.databases import postgres
from tests.world import World

SIZES = (10_000, 100_000)
SLICE = 2_000


class Nowhere:
    """A bucket that counts bytes and keeps none."""

    size = 0

    def put_derived_file(self, key: str, source: BinaryIO, content_type: str) -> None:
        """Read a file to its end."""
        while part := source.read(1 << 20):
            self.size += len(part)


class Quiet:
    """A progress that commits as the worker's does."""

    def at(self, done: int, total: int, so_far: Any = None) -> None:
        """End the slice."""
        db.session.commit()


def main() -> None:
    """Fill a database, export, print the table."""
    wanted = telling.asking(__doc__)
    wanted.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    asked = wanted.parse_args()
    with _database(asked.database) as url:
        migrate(url)
        owner = _fill(url)
        found = []
        for kind in (None, "csv", "xlsx"):
            for size in SIZES if kind else (0,):
                telling.progress(f"{kind or 'floor'}, {size:,} rows", done=True)
                found.append({"kind": kind or "floor", **_in_child(url, owner, kind, size)})
    telling.table(("export", "rows", "rows/s", "MB", "peak RSS MB"), [_cells(one) for one in found])
    telling.write(asked.json, "exports", {"database": asked.database, "exports": found})


def _peak() -> float:
    """Give the most memory of this process in MB; ru_maxrss counts its parent's too."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _cells(found: dict[str, Any]) -> tuple[object, ...]:
    rate = int(found["rows"] / found["seconds"]) if found["rows"] else 0
    return found["kind"], found["rows"], rate, found["bytes"] / 1e6, found["peak"]


def _in_child(url: str, owner: uuid.UUID, kind: str | None, size: int) -> dict[str, Any]:
    context = multiprocessing.get_context("spawn")
    reading, writing = context.Pipe(duplex=False)
    child = context.Process(target=_export, args=(url, owner, kind, size, writing))
    child.start()
    writing.close()
    found: dict[str, Any] = json.loads(reading.recv())
    child.join()
    return found


def _export(url: str, owner: uuid.UUID, kind: str | None, size: int, answer: Any) -> None:
    app, bucket = create_app(make_settings(url)), Nowhere()
    rows, began = 0, time.perf_counter()
    with app.app_context(), tenancy.tenant(owner):
        if kind:
            plain = exports.write_filter(ListFilter(city=f"City {size}"))
            job = exports.start(owner, Asked("returns", kind, plain), by=SYSTEM)
            db.session.commit()
            job = jobs.get_job(job.id)
            db.session.expunge_all()  # as the worker does: reading rolls back again and again
            rows = exports.run(bucket, job, Quiet())["rows"]
    seconds = time.perf_counter() - began
    peak = _peak()
    answer.send(json.dumps({"rows": rows, "seconds": seconds, "bytes": bucket.size, "peak": peak}))


def _fill(url: str) -> uuid.UUID:
    app = create_app(make_settings(url))
    world = World(app)
    with world.inside():
        for size in SIZES:
            for start in range(0, size, SLICE):
                rows = [_row(world.a.id, size, number) for number in range(start, start + SLICE)]
                db.session.execute(insert(Return), rows)
                db.session.commit()
                telling.progress(
                    f"{start + SLICE:,} of {size:,} returns", done=start + SLICE == size
                )
    with app.app_context():
        db.engine.dispose()
    return world.a.id


def _row(owner: uuid.UUID, size: int, number: int) -> dict[str, Any]:
    at = clock.now()
    return {
        "id": new_id(), "merchant_id": owner, "awb": f"{size}{number:08}",
        "client_order_number": f"FH-{number}", "order_key": f"FH-{number}",
        "client_request_id": f"{size}-{number}", "request_digest": "x", "title": "Cotton tee, blue",
        "lead_sku": f"TEE-{number % 500}", "item_count": 1, "return_reason": "रंग अलग है",
        "city": f"City {size}", "pincode": "411014", "pickup": {}, "verdict": "failed",
        "verdict_reason": "Dents or scratches? Found yes, expected no.", "qc_state": "failed",
        "checked_at": at, "created_at": at, "activity_at": at,
    }  # fmt: skip


@contextlib.contextmanager
def _database(kind: str) -> Iterator[str]:
    if kind == "postgres":
        with postgres() as url:
            yield url
        return
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'bench.db'}"


if __name__ == "__main__":
    main()
