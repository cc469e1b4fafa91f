"""Time compiling a 200-rule book for one item, warm, and the slowest hostile condition.

Run: python bench/rules_compile.py
"""

import statistics
import time
from collections.abc import Callable
from functools import partial

from qcportal.rules.compiler import compile_checklist
from qcportal.rules.conditions import ConditionError, compile_condition
from qcportal.rules.document import RulebookDocument, parse
from qcportal.rules.facts import ItemFacts

RULES = 200
ROUNDS = 500
FACTS = ItemFacts(
    sku="PH-1",
    name="Phone",
    brand="Acme",
    category="Category 7",
    price=15_499.0,
    attributes={"imei": "356938035643809", "colour": "Blue"},
)
HOSTILE = [
    "not " * 100 + "price > 1",
    " or ".join(["price > 1"] * 101),
    "price in [" + ",".join(["1"] * 990) + "]",
    'category in ["' + '","'.join("a" * 490) + '"]',
    "((((((((((((((((((((" * 90 + "price",
    "price > 1 " * 200,
    '"' * 1999,
    "a" * 2000,
    "attributes." * 180,
    "x" * 10_000_000,
]


def rulebook(*, applying: bool) -> RulebookDocument:
    """Give a book of 200 rules; either all of them apply to FACTS or one in twenty."""
    rules = [
        {
            "id": f"rule-{number}",
            "title": f"Rule {number}",
            "when": f'category == "category {7 if applying else number % 20}" and price > {number}',
            "checks": [
                {
                    "key": f"check-{number}",
                    "type": "imei_match",
                    "question": "Which IMEI is shown?",
                    "expected": {"from": "attributes.imei"},
                    "photos": [{"key": f"photo-{number}", "title": "Screen", "kind": "photo"}],
                }
            ],
        }
        for number in range(RULES)
    ]
    return parse({"title": "Bench", "rules": rules}, kinds=("photo",))


def median_ms(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Give the median duration of `work` in milliseconds."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def refuse(text: str) -> None:
    """Compile a condition without the cache, whatever comes of it."""
    try:
        compile_condition.__wrapped__(text)
    except ConditionError:
        pass


def main() -> None:
    """Print the medians."""
    for applying in (False, True):
        book = rulebook(applying=applying)
        compiled = compile_checklist(book, FACTS, rulebook_version=1)
        took = median_ms(partial(compile_checklist, book, FACTS, rulebook_version=1))
        print(f"{RULES} rules, {len(compiled.checklist.checks)} checks asked: {took:.3f} ms")
    document = rulebook(applying=True).as_json()
    print(
        f"parse of {RULES} rules: {median_ms(lambda: parse(document, kinds=['photo']), 5):.1f} ms"
    )
    slowest = max(median_ms(partial(refuse, text), 5) for text in HOSTILE)
    print(f"slowest hostile condition: {slowest:.1f} ms")


if __name__ == "__main__":
    main()
