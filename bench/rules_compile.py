"""Time compiling a 200-row book for one item, warm, and the slowest hostile documents.

Run: python bench/rules_compile.py
"""

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import telling
from qcportal.errors import Invalid
from qcportal.rules.analysis import analyse
from qcportal.rules.cells import CellError, read_cell
from qcportal.rules.compiler import compile_checklist
from qcportal.rules.conditions import ConditionError, compile_condition
from qcportal.rules.differences import differences
from qcportal.rules.document import RulebookDocument, parse
from qcportal.rules.facts import ItemFacts

ROWS = 200
ROUNDS = 500
KINDS = ("photo",)
FACTS = ItemFacts(
    sku="PH-1",
    name="Phone",
    brand="Acme",
    category="Category 7",
    price=15_499.0,
    attributes={"imei": "356938035643809", "colour": "Blue"},
)
HOSTILE_CONDITIONS = [
    "not " * 100 + "price > 1",
    " or ".join(["price > 1"] * 101),
    "price in [" + ",".join(["1"] * 990) + "]",
    'category in ["' + '","'.join("a" * 490) + '"]',
    "((((((((((((((((((((" * 90 + "price",
    "price > 1 " * 200,
    '"' * 1999,
    "a" * 2000,
    "attributes." * 180,
    "9**" * 600,
    'name =~ "' + "(a+)+" * 300 + '"',
    "x.__class__." * 150,
    "1" * 2000,
    "x" * 10_000_000,
]
HOSTILE_CELLS = [
    ("price", "9" * 500),
    ("price", "1," * 250),
    ("price", "> 1 and " * 60),
    ("price", "1.." * 160),
    ("name", '"' * 499),
    ("name", '""' * 249 + "x"),
    ("name", "not " * 124),
    ("name", ", " * 249),
    ("name", "contains " * 55),
    ("name", "\u0301" * 500),
    ("pincode", "5*" * 250),
    ("attributes." + "a" * 100_000, "x"),
    ("name", "x" * 10_000_000),
]


def rule(number: int, **parts: Any) -> dict[str, Any]:
    """Give a rule with one IMEI check and its photo."""
    check = {
        "key": f"check-{number}",
        "type": "imei_match",
        "question": "Which IMEI is shown?",
        "expected": {"from": "attributes.imei"},
        "photos": [{"key": f"photo-{number}", "title": "Screen", "kind": "photo"}],
    }
    return {"id": f"rule-{number}", "title": f"Rule {number}", "checks": [check]} | parts


def plain_book(*, applying: bool) -> RulebookDocument:
    """Give a book of 200 expressions; either all of them apply to FACTS or one in twenty."""
    rules = [
        rule(
            number,
            when=f'category == "category {7 if applying else number % 20}" and price > {number}',
        )
        for number in range(ROWS)
    ]
    return parse({"title": "Bench", "rules": rules}, kinds=KINDS)


def whole_document(*, applying: bool) -> dict[str, Any]:
    """Give the same with all parts: tables and cells, masks, colours, a decision for each row."""
    tables = [
        {"key": f"table-{number}", "title": f"Table {number}", "categories": [f"category {number}"]}
        for number in range(20)
    ]
    rules, decisions = [], []
    for number in range(ROWS):
        table = f"table-{7 if applying else number % 20}"
        row = rule(number, table=table, cells={"price": f">= {number}", "brand": "acme, bolt"})
        colours = {"type": "choice", "choices": ["Red", "Neela"], "last_digits": 0}
        source = {"expected": {"from": "attributes.colour"}}
        row["checks"][0] |= colours | source if number % 2 else {"last_digits": 5}
        answers = {f"check-{number}": "not as expected"}
        decisions.append(
            {"id": f"row-{number}", "table": table, "answers": answers, "verdict": "fail"}
        )
        rules.append(row)
    return {
        "title": "Bench",
        "tables": tables,
        "rules": rules,
        "decisions": decisions,
        "review": {"minutes": 30, "default": "fail"},
    }


def hostile_documents() -> dict[str, Any]:
    """Give documents that are refused, by what is wrong with them."""
    deep: Any = "x"
    for _ in range(900):
        deep = [deep]
    texts = {"rules": [rule(n, when="price > 1 " * 190) for n in range(50)]}
    return {
        "nested 900 deep": {"title": deep, "rules": deep},
        "50 conditions of full length, all wrong": {"title": "x"} | texts,
        "50 conditions of full length, one too many": {
            "title": "x",
            "rules": [rule(n, when=" or ".join(["price > 1"] * 100)) for n in range(100)],
        },
        "a cell of ten million characters": {
            "title": "x", "rules": [rule(1, cells={"price": "x" * 10_000_000})]
        },
        "500 rows of faulty cells": {
            "title": "x", "rules": [rule(n, cells={"prise": "> 1"}) for n in range(500)]
        },
        "100,000 unknown keys": {f"k{number}": 1 for number in range(100_000)},
        "500 groups of 500 words": {
            "title": "x", "rules": [rule(1)], "synonyms": {"a": [["x", "y"] * 250] * 500}
        },
    }  # fmt: skip


def median_ms(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Give the median duration of `work` in milliseconds."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def refusing(work: Callable[[], object]) -> Callable[[], object]:
    """Give the work, whatever comes of it."""

    def refused() -> None:
        try:
            work()
        except (ConditionError, CellError, Invalid):
            pass

    return refused


def main() -> None:
    """Print the medians."""
    options = telling.asking(__doc__).parse_args()
    found: dict[str, float] = {}

    def keep(name: str, work: Callable[[], object], rounds: int = 5) -> None:
        telling.progress(name, done=True)
        found[name] = round(median_ms(work, rounds), 3)

    for applying in (False, True):
        whole = parse(whole_document(applying=applying), kinds=KINDS)
        for name, book in (("expressions", plain_book(applying=applying)), ("all parts", whole)):
            compiled = compile_checklist(book, FACTS, rulebook_version=1)
            asked = len(compiled.checklist.checks)
            work = partial(compile_checklist, book, FACTS, rulebook_version=1)
            keep(f"{ROWS} rows ({name}), {asked} checks asked", work, ROUNDS)
    document = whole_document(applying=True)
    other = parse(whole_document(applying=False), kinds=KINDS)
    keep("parse of all parts", lambda: parse(document, kinds=KINDS))
    keep("analysis of it", lambda: analyse(whole))
    keep("differences to another", lambda: differences(whole, other))
    conditions = [partial(compile_condition.__wrapped__, text) for text in HOSTILE_CONDITIONS]
    cells = [partial(read_cell, *each) for each in HOSTILE_CELLS]
    for name, hostile in (("condition", conditions), ("cell", cells)):
        telling.progress(f"hostile {name}s", done=True)
        slowest = max(median_ms(refusing(work), 5) for work in hostile)
        found[f"slowest hostile {name}"] = round(slowest, 3)
    for name, sent in hostile_documents().items():
        keep(f"hostile document, {name}", refusing(partial(parse, sent, kinds=KINDS)))
    telling.table(("what", "median ms"), [(name, f"{took:.3f}") for name, took in found.items()])
    telling.write(options.json, "rules_compile", found)


if __name__ == "__main__":
    main()
