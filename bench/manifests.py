"""How long the counts of captured, here and lost take over a month of many executives, on Postgres.

    python bench/manifests.py --executives 1000 --days 30 --photos 30 [--explain]

Fills a Postgres of our own with one shift per executive and day, by SQL; one photo in a hundred is
not verified. Prints the median seconds of each read and, if asked, the plan of the largest.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import event, text

from bench import telling
from qcportal import clock, create_app, manifests, tenancy
from qcportal.db import db
from qcportal.manifests import Period, Waits
from tests.conftest import make_settings, migrate
from tests.databases import PostgresDatabases, postgres
from tests.world import World

PER_RETURN = 5
SHEETS = """
INSERT INTO run_sheets (id, executive_id, day, created_at)
SELECT gen_random_uuid(), field_executives.id, current_date - days, now() - days * interval '1 day'
FROM field_executives, generate_series(0, :days - 1) AS days
"""
EXECUTIVES = """
INSERT INTO field_executives (id, code, name, hub, created_at)
SELECT gen_random_uuid(), 'B-' || number, 'Rider ' || number, 'Pune', now()
FROM generate_series(1, :executives) AS number
"""
RETURNS = """
INSERT INTO returns SELECT made.* FROM returns AS model, run_sheets AS sheets,
    generate_series(1, :stops) AS number,
    LATERAL jsonb_populate_record(model, jsonb_build_object(
        'id', gen_random_uuid(), 'awb', left(gen_random_uuid()::text, 30),
        'run_sheet_id', sheets.id, 'client_request_id', gen_random_uuid()::text, 'photos_here', 5,
        'run_position', number
    )) AS made
"""
PHOTOS = """
INSERT INTO photos SELECT made.* FROM photos AS model, generate_series(1, 5) AS number,
    returns AS owner JOIN run_sheets AS sheets ON sheets.id = owner.run_sheet_id,
    LATERAL jsonb_populate_record(model, jsonb_build_object(
        'id', gen_random_uuid(), 'return_id', owner.id, 'slot', 's-' || number,
        'key', gen_random_uuid()::text, 'captured_reported_at', sheets.created_at,
        'claimed_sha256', md5(random()::text) || md5(random()::text), 'claimed_bytes', 2000
    )) AS made
WHERE model.slot = 'front'
"""
VERIFIED = """
UPDATE photos SET sha256 = claimed_sha256, stored_at = captured_reported_at,
    verified_at = captured_reported_at WHERE claimed_sha256 IS NOT NULL AND random() > 0.01
"""
LINES = """
INSERT INTO manifest_lines (id, merchant_id, executive_id, run_sheet_id, photo_id, sha256, size,
    on_sheet, told_at, capture_at, manifest_at, tries)
SELECT photos.id, photos.merchant_id, run_sheets.executive_id, run_sheets.id, photos.id,
    claimed_sha256, claimed_bytes, true, captured_reported_at, captured_reported_at,
    captured_reported_at, 0
FROM photos JOIN returns ON returns.id = photos.return_id
JOIN run_sheets ON run_sheets.id = returns.run_sheet_id WHERE claimed_sha256 IS NOT NULL
"""


def main() -> None:
    """Fill, measure, and print."""
    asked = telling.asking(__doc__)
    asked.add_argument("--executives", type=int, default=200)
    asked.add_argument("--days", type=int, default=30)
    asked.add_argument("--photos", type=int, default=30, help="per shift, in fives (30)")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--explain", action="store_true")
    options = asked.parse_args()
    with postgres() as url:
        server = PostgresDatabases(url)
        app = create_app(make_settings(fill(server, options)))
        with app.app_context(), tenancy.system("bench"):
            measure(options)
            db.session.remove()
            db.engine.dispose()


def fill(server: PostgresDatabases, options: argparse.Namespace) -> str:
    """Make the month; gives the database's address."""
    url = server.create("bench_manifests")
    migrate(url)
    app = create_app(make_settings(url))
    world = World(app)
    world.register()
    with world.inside():
        numbers = {"executives": options.executives, "days": options.days}
        for sql in (EXECUTIVES, SHEETS, RETURNS, PHOTOS, VERIFIED, LINES):
            stops = {"stops": max(1, options.photos // PER_RETURN)}
            named = {name: each for name, each in (numbers | stops).items() if f":{name}" in sql}
            telling.progress(sql.split(" (")[0].split(" SELECT")[0].strip(), done=True)
            db.session.execute(text(sql), named)
    with app.app_context():
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
        db.engine.dispose()
    return url


def measure(options: argparse.Namespace) -> None:
    """Time each read, rounds in turn."""
    today = clock.now().date() + timedelta(days=1)
    month = Period(today - timedelta(days=options.days + 1), today)
    day = Period(today - timedelta(days=1), today)
    waits = Waits(clock.now(), 1800, 172_800)
    reads: dict[str, Callable[[], object]] = {
        "by day, month": lambda: manifests.count_by_day(month, waits),
        "by executive, month": lambda: manifests.count_by_executive(month, waits),
        "by shift, a day": lambda: manifests.count_by_shift(day, waits),
        "reasons, month": lambda: manifests.count_reasons(month, waits),
        "100 unverified, month": lambda: manifests.find_unverified(month, waits),
        "unclosed, month": lambda: manifests.find_unclosed(month),
        "unclaimed, month": lambda: manifests.find_unclaimed(month),
    }
    taken: dict[str, list[float]] = {name: [] for name in reads}
    for number in range(options.rounds):
        telling.progress(f"round {number + 1} of {options.rounds}", done=True)
        for name, read in reads.items():
            started = time.perf_counter()
            read()
            taken[name].append(time.perf_counter() - started)
    lines = db.session.scalar(text("SELECT count(*) FROM manifest_lines"))
    medians = {name: round(statistics.median(seconds), 4) for name, seconds in taken.items()}
    rows = [(name, f"{seconds:.3f}") for name, seconds in medians.items()]
    telling.table((f"{lines:,} lines", "median s"), rows)
    telling.write(options.json, "manifests", {"lines": lines, "seconds": medians})
    if options.explain:
        explain(reads)


def explain(reads: dict[str, Callable[[], object]]) -> None:
    """Print the plan of every statement of the reads."""
    told: list[tuple[str, object]] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: told.append((args[2], args[3])))
    for name, read in reads.items():
        told.clear()
        read()
        for sql, parameters in [each for each in told if each[0].startswith("SELECT")]:
            cursor = db.session.connection().connection.cursor()
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS OFF) " + sql, parameters)
            print(f"\n--- {name}")
            print("\n".join(row[0] for row in cursor.fetchall()))


if __name__ == "__main__":
    main()
