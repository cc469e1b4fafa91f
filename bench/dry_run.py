"""A dry run of a 60-row draft over many past returns, as the worker runs it, on SQLite or Postgres.

`python bench/dry_run.py [RETURNS] [--database postgres]` fills a database of its own and prints
what the run took. SKUs follow a Zipf law, phones have IMEIs of their own, four of five returns
are inspected.
"""

import contextlib
import itertools
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import Table, insert

from bench import telling
from qcportal import clock, create_app, jobs, trials
from qcportal.db import db, new_id
from qcportal.history import SYSTEM
from qcportal.inspections import Inspection, InspectionAnswer, IssuedChecklist
from qcportal.returns import Return, ReturnItem, facts_of
from qcportal.rules.compiler import compile_checklist
from qcportal.rules.document import parse
from qcportal.rules.verdict import Answer, ItemVerdict, judge, return_verdict
from qcportal.worker import RUNNERS, Worker
from tests.conftest import make_settings, migrate
from tests.databases import PostgresDatabases, postgres
from tests.world import World

SLICE = 1000
SKUS = 4000
START = clock.ago(days=86)
KINDS = {
    "Mobiles": ("imei", "seal", "damage"),
    "Shirts": ("colour", "size", "tag"),
    "Shoes": ("colour", "size", "tag", "box"),
    "Bags": ("colour", "tag", "zip"),
    "Watches": ("strap", "box", "damage"),
}
COLOURS = ("red", "blue", "black", "white", "green", "navy")
REASONS = ("Changed my mind", "Size does not fit", "Damaged", "Wrong item sent", "Quality")
SOURCED = {
    "imei": ("imei_match", "attributes.imei"),
    "colour": ("text_match", "attributes.colour"),
    "size": ("text_match", "attributes.size"),
    "strap": ("text_match", "attributes.strap"),
}


def main() -> None:
    """Fill a database, run the draft, print the table."""
    wanted = telling.asking(__doc__)
    wanted.add_argument("returns", nargs="?", type=int, default=100_000)
    wanted.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    options = wanted.parse_args()
    with database(options.database) as url:
        migrate(url)
        world = World(create_app(make_settings(url)))
        fill(world, options.returns)
        took, result = run(world)
    counts = result["counts"]
    head = {"database": options.database, "seconds": round(took, 1)}
    telling.write(options.json, "dry_run", head | {"result": result})
    print(f"{options.database}: {result['returns']:,} returns, {counts['items']:,} items")
    print(f"  {took:6.1f} s, {result['returns'] / took:,.0f} returns a second")
    print(f"  {counts['checklists_differ']:,} checklists and {counts['verdicts_differ']:,} "
          "verdicts differ")  # fmt: skip
    for was, becomes in result["verdicts"].items():
        print(f"  {was:>17} -> {', '.join(f'{n:,} {name}' for name, n in becomes.items())}")


@contextlib.contextmanager
def database(kind: str) -> Iterator[str]:
    """Give the URL of an empty database that goes away afterwards."""
    if kind == "postgres":
        with postgres() as url:
            yield PostgresDatabases(url).create("bench")
            with contextlib.suppress(RuntimeError):
                db.engine.dispose()
        return
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'bench.db'}"


def run(world: World) -> tuple[float, dict[str, Any]]:
    """Let a worker run the draft, with its progress on the terminal."""
    with world.inside():
        job_id = trials.start(world.a.id, document=a_book(draft=True), days=90, by=SYSTEM).id

    def runner(job: Any, progress: Any) -> dict[str, Any]:
        held = progress.at

        def at(done: int, total: int, so_far: Any = None) -> None:
            print(f"\rdry run: {done:,} of {total:,}", end="", file=sys.stderr)
            held(done, total, so_far)

        object.__setattr__(progress, "at", at)
        return dict(RUNNERS[trials.KIND](job, progress))

    started = time.perf_counter()
    with world.app.app_context():
        Worker({trials.KIND: runner}, ()).once()
    took = time.perf_counter() - started
    print(file=sys.stderr)
    with world.inside(commit=False):
        job = jobs.get_job(job_id)
        assert job.state == "done", job.fault
        return took, job.result


def a_book(*, draft: bool) -> dict[str, Any]:
    """Give a book of 60 rows in five tables; the draft asks here more, there less, and decides."""
    tables = [{"key": name.lower(), "title": name, "categories": [name]} for name in KINDS]
    rules = [row for name in KINDS for row in rows_of(name, draft=draft)]
    decisions = [
        {"id": f"{name.lower()}-{key}", "table": name.lower(), "verdict": "needs_review",
         "answers": {key: "mismatch"}, "say": f"The {key} is another one."}
        for name, keys in KINDS.items() for key in keys[:1]
    ]  # fmt: skip
    document: dict[str, Any] = {"title": "Bench", "tables": tables, "rules": rules}
    return document | ({"decisions": decisions} if draft else {})


def rows_of(name: str, *, draft: bool) -> Iterator[dict[str, Any]]:
    """Give the twelve rows of one table: by price band, brand, reason and more."""
    keys, bands = KINDS[name], ("", "< 500", "500..1999", ">= 2000", ">= 10000")
    for number in range(12):
        cells = {"price": bands[number % 5]} if number % 5 else {}
        cells |= {"brand": f"brand {number}, brand {number + 7}"} if number % 3 == 2 else {}
        cells |= {"return_reason": f"not {REASONS[number % 5]}"} if number % 4 == 3 else {}
        key = keys[number % len(keys)]
        row = {"id": f"{name.lower()}-{number}", "title": f"{name} {number}", "cells": cells}
        required = number % 4 != 1 if draft else number % 4 != 2
        yield row | {"table": name.lower(), "checks": [check(key, required=required)]}


def check(key: str, *, required: bool) -> dict[str, Any]:
    """Give a check with a photo."""
    type_name, source = SOURCED.get(key, ("yes_no", ""))
    expected = {"expected": {"from": source}} if source else {}
    photos = [{"key": key, "title": key.title(), "kind": "photo"}]
    plain = {"key": key, "type": type_name, "question": f"Is the {key} right?", "photos": photos}
    return plain | expected | {"required": required}


def fill(world: World, size: int) -> None:
    """Write returns with items, checklists and inspections, as intake and doorstep would."""
    chance = random.Random(7)
    book = parse(a_book(draft=False), kinds=["photo"])
    skus = [a_sku(number, chance) for number in range(SKUS)]
    weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(SKUS)))
    tables = (Return, ReturnItem, IssuedChecklist, Inspection, InspectionAnswer)
    for start in range(0, size, SLICE):
        rows: dict[Any, list[dict[str, Any]]] = {table: [] for table in tables}
        for number in range(start, min(size, start + SLICE)):
            count = 1 + (chance.random() < 0.25) + (chance.random() < 0.05)
            items = chance.choices(skus, cum_weights=weights, k=count)
            a_return(world, number, [dict(each) for each in items], (book, chance, rows, size))
        with world.inside():
            for table, values in rows.items():
                kind: Table = table.__table__
                db.session.execute(insert(kind), values)
        print(f"\r{start + SLICE:,} of {size:,} returns", end="", file=sys.stderr)
    print(file=sys.stderr)


def a_sku(number: int, chance: random.Random) -> dict[str, Any]:
    """Give what a merchant says of one SKU."""
    category = chance.choice(list(KINDS))
    price = int(chance.lognormvariate(7, 1.2)) * 100
    attributes = {"colour": chance.choice(COLOURS), "size": str(chance.randrange(6, 12))}
    return {
        "client_sku_id": f"SKU-{number:05d}", "sku_key": f"SKU-{number:05d}",
        "name": f"{category[:-1]} {number}", "brand": f"Brand {chance.randrange(40)}",
        "category": category, "price_paise": price, "mrp_paise": price * 5 // 4, "quantity": 1,
        "attributes": attributes | {"material": "cotton", "strap": "steel"},
        "reference_images": [f"https://cdn.example/{number}.jpg"],
    }  # fmt: skip


def a_return(world: World, number: int, items: list[dict[str, Any]], into: Any) -> None:
    """Add one return with its items and, four times of five, its inspection."""
    _, chance, rows, size = into
    at = START + timedelta(minutes=85 * 24 * 60 * number / size + chance.randrange(600))
    rvp = {
        "id": new_id(), "merchant_id": world.a.id, "awb": f"77{number:010d}",
        "client_order_number": f"FH-{number}", "order_key": f"FH-{number}",
        "client_request_id": f"req-{number}", "request_digest": "", "on_partial": "accept",
        "title": items[0]["name"], "lead_sku": items[0]["client_sku_id"],
        "item_count": len(items), "return_reason": chance.choice(REASONS), "city": "Pune",
        "pincode": "411014", "pickup": {}, "customer_return_count": chance.randrange(6),
        "created_at": at, "activity_at": at,
    }  # fmt: skip
    rows[Return].append(rvp)
    inspection = {
        "id": new_id(), "merchant_id": world.a.id, "return_id": rvp["id"], "digest": "",
        "client_inspection_id": uuid.uuid4(), "executive_id": world.executive_id, "source": "app",
        "received_at": at, "remarks": "",
    }  # fmt: skip
    inspected = chance.random() < 0.8
    verdicts = []
    for position, item in enumerate(items):
        item |= {"id": new_id(), "return_id": rvp["id"], "merchant_id": world.a.id}
        item |= {"position": position, "return_reason": rvp["return_reason"], "qc_required": True}
        if item["category"] == "Mobiles":
            item["attributes"] = item["attributes"] | {"imei": an_imei(chance)}
        verdict = an_item(item, rvp, inspection if inspected else None, into)
        item["verdict"] = item["inspected_verdict"] = verdict.result if verdict else None
        verdicts += [verdict] if verdict else []
        rows[ReturnItem].append(item)
    if inspected:
        rows[Inspection].append(inspection | {"verdict": return_verdict(verdicts)})


def an_item(
    item: dict[str, Any], rvp: dict[str, Any], inspection: dict[str, Any] | None, into: Any
) -> ItemVerdict | None:
    """Freeze an item's checklist and, where it is inspected, answer and judge it."""
    book, chance, rows, _ = into
    facts = facts_of(Named(item), Named(rvp))
    checklist = compile_checklist(book, facts, rulebook_version=1).checklist
    body = checklist.to_json()
    own = {"merchant_id": item["merchant_id"], "item_id": item["id"]}
    rows[IssuedChecklist].append(
        own | {"id": new_id(), "return_id": rvp["id"], "rulebook_version": 1, "body": body,
               "rulebook_title": "Bench", "issued_at": rvp["created_at"],
               "digest": checklist.digest}
    )  # fmt: skip
    if inspection is None:
        return None
    answers = [an_answer(each, chance) for each in checklist.checks]
    verdict = judge(checklist, answers)
    for answer, found in zip(answers, verdict.findings, strict=True):
        rows[InspectionAnswer].append(
            own | {"id": new_id(), "inspection_id": inspection["id"], "check_key": answer.check_key,
                   "result": found.result, "app_result": answer.result, "value": answer.value,
                   "remarks": None, "explanation": found.explanation}
        )  # fmt: skip
    return verdict


class Named:
    """Gives the entries of a dict as attributes."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__ = values


def an_answer(asked: Any, chance: random.Random) -> Answer:
    """Answer as at a door: mostly right, now and then wrong or not at all."""
    drawn = chance.random()
    if drawn < 0.02:
        return Answer(asked.key, "not_checked")
    if drawn < 0.08 or asked.expected is None:
        return Answer(asked.key, "mismatch" if drawn < 0.08 else "match", None)
    return Answer(asked.key, "match", str(asked.expected))


def an_imei(chance: random.Random) -> str:
    """Draw 14 digits and add the one that the Luhn sum asks for."""
    digits = [3, 5, *(chance.randrange(10) for _ in range(12))]
    doubled = (sum(divmod(digit * 2, 10)) for digit in digits[1::2])
    return "".join(map(str, digits)) + str(-(sum(digits[::2]) + sum(doubled)) % 10)


if __name__ == "__main__":
    main()
