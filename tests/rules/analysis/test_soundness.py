"""What the analysis claims, held against every item and every answer of a small world."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from qcportal.rules.analysis import analyse
from qcportal.rules.analysis.item_rows import Asking
from qcportal.rules.analysis.space import item_of
from qcportal.rules.compiler import compile_checklist
from qcportal.rules.document import parse
from qcportal.rules.facts import ItemFacts
from qcportal.rules.verdict import Answer, judge

CELLS = {
    "price": [">= 10", "< 5", "5..10", "missing", "known", "4, 7", "not 4"],
    "brand": ["acme", "not acme, b", "missing", "contains ac", "b"],
    "attributes.ram": [">= 8", "8", "missing", "not 16", "< 4"],
    "quantity": ["1", ">= 2", "< 1"],
    "category": ["shoes", "bags", "not shoes"],
}
WHEN = [
    "", "", "", "price > mrp", "price > 3 and price < 8", 'brand == "acme" or quantity > 1',
    "not (price >= 5 and attributes.ram != null)", 'price != 7 and "c" in brand',
    "price == null or mrp > 5", "price < 5 and price > 7",
]  # fmt: skip
CHECKS = [
    {"key": "tag", "type": "yes_no", "question": "Tag?"},
    {"key": "size", "type": "text_match", "question": "Size?",
     "expected": {"from": "attributes.ram"}},
    {"key": "kind", "type": "choice", "question": "Kind?", "choices": ["a", "b"],
     "expected": {"value": "a"}},
    {"key": "count", "type": "number", "question": "Count?", "expected": {"from": "quantity"}},
]  # fmt: skip
ANSWERS = {
    "tag": ["yes", "no", "match", "not checked", "not yes", "mismatch, not applicable"],
    "size": ["8", "not 8", "match", "mismatch", "not checked, not applicable", "8, 16"],
    "kind": ["a", "b", "a, b", "not a", "mismatch", "not checked"],
    "count": ["1", ">= 2", "< 2", "match", "mismatch", "not checked, not applicable"],
}
ITEMS = [
    ItemFacts("s", brand=brand, category=category, price=price, mrp=mrp, quantity=quantity,
              attributes={"ram": ram} if ram else {})
    for brand, category, price, mrp, quantity, ram in product(
        ["", "Acme", "b", "ac dc"], ["Shoes", "Bags", "Hats"],
        [None, 4.0, 4.5, 5.0, 7.0, 10.0, 99.0], [None, 6.0, 7.0], [1, 2],
        ["", "8", "8.0", "16", "x"],
    )
]  # fmt: skip
cells = st.dictionaries(st.sampled_from(sorted(CELLS)), st.integers(0, 6), max_size=2).map(
    lambda chosen: {fact: CELLS[fact][n % len(CELLS[fact])] for fact, n in chosen.items()}
)
checks = st.lists(st.sampled_from(CHECKS), max_size=3, unique_by=lambda check: check["key"])
asked_checks = st.builds(
    lambda chosen, required: [check | {"required": required} for check in chosen],
    checks,
    st.booleans(),
)


@st.composite
def rules(draw, number):
    rule = {"id": f"r{number}", "title": f"R{number}", "cells": draw(cells)}
    rule |= {"table": draw(st.sampled_from(["", "shoes", "bags"])), "checks": draw(asked_checks)}
    rule["when"] = draw(st.sampled_from(WHEN))
    routes = ["full"] * 3 + ["photos_only", "none"] if rule["checks"] else ["none", "photos_only"]
    return rule | {"qc": draw(st.sampled_from(routes))}


@st.composite
def documents(draw):
    drawn = [draw(rules(number)) for number in range(draw(st.integers(1, 6)))]
    asked = sorted({check["key"] for rule in drawn for check in rule["checks"]})
    decisions = []
    for number in range(draw(st.integers(0, 6)) if asked else 0):
        named = draw(st.lists(st.sampled_from(asked), max_size=2, unique=True))
        decisions.append(
            {
                "id": f"d{number}",
                "table": draw(st.sampled_from(["", "shoes"])),
                "answers": {key: draw(st.sampled_from(ANSWERS[key])) for key in named},
                "verdict": draw(st.sampled_from(["pass", "fail", "needs_review"])),
                "say": f"It was d{number}.",
            }
        )
    bags = draw(st.sampled_from([["Bags"], ["Bags", "Shoes"]]))
    tables = [
        {"key": "shoes", "title": "Shoes", "categories": ["Shoes"]},
        {"key": "bags", "title": "Bags", "categories": bags},
    ]
    return {"title": "B", "tables": tables, "rules": drawn, "decisions": decisions}


def read(document):
    return parse(document, kinds=["photo"])


@settings(max_examples=150)
@given(documents())
def test_what_is_said_of_rules_is_true_of_every_item(document):
    book = read(document)
    by_id = {rule.id: rule for rule in book.rules}
    found = [each for each in analyse(book) if each.part == "rules"]
    for each in (each for each in found if each.kind == "never"):
        assert not any(by_id[each.rows[0]].fits(item) for item in ITEMS)
    for each in (each for each in found if each.kind == "shadowed"):
        shadowed, *routes = (by_id[name] for name in each.rows)
        for item in filter(shadowed.fits, ITEMS):
            assert any(route.fits(item) and route.qc == "none" for route in routes)


@settings(max_examples=150)
@given(documents())
def test_every_item_that_is_shown_is_as_it_is_said(document):
    book = read(document)
    by_id = {rule.id: rule for rule in book.rules}
    for each in analyse(book):
        if each.part != "rules" or not each.sample:
            continue
        numbers = {"price", "mrp", "quantity"}
        sample = {
            fact: None if text == "" else float(text) if fact in numbers else text
            for fact, text in each.sample
        }
        item = item_of(sample)
        if each.kind == "missing":
            compiled = compile_checklist(book, item, rulebook_version=1)
            checklist = compiled.checklist
            assert not checklist.checks and not checklist.slots and checklist.qc != "none"
        else:
            assert all(by_id[name].fits(item) for name in each.rows)


@settings(max_examples=150)
@given(documents())
def test_a_row_that_is_not_called_useless_has_an_item_that_fits(document):
    asking = Asking(read(document))
    for row in asking.rows:
        for box in row.region.boxes if row.region.exact else ():
            assert row.fits(asking.sample(box, asking.rows))


@settings(max_examples=100, deadline=None)
@given(documents(), st.randoms(use_true_random=False))
def test_a_decision_that_is_said_never_to_decide_does_not(document, random):
    book = read(document)
    dead = {
        each.rows[0]
        for each in analyse(book)
        if each.part == "decisions" and each.kind in ("never", "shadowed")
    }
    for item in random.sample(ITEMS, 60) if dead else ():
        checklist = compile_checklist(book, item, rulebook_version=1).checklist
        for _ in range(8):
            verdict = judge(checklist, [_answer(check, random) for check in checklist.checks])
            said = verdict.because + "".join(unit.because for unit in verdict.units)
            assert not any(f"It was {name}." in said for name in dead)


def _answer(check, random):
    result = random.choice(["match", "match", "mismatch", "not_checked", "not_applicable"])
    value = random.choice(["yes", "no", "8", "16", "a", "b", "1", "2", "", None])
    return Answer(check.key, result, value)


@settings(max_examples=100)
@given(documents())
def test_an_analysis_gives_the_same_whenever_it_is_made(document):
    assert analyse(read(document)) == analyse(read(document))
