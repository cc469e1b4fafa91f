"""Tables, routes, decisions, synonyms and the review policy: what is read, what is refused."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.errors import Invalid
from qcportal.rules.book import Decision, ReviewPolicy, Table
from qcportal.rules.conditions import compile_condition
from qcportal.rules.document import digest, parse
from qcportal.rules.facts import ItemFacts
from tests.rules.books import KINDS, check, document, rule

FRONT = {"key": "front", "title": "Front", "kind": "photo"}
TAG = check("tag", type="yes_no", question="Is the tag attached?", expected=None, per_unit=True)
SIZE = check("size", type="choice", choices=["S", "M"], expected={"from": "attributes.size"})
IMEI = check(last_digits=4)
WHOLE = {
    "title": "Book",
    "tables": [
        {"key": "shirts", "title": "Shirts", "categories": ["Shirts", "T  shirts", "shirts"]},
        {"key": "phones", "title": "Phones", "categories": ["phones"]},
    ],
    "rules": [
        rule("all", TAG, photos=[FRONT]),
        rule("costly", SIZE, table="shirts", cells={"price": ">= 5000", "brand": "any"}),
        rule("imei", IMEI, table="phones", when='brand == "acme" or price > 5'),
        rule("wrong", cells={"return_reason": "wrong item"}, qc="none"),
    ],
    "decisions": [
        {
            "id": "no-tag",
            "table": "shirts",
            "answers": {"tag": "no", "size": " as  expected"},
            "verdict": "fail",
            "say": "The tag is gone",
        },
        {"id": "rest", "answers": {"tag": "any"}, "verdict": "needs_review"},
    ],
    "synonyms": {"fits": [["S", "small"], ["M", "medium", "Medium"]]},
    "review": {"minutes": 15},
}


def whole(**parts):
    return copy.deepcopy(WHOLE) | parts


def faults_of(value):
    with pytest.raises(Invalid) as refused:
        parse(value, kinds=KINDS)
    return {(fault.path, fault.code): fault for fault in refused.value.faults}


def test_the_whole_document_is_read_and_its_canonical_form_is_a_fixed_point():
    book = parse(WHOLE, kinds=KINDS)
    assert book.tables[0] == Table("shirts", "Shirts", ("Shirts", "T shirts"))
    assert book.rules[1].cells == {"price": ">= 5000"}
    assert book.rules[3].qc == "none"
    assert book.decisions == (
        Decision(
            "no-tag", "fail", "The tag is gone", "shirts", {"tag": "no", "size": "as expected"}
        ),
        Decision("rest", "needs_review"),
    )
    assert book.synonyms == {"fits": (("S", "small"), ("M", "medium"))}
    assert book.review == ReviewPolicy(15, "fail")
    again = parse(json.loads(json.dumps(book.as_json())), kinds=KINDS)
    assert again == book
    assert digest(again) == digest(book)


def test_a_rows_condition_is_its_categories_its_cells_and_its_expression():
    rules = parse(WHOLE, kinds=KINDS).rules
    assert [each.condition for each in rules] == [
        "",
        'category in ["Shirts", "T shirts"] and price >= 5000',
        'category == "phones" and (brand == "acme" or price > 5)',
        'return_reason == "wrong item"',
    ]


def test_a_document_from_before_tables_keeps_its_digest():
    plain = parse(document(rule("one", check(), when="price > 5")), kinds=KINDS)
    assert set(plain.as_json()) == {"title", "rules"}
    assert digest(plain) == "b677b62a6d420c202d02cc0e8dbe29a11e6647712d8158be441b4eca4b74e596"


@pytest.mark.parametrize(
    ("part", "value", "path", "code"),
    [
        ("tables", {}, "/tables", "wrong_type"),
        ("tables", [{"key": "a", "title": "A"}], "/tables/0/categories", "empty"),
        ("tables", [WHOLE["tables"][0]] * 2, "/tables/1/key", "duplicate_key"),
        ("tables", [{"key": "a", "title": "A", "categories": ["a\"'"]}], "/tables/0/categories/0",
         "bad_characters"),
        ("tables", [{"key": "a", "title": "A", "categories": [f"{n}" * 50 for n in range(10, 21)]}],
         "/tables/0/categories", "too_long"),
        ("tables", [WHOLE["tables"][0]] * 101, "/tables", "too_many"),
        ("rules", [rule("a", TAG, table="shoes")], "/rules/0/table", "unknown_table"),
        ("rules", [rule("a", TAG, cells={"price": "cheap"})], "/rules/0/cells/price", "cell"),
        ("rules", [rule("a", TAG, cells={"prise": "> 5"})], "/rules/0/cells/prise", "cell"),
        ("rules", [rule("a", TAG, cells={"price": 5})], "/rules/0/cells/price", "wrong_type"),
        ("rules", [rule("a", TAG, cells={"brand": "x" * 501})], "/rules/0/cells/brand", "too_long"),
        ("rules", [rule("a", TAG, cells=[])], "/rules/0/cells", "wrong_type"),
        ("rules", [rule("a", TAG, cells={f"attributes.a{n}": "1" for n in range(21)})],
         "/rules/0/cells", "too_many"),
        ("rules", [rule("a", TAG, cells={f"attributes.a{n}": "x" * 499 for n in range(5)})],
         "/rules/0", "too_long"),
        ("rules", [rule("a", TAG, qc="photos")], "/rules/0/qc", "unknown_route"),
        ("rules", [rule("a", qc="full")], "/rules/0", "asks_nothing"),
        ("rules", [rule("a", TAG | {"per_unit": "yes"})], "/rules/0/checks/0/per_unit",
         "wrong_type"),
        ("rules", [rule("a", TAG | {"last_digits": 4})], "/rules/0/checks/0/last_digits",
         "not_for_this_type"),
        ("rules", [rule("a", check(last_digits=2))], "/rules/0/checks/0/last_digits",
         "out_of_range"),
        ("rules", [rule("a", check(last_digits=4, expected={"from": "sku"}))],
         "/rules/0/checks/0/last_digits", "not_secret"),
        ("rules", [rule("a", SIZE | {"synonyms": "color"})], "/rules/0/checks/0/synonyms",
         "unknown_list"),
        ("rules", [rule("a", TAG | {"synonyms": "sizes"})], "/rules/0/checks/0/synonyms",
         "not_for_this_type"),
        ("decisions", [{"id": "a", "verdict": "pas", "answers": {}}], "/decisions/0/verdict",
         "unknown_verdict"),
        ("decisions", [{"id": "a"}], "/decisions/0/verdict", "missing"),
        ("decisions", [{"id": "a", "verdict": "pass", "answers": {"tags": "no"}}],
         "/decisions/0/answers/tags", "unknown_check"),
        ("decisions", [{"id": "a", "verdict": "pass", "answers": {"tag": "maybe"}}],
         "/decisions/0/answers/tag", "cell"),
        ("decisions", [{"id": "a", "verdict": "pass", "answers": {"tag": None}}],
         "/decisions/0/answers/tag", "missing"),
        ("decisions", [{"id": "a", "verdict": "pass", "table": "x"}], "/decisions/0/table",
         "unknown_table"),
        ("decisions", [WHOLE["decisions"][1]] * 2, "/decisions/1/id", "duplicate_id"),
        ("decisions", [WHOLE["decisions"][1]] * 501, "/decisions", "too_many"),
        ("synonyms", {"fits": [["S"]]}, "/synonyms/fits/0", "too_few"),
        ("synonyms", {"fits": [["S", "-"]]}, "/synonyms/fits/0/1", "blank"),
        ("synonyms", {"Fits!": []}, "/synonyms/Fits!", "bad_key"),
        ("synonyms", {f"l{n}": [] for n in range(21)}, "/synonyms", "too_many"),
        ("synonyms", {"a": [["x", "y"]] * 2501}, "/synonyms", "too_many"),
        ("synonyms", [], "/synonyms", "wrong_type"),
        ("review", {"minutes": 0}, "/review/minutes", "out_of_range"),
        ("review", {"minutes": 1441}, "/review/minutes", "out_of_range"),
        ("review", {"default": "needs_review"}, "/review/default", "unknown_default"),
        ("review", 30, "/review", "wrong_type"),
    ],
)  # fmt: skip
def test_a_faulty_part_is_refused_with_its_place(part, value, path, code):
    assert (path, code) in faults_of(whole(**{part: value}))


def test_a_row_of_a_masked_check_names_results_and_no_values():
    masked = check("label", type="text_match", expected={"from": "attributes.label"}, last_digits=4)
    row = {"id": "a", "verdict": "fail", "answers": {"label": "Acme"}}
    faults = faults_of(document(rule("one", masked)) | {"decisions": [row]})
    assert faults[("/decisions/0/answers/label", "masked")]
    row["answers"]["label"] = "not as expected"
    parse(document(rule("one", masked)) | {"decisions": [row]}, kinds=KINDS)


def test_a_row_may_only_route():
    book = parse(document(rule("route", qc="photos_only"), rule("ask", check())), kinds=KINDS)
    assert book.rules[0].qc == "photos_only"


def test_an_empty_list_switches_a_built_in_one_off():
    book = parse(whole(synonyms={"colours": []}), kinds=KINDS)
    assert book.synonyms == {"colours": ()}
    assert book.as_json()["synonyms"] == {"colours": []}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=15,
)


def places(value, path=()):
    yield path
    if isinstance(value, dict | list):
        for key, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(below, (*path, key))


PLACES = [path for path in places(WHOLE) if path]


@given(st.sampled_from(PLACES), JSON)
def test_the_document_with_one_place_spoilt_parses_or_is_invalid(path, junk):
    spoilt = whole()
    inner = spoilt
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = junk
    try:
        book = parse(spoilt, kinds=KINDS)
    except Invalid as error:
        assert all(fault.path[:1] in ("", "/") and fault.message for fault in error.faults)
        return
    assert parse(book.as_json(), kinds=KINDS) == book


ROWS = st.fixed_dictionaries(
    {
        "table": st.sampled_from(["", "shirts", "phones"]),
        "when": st.sampled_from(["", "price > 1 or mrp > 1", 'not brand == "acme"']),
        "cells": st.dictionaries(
            st.sampled_from(["brand", "city", "category"]),
            st.sampled_from(["acme, Shirts", "not acme", "contains s", "missing", "known", "any"]),
        ),
    }
)
ITEMS = st.builds(
    ItemFacts,
    sku=st.just("x"),
    category=st.sampled_from(["", "shirts", "T  Shirts", "phones", "bags"]),
    brand=st.sampled_from(["", "Acme", "shirts"]),
    price=st.none() | st.sampled_from([1.0, 2.0]),
)


@given(ROWS, ITEMS)
def test_a_row_fits_the_items_that_meet_its_condition(parts, item):
    (row,) = parse(whole(rules=[rule("a", TAG, SIZE, **parts)]), kinds=KINDS).rules
    assert row.fits(item) is compile_condition(row.condition).matches(item)
