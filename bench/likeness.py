"""How long a search for alike prints takes among few and among many, beside a scan of them all.

    python bench/likeness.py --prints 10000000 --database postgres
    python bench/likeness.py --prints 1000000 --database sqlite

Prints are random but skewed as pictures are: unlike ones differ in 55 of 128 bits, not in 64, and
one in two hundred is the same picture again, so that its bands are hot. Progress goes to standard
error; JSON if asked. Ends with status 1 when the search missed what it guarantees.
"""

import contextlib
import random
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import telling
from qcportal import create_app, tenancy
from qcportal.db import db, writing
from qcportal.likeness.apart import apart
from qcportal.likeness.prints import BANDS, GUARANTEED, SAME_PERSON, Print, bands
from qcportal.likeness.search import find_alike
from qcportal.likeness.tables import BAND_NAMES, PrintRow
from tests.conftest import make_settings, migrate
from tests.databases import PostgresDatabases, postgres

FEW = 100_000
CHUNK = 100_000
KEPT = 2000
HOT_SHARE = 200
COLUMNS = ("photo_id", "return_id", "sha256", "high", "low", "frequencies", *BAND_NAMES)
SKEW = random.Random(0).getrandbits(128)
HOT = random.Random(1).getrandbits(128)
_FIELD = 26  # bits of a band in the packed table


def main() -> int:
    """Fill, search, fill up, search, scan; print what it took."""
    asked = telling.asking(__doc__)
    asked.add_argument("--prints", type=int, default=200_000)
    asked.add_argument("--few", type=int, default=FEW)
    asked.add_argument("--lookups", type=int, default=1000)
    asked.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    options = asked.parse_args()
    few = min(options.few, options.prints)
    with stage(options.database) as stand:
        stand.load(0, few)
        small = stand.measure(options.lookups)
        telling.progress(f"{few} prints: {small}", done=True)
        stand.load(few, options.prints)
        large = stand.measure(options.lookups)
        telling.progress(f"{options.prints} prints: {large}", done=True)
        found = {"scan_ms": stand.scan(), **stand.sizes()}
    found |= {
        "growth_p50": round(large["p50_ms"] / small["p50_ms"], 2),
        "growth_p99": round(large["p99_ms"] / small["p99_ms"], 2),
        "scan_per_search": round(found["scan_ms"] / large["p50_ms"]),
    }
    rows = [(name, small[name], large[name]) for name in small]
    telling.table(("search", f"{few:,} prints", f"{options.prints:,}"), rows)
    telling.table(("and", "found"), [*found.items()])
    head = {"database": options.database, "prints": options.prints, "few": few}
    telling.write(options.json, "likeness", {**head, "small": small, "large": large, **found})
    return 1 if small["missed"] or large["missed"] else 0


class Stand:
    """A database that is filled with prints and searched."""

    def __init__(self, app: Flask, admin: str) -> None:
        self.app, self.admin = app, admin
        self.dice = random.Random(7)
        self.kept: list[tuple[uuid.UUID, int]] = []
        self.indexes = [f"ix_likeness_prints_{name}_high_low_photo_id" for name in BAND_NAMES]

    def load(self, first: int, last: int) -> None:
        """Write prints numbered `first` to `last`, without indexes, then make those."""
        self._run(*(f"DROP INDEX IF EXISTS {name}" for name in self.indexes))
        started = time.monotonic()
        for start in range(first, last, CHUNK):
            self._write(list(self._rows(start, min(start + CHUNK, last))))
            if (start // CHUNK) % 10 == 9:
                telling.progress(
                    f"  {start + CHUNK} of {last} written, {time.monotonic() - started:.0f} s",
                    done=True,
                )
        for name, band in zip(self.indexes, BAND_NAMES, strict=True):
            make = f"CREATE INDEX {name} ON likeness_prints ({band}, high, low, photo_id)"
            self._run("SET maintenance_work_mem = '512MB'", make)
            telling.progress(f"  {name}, {time.monotonic() - started:.0f} s", done=True)
        self._run("VACUUM (ANALYZE) likeness_prints" if self.admin else "ANALYZE")

    def measure(self, lookups: int) -> dict[str, Any]:
        """Search for prints that are there, changed a little, and for others; times in ms."""
        missed = 0
        with self._inside():
            for number in range(lookups // 5):
                self._search(number)
            times, hot = [], []
            for number in range(lookups):
                spent, whole = self._search(number)
                missed += not whole
                times.append(spent)
            for _ in range(min(100, lookups)):
                wanted = turned(HOT, self.dice.randrange(4), self.dice)
                hot.append(clocked(wanted)[0])
        return {**figures(times), "hot_p99_ms": figures(hot)["p99_ms"], "missed": missed}

    def scan(self) -> float:
        """Compare one print with all of them; gives the median of three in ms."""
        wanted = as_print(self.kept[0][1])
        differ = apart(PrintRow.high, PrintRow.low, wanted.high, wanted.low)
        statement = select(PrintRow.photo_id).where(differ <= SAME_PERSON.differences)
        spent = []
        with self._inside():
            for _ in range(3):
                started = time.perf_counter()
                assert db.session.scalars(statement).all()
                spent.append((time.perf_counter() - started) * 1000)
        return round(statistics.median(spent), 1)

    def sizes(self) -> dict[str, int]:
        """Give megabytes of the table and of its indexes."""
        if not self.admin:
            with self._inside():
                pages = db.session.execute(text("PRAGMA page_count")).scalar_one()
                size = db.session.execute(text("PRAGMA page_size")).scalar_one()
            return {"database_mb": pages * size >> 20}
        asked = "SELECT pg_table_size(n) >> 20, pg_indexes_size(n) >> 20 FROM (VALUES (%s)) t(n)"
        with psycopg.connect(self.admin) as connection:
            found = connection.execute(
                asked.replace("(n)", "(n::regclass)", 2), [PrintRow.__tablename__]
            )
            table, indexes = found.fetchone() or (0, 0)
        return {"table_mb": table, "indexes_mb": indexes}

    def _search(self, number: int) -> tuple[float, bool]:
        """Search once; tells the time in ms and whether what must be found was found."""
        if number % 2:
            return clocked(skewed(self.dice))[0], True
        photo_id, bits = self.kept[self.dice.randrange(len(self.kept))]
        turns = self.dice.randrange(GUARANTEED + 1)
        spent, found = clocked(turned(bits, turns, self.dice))
        return spent, photo_id in found

    def _rows(self, first: int, last: int) -> Iterator[tuple[Any, ...]]:
        keep = max(1, last // KEPT)
        for number in range(first, last):
            hot = number % HOT_SHARE == 0
            bits = turned(HOT, 3, self.dice) if hot else skewed(self.dice)
            photo_id = uuid.UUID(int=0x0190 << 112 | number << 64 | 0x7 << 76 | number)
            if number % keep == 1:
                self.kept.append((photo_id, bits))
            found = as_print(bits)
            plain = found.plain
            keys = (None,) * BANDS if plain else packed(bits)
            yield (photo_id, photo_id, "0" * 64, found.high, found.low, number, *keys)

    def _write(self, rows: list[tuple[Any, ...]]) -> None:
        if self.admin:
            lines = "\n".join(
                "\t".join("\\N" if one is None else str(one) for one in row) for row in rows
            )
            with psycopg.connect(self.admin) as connection, connection.cursor() as cursor:
                into = f"COPY likeness_prints ({', '.join(COLUMNS)}) FROM STDIN"
                with cursor.copy(into) as copy:
                    copy.write(lines + "\n")
            return
        places = ", ".join("?" * len(COLUMNS))
        into = f"INSERT INTO likeness_prints ({', '.join(COLUMNS)}) VALUES ({places})"
        plain = [(row[0].hex, row[1].hex, *row[2:]) for row in rows]
        with self._inside():
            db.session.connection().exec_driver_sql(into, plain)
            db.session.commit()

    def _run(self, *statements: str) -> None:
        if self.admin:
            with psycopg.connect(self.admin, autocommit=True) as connection:
                for each in statements:
                    connection.execute(each)
            return
        with self._inside():
            for each in (each for each in statements if not each.startswith("SET ")):
                db.session.execute(text(each))
            db.session.commit()

    @contextlib.contextmanager
    def _inside(self) -> Iterator[None]:
        with self.app.app_context(), tenancy.system("bench"):
            yield
            db.session.rollback()


def clocked(bits: int) -> tuple[float, list[uuid.UUID]]:
    """Search for a print as the worker does; gives milliseconds and what was found."""
    wanted = as_print(bits)
    started = time.perf_counter()
    found = find_alike(wanted)
    return (time.perf_counter() - started) * 1000, found


def figures(times: list[float]) -> dict[str, float]:
    """Give median and 99th percentile."""
    ordered = sorted(times)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return {"p50_ms": round(statistics.median(ordered), 2), "p99_ms": round(p99, 2)}


def skewed(dice: random.Random) -> int:
    """Draw 128 bits, each of which has a value that it prefers by 11 in 16."""
    one, other, third, fourth = (dice.getrandbits(128) for _ in range(4))
    return (one | other & (third | fourth)) ^ SKEW


def turned(bits: int, count: int, dice: random.Random) -> int:
    """Turn over so many different bits."""
    for place in dice.sample(range(128), count):
        bits ^= 1 << place
    return bits


def as_print(bits: int) -> Print:
    """Give 128 bits as a print without frequencies."""
    halves = (bits >> 64, bits & (1 << 64) - 1)
    return Print(*(half - (1 << 64) if half >> 63 else half for half in halves), 0)


def _table() -> list[list[int]]:
    """Tell for each byte of a print what each of its values adds to the packed bands."""
    return [
        [
            sum(
                1 << _FIELD * (place % BANDS) + place // BANDS
                for place in range(8 * byte, 8 * byte + 8)
                if value >> place - 8 * byte & 1
            )
            for value in range(256)
        ]
        for byte in range(16)
    ]


TABLE = _table()


def packed(bits: int) -> tuple[int, ...]:
    """Give the bands as `bands` does, fast enough for ten million."""
    whole = sum(map(list.__getitem__, TABLE, bits.to_bytes(16, "little")))
    return tuple(whole >> _FIELD * band & (1 << _FIELD) - 1 for band in range(BANDS))


@contextlib.contextmanager
def stage(kind: str) -> Iterator[Stand]:
    """Give a migrated database whose prints need no photos."""
    assert packed(SKEW) == bands(as_print(SKEW))
    writing.set(True)
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/portal.db"
            migrate(url)
            app = create_app(make_settings(url))
            with app.app_context():
                db.engine.echo = False
                from sqlalchemy import event

                event.listen(db.engine, "connect", _no_keys)
                yield Stand(app, "")
                db.session.remove()
                db.engine.dispose()
        return
    with postgres() as server:
        url = PostgresDatabases(server).create("bench")
        migrate(url)
        admin = make_url(server).set(drivername="postgresql", database="bench")
        stand = Stand(create_app(make_settings(url)), admin.render_as_string(hide_password=False))
        stand._run("ALTER TABLE likeness_prints DROP CONSTRAINT fk_likeness_prints_photo_id")
        yield stand
        with stand.app.app_context():
            db.session.remove()
            db.engine.dispose()


def _no_keys(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA foreign_keys=OFF")


if __name__ == "__main__":
    sys.exit(main())
