"""Filling a database with so many returns, or up to so many: nothing is made twice."""

import random
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest import mock

from bench.at_size import rollups, stencils
from bench.at_size.goods import CITIES, MERCHANTS, MIDDLE, executives, lists, uid
from bench.at_size.kinds import RULEBOOK
from bench.at_size.planning import COLUMNS, DAYS, Span, plan
from bench.at_size.shapes import SHAPES
from bench.at_size.stencils import Stand
from bench.likeness import COLUMNS as PRINT_COLUMNS
from bench.likeness import HOT, HOT_SHARE, as_print, packed, skewed, turned
from qcportal import accounts, rulebooks
from qcportal.capture_kinds import SHIPPED
from qcportal.history import SYSTEM
from tests.world import CHEAP, PASSWORD

CHUNK = 50_000
TABLES = (*(shape.table for shape in SHAPES), "likeness_prints")
SMALL_TABLES = ("run_sheets", "devices", "field_executives", "merchants", "upload_shifts")
OWNERS = ("owner@largest.example", "owner@middle.example")


@dataclass(frozen=True)
class Filled:
    """How many returns there are, and the moment at which the clock stands for them."""

    returns: int
    now: datetime


def find(stand: Stand) -> Filled | None:
    """Tell what a database holds that was filled before."""
    if not stand.made:
        return None
    found = stand.rows("SELECT returns, now FROM bench_state")
    return Filled(int(found[0][0]), datetime.fromisoformat(found[0][1])) if found else None


def fill(stand: Stand, returns: int) -> Filled:
    """Fill up to so many returns; gives what is there, also when it was before."""
    there = find(stand) or _begin(stand)
    if there.returns >= returns:
        rollups.count_open(stand, there.now)  # it may have been filled before there was this
        return there
    teller = Teller(returns - there.returns)
    span = Span(there.returns, returns, there.now, stencils.anchors(stand))
    _hire(stand, executives(returns), there.now)
    with stand.stripped(TABLES, teller.say):
        stand.copy("bench_plan", COLUMNS, teller.counted(plan(span)))
        stand.run("ANALYZE bench_plan")
        _pour(stand, span, teller)
        teller.say("prints")
        stand.copy("likeness_prints", PRINT_COLUMNS, _prints(stand, span))
    teller.say("roll-ups")
    rollups.count(stand, there.now)
    stand.run(f"UPDATE bench_state SET returns = {returns}")
    if stand.speech.postgres:
        stand.run(*(f"VACUUM (ANALYZE) {table}" for table in SMALL_TABLES))
    teller.say(f"done, {stand.sizes()} MB")
    return Filled(returns, there.now)


class Teller:
    """Tells on standard error how far it is."""

    def __init__(self, rows: int) -> None:
        self._rows, self._started = rows, time.monotonic()

    def say(self, what: str) -> None:
        """Tell what is being done."""
        print(f"  {time.monotonic() - self._started:6.0f} s  {what}", file=sys.stderr, flush=True)

    def counted(self, rows: Iterator[Any]) -> Iterator[Any]:
        """Tell every so often how many rows were planned."""
        for number, row in enumerate(rows, 1):
            yield row
            if number % 500_000 == 0 or number == self._rows:
                self.say(f"planned {number:,} of {self._rows:,}")

    def poured(self, done: int, tasks: int) -> None:
        """Tell the share that is filled, the rate, and how long the rest takes."""
        spent = time.monotonic() - self._started
        rate = self._rows * done / tasks / spent
        left = spent / done * (tasks - done)
        self.say(f"filled {done / tasks:6.1%}, {rate:,.0f} returns/s, {left:,.0f} s left")


def _begin(stand: Stand) -> Filled:
    now = datetime.now(UTC)
    world = stencils.cut(stand, now)
    key = "uuid" if stand.speech.postgres else "TEXT"
    unlogged = "UNLOGGED" if stand.speech.postgres else ""
    stand.run(
        f"CREATE {unlogged} TABLE bench_plan (n bigint PRIMARY KEY, kind int, merchant int, "
        "executive int, day int, stop int, town int, reason int, ware int, millis bigint, "
        "shift double precision, salt text, tail text)",
        f"CREATE TABLE bench_merchants (number int PRIMARY KEY, id {key}, slug text, prefix text, "
        f"rulebook_id {key})",
        f"CREATE TABLE bench_executives (number int PRIMARY KEY, id {key}, name text, hub text, "
        f"device_id {key})",
        "CREATE TABLE bench_towns (number int PRIMARY KEY, city text, pincode text)",
        "CREATE TABLE bench_reasons (number int PRIMARY KEY, reason text)",
        "CREATE TABLE bench_wares (number int PRIMARY KEY, code text, name text, brand text)",
        "CREATE TABLE bench_state (returns bigint, now text)",
    )
    stand.copy("bench_merchants", ("number", "id", "slug", "prefix", "rulebook_id"), _stores(world))
    known = lists()
    stand.copy("bench_towns", ("number", "city", "pincode"), known.towns)
    stand.copy("bench_reasons", ("number", "reason"), known.reasons)
    stand.copy("bench_wares", ("number", "code", "name", "brand"), known.wares)
    stand.copy("bench_state", ("returns", "now"), [(0, now.isoformat())])
    return Filled(0, now)


def _stores(world: Any) -> list[tuple[Any, ...]]:
    """Add the merchants with their rule books, and people of the largest and of a middle one."""
    rows = []
    with world.inside(), mock.patch.object(accounts, "_hasher", CHEAP):
        for number in range(MERCHANTS):
            slug = f"store-{number}"
            merchant = accounts.create_merchant(slug=slug, name=f"Store {number}", by=SYSTEM)
            book, _ = rulebooks.publish(merchant, RULEBOOK, note="1", kinds=SHIPPED, by=SYSTEM)
            rows.append((number, merchant.id, slug, f"S{number}", book.id))
            if number in (0, MIDDLE):
                email = OWNERS[number == MIDDLE]
                accounts.create_user(
                    email=email, name="Owner", password=PASSWORD, role="owner", merchant=merchant,
                    by=SYSTEM,
                )  # fmt: skip
    return rows


def _hire(stand: Stand, count: int, now: datetime) -> None:
    """Add executives with a phone and a run sheet for each day, up to so many."""
    there = int(stand.rows("SELECT count(*) FROM bench_executives")[0][0])
    numbers = range(there, max(there, count))
    people = [
        (number, uid(1, 0xEE1, number), f"Executive {number}", CITIES[number % len(CITIES)][0],
         uid(1, 0xEE2, number)) for number in numbers
    ]  # fmt: skip
    stand.copy("bench_executives", ("number", "id", "name", "hub", "device_id"), people)
    at = now if stand.speech.postgres else now.replace(tzinfo=None).isoformat(" ")
    stand.copy(
        "field_executives",
        ("id", "code", "name", "hub", "created_at"),
        [(key, f"B-{number}", name, hub, at) for number, key, name, hub, _ in people],
    )
    stand.copy(
        "devices",
        ("id", "executive_id", "label", "prefix", "secret_hash", "enrolled_at", "seen_at"),
        [
            (phone, key, f"P-B{number}", f"b{number}", "x", at, at)
            for number, key, _, _, phone in people
        ],
    )
    today = now.date().toordinal() - date(1970, 1, 1).toordinal()
    days = range(today - DAYS - 1, today + 2)
    sheets = (
        (uid(day, 0xEEE, number), key, str(date(1970, 1, 1) + timedelta(days=day)), at)
        for number, key, *_ in people
        for day in days
    )
    stand.copy("run_sheets", ("id", "executive_id", "day", "created_at"), sheets)


def _pour(stand: Stand, span: Span, teller: Teller) -> None:
    starts = range(span.first, span.last, CHUNK)
    tasks = [
        (shape.pour(stand.speech), (start, min(start + CHUNK, span.last)))
        for start in starts
        for shape in SHAPES
    ]
    done = 0

    def tell() -> None:
        nonlocal done
        done += 1
        if done % (len(SHAPES) * 4) == 0 or done == len(tasks):
            teller.poured(done, len(tasks))

    stand.together(tasks, tell)


def _prints(stand: Stand, span: Span) -> Iterator[Sequence[Any]]:
    """Give the print of one photo of each return that has photos here."""
    roles: dict[int, int] = {
        kind: int(role, 16)
        for kind, role in stand.rows(
            "SELECT bench_kind, id_role FROM bench_t_photos WHERE slot = 'front' "
            "AND verified_at IS NOT NULL"
        )
    }
    dice = random.Random(span.first)
    for start in range(span.first, span.last, CHUNK):
        asked = f"SELECT n, kind, millis FROM bench_plan WHERE n >= {start} AND n < {start + CHUNK}"
        for number, kind, millis in stand.rows(asked):
            if kind not in roles:
                continue
            bits = turned(HOT, 3, dice) if number % HOT_SHARE == 0 else skewed(dice)
            found = as_print(bits)
            keys: Sequence[int | None] = (None,) * 5 if found.plain else packed(bits)
            photo, parent = uid(millis, roles[kind], number), uid(millis, 0, number)
            yield (photo, parent, "0" * 64, found.high, found.low, number, *keys)


def merchant_id(stand: Stand, number: int) -> uuid.UUID:
    """Give the id of the merchant of a rank."""
    found = stand.rows(f"SELECT id FROM bench_merchants WHERE number = {number}")[0][0]
    return found if isinstance(found, uuid.UUID) else uuid.UUID(found)
