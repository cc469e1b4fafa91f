"""Compiling: which rules ask, how they merge, where expected values come from, and the scope."""

import copy
import json
import random
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.errors import Invalid
from qcportal.rules.checklist import Because, Check, Checklist
from qcportal.rules.compiler import compile_checklist
from qcportal.rules.document import parse
from qcportal.rules.facts import ItemFacts
from tests.rules.books import IMEI, KINDS, PHONE, book, check, documented_rulebook, rule
from tests.rules.test_document_rows import WHOLE

EXAMPLE = parse(documented_rulebook(), kinds=KINDS)
FRONT = {"key": "front", "title": "Front", "kind": "photo"}


def compiled(document, facts=PHONE, questions=()):
    return compile_checklist(document, facts, rulebook_version=7, questions=questions)


def test_the_documented_rulebook_asks_a_damaged_phone_everything():
    result = compiled(EXAMPLE)
    checks = {each.key: each for each in result.checklist.checks}
    assert list(checks) == ["right-product", "quantity", "imei", "colour", "seal", "condition"]
    assert checks["imei"].expected == IMEI
    assert checks["colour"].expected == "Blue"
    assert checks["quantity"].expected == 1.0
    assert checks["right-product"].expected == "yes"
    assert checks["right-product"].reference_images == PHONE.reference_images
    assert checks["condition"].slots == ("detail", "detail-2", "detail-3")
    assert [slot.key for slot in result.checklist.slots] == [
        "front", "back", "imei-screen", "detail", "detail-2", "detail-3", "unboxing",
    ]  # fmt: skip
    assert result.checklist.slots[3].title == "Close-up (1 of 3)"
    assert result.checklist.slots[-1].check_key is None
    assert result.qc_scope == "full"
    assert result.checklist.rulebook_version == 7


def test_a_rule_that_does_not_apply_asks_nothing():
    shoe = ItemFacts(sku="SH-1", category="shoes", price=20_000)
    keys = [each.key for each in compiled(EXAMPLE, shoe).checklist.checks]
    assert keys == ["right-product", "quantity"]


def test_a_check_of_several_rules_is_one_check_with_all_their_reasons():
    document = book(
        rule("a", check(required=False, photos=[FRONT]), when='brand == "samsung"'),
        rule("other", check("second")),
        rule("b", check(photos=[FRONT | {"min_count": 2, "required": False}])),
        rule("never", check(), when='brand == "nokia"'),
    )
    checklist = compiled(document).checklist
    assert [each.key for each in checklist.checks] == ["imei", "second"]
    assert checklist.checks[0].required is True
    assert checklist.checks[0].because == (
        Because("a", "Rule a", 'brand == "samsung"'),
        Because("b", "Rule b", ""),
    )
    assert checklist.checks[0].slots == ("front", "front-2")
    assert [(slot.key, slot.required) for slot in checklist.slots] == [
        ("front", True),
        ("front-2", True),
    ]


def test_one_photo_serves_every_check_that_wants_it():
    document = book(rule("a", check("one", photos=[FRONT]), check("two", photos=[FRONT])))
    checklist = compiled(document).checklist
    assert [each.slots for each in checklist.checks] == [("front",), ("front",)]
    assert [(slot.key, slot.check_key) for slot in checklist.slots] == [("front", "one")]


@pytest.mark.parametrize("attributes", [{}, {"imei": "  "}, {"imei": "none"}, {"imei": "12345"}])
def test_a_missing_or_unusable_right_answer_makes_the_check_visual(attributes):
    result = compiled(book(rule("a", check())), replace(PHONE, attributes=attributes))
    (asked,) = result.checklist.checks
    assert (asked.type, asked.expected, asked.slots) == ("photo_only", None, ("visual-imei",))
    assert [slot.key for slot in result.checklist.slots] == ["visual-imei"]
    (outcome,) = result.outcomes
    assert (outcome.id, outcome.outcome) == ("imei", "changed")
    assert "attributes.imei" in outcome.reason
    assert result.qc_scope == "partial"


def test_a_visual_check_keeps_the_photos_it_already_has():
    result = compiled(book(rule("a", check(photos=[FRONT]))), ItemFacts(sku="x"))
    assert result.checklist.checks[0].slots == ("front",)
    assert [slot.key for slot in result.checklist.slots] == ["front"]


def test_a_choice_the_item_does_not_offer_makes_the_check_visual():
    colour = check("colour", type="choice", choices=["Red", "Green"])
    document = book(rule("a", colour | {"expected": {"from": "attributes.colour"}}))
    assert compiled(document).checklist.checks[0].type == "photo_only"


def test_the_scope_is_none_when_nothing_is_asked():
    document = book(rule("a", check(), when='brand == "nokia"'))
    assert compiled(document).qc_scope == "none"
    assert compiled(document, questions=["junk"]).qc_scope == "none"
    assert compiled(document, questions=[{"id": "1", "question": "Ok?"}, 5]).qc_scope == "partial"
    assert compiled(document, questions=[{"id": "1", "question": "Ok?"}]).qc_scope == "full"


SUBSETS = st.lists(st.sampled_from(range(8)), unique=True, min_size=1)


@given(SUBSETS, st.randoms(use_true_random=False))
def test_the_order_of_rules_changes_the_order_and_the_reasons_only(numbers, shuffler):
    rules = [
        rule(
            f"r-{number}",
            check(f"check-{number % 3}", required=number % 2 == 0),
            photos=[FRONT | {"min_count": 1 + number % 4}],
            when="price > 10" if number % 2 else "",
        )
        for number in numbers
    ]
    shuffled = shuffler.sample(rules, len(rules))
    one, other = compiled(book(*rules)).checklist, compiled(book(*shuffled)).checklist
    assert {(c.key, c.required, frozenset(c.because)) for c in one.checks} == {
        (c.key, c.required, frozenset(c.because)) for c in other.checks
    }
    assert one.slots == other.slots


@given(
    st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=4),
    st.text(max_size=20),
    st.none() | st.floats(min_value=0, max_value=1e6),
)
def test_compiling_is_deterministic_and_round_trips_for_any_facts(attributes, text, price):
    facts = ItemFacts(sku="x", category=text, price=price, attributes=attributes)
    shuffled = dict(
        random.Random(1).sample(sorted(facts.attributes.items()), len(facts.attributes))
    )
    one = compiled(EXAMPLE, facts).checklist
    other = compiled(EXAMPLE, replace(facts, attributes=shuffled)).checklist
    stored = json.loads(json.dumps(one.to_json()))
    assert one == other
    assert Checklist.from_json(stored) == one
    assert Checklist.from_json(stored).digest == one.digest


def test_every_check_has_all_its_parts():
    parts = [field.name for field in fields(Check)]
    for facts in (PHONE, ItemFacts(sku="x")):
        checks = compiled(EXAMPLE, facts, [{"id": "1", "question": "Ok?"}]).checklist.checks
        assert all(
            Check(**{name: getattr(each, name) for name in parts}) == each for each in checks
        )
        assert all(vars(each).keys() == set(parts) for each in checks)


def test_a_stored_checklist_that_lost_its_fractions_keeps_its_digest():
    checklist = compiled(EXAMPLE).checklist
    stored = json.loads(json.dumps(checklist.to_json()).replace("1.0", "1").replace("0.0", "0"))
    assert Checklist.from_json(stored).digest == checklist.digest


@pytest.mark.parametrize(
    "value", [None, [], {}, {"rulebook_version": "x", "checks": [], "slots": 5}]
)
def test_what_is_no_checklist_is_invalid(value):
    with pytest.raises(Invalid):
        Checklist.from_json(value)


def test_every_slot_key_is_safe_for_object_keys_and_unique():
    questions = [{"id": "ÄÖ/..", "question": "?", "photo": True}, {"id": "x" * 80, "question": "?"}]
    questions.append({"id": "long one", "type": "imei_match", "question": "?", "photo": True})
    bare = compiled(EXAMPLE, ItemFacts(sku="x"), questions).checklist
    keys = [slot.key for slot in bare.slots]
    assert all(
        0 < len(key) <= 40 and set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        for key in keys
    )
    assert len(keys) == len(set(keys))
    assert {key for each in bare.checks for key in each.slots} <= set(keys)


def shuffled_book(shuffler):
    """Give the book of all parts with its rules and its tables in another order."""
    document = copy.deepcopy(WHOLE)
    for part in ("rules", "tables"):
        shuffler.shuffle(document[part])
    return parse(document, kinds=KINDS)


@given(
    st.randoms(use_true_random=False),
    st.builds(
        ItemFacts,
        sku=st.just("x"),
        category=st.sampled_from(["shirts", "PHONES", "bags", ""]),
        brand=st.sampled_from(["acme", ""]),
        price=st.none() | st.sampled_from([1.0, 5000.0]),
        quantity=st.integers(0, 25),
        return_reason=st.sampled_from(["wrong item", "too big"]),
        attributes=st.dictionaries(
            st.sampled_from(["size", "imei", "Colour"]), st.sampled_from(["S", IMEI, "small"])
        ),
    ),
    st.lists(st.sampled_from([{"id": "1", "question": "Ok?"}, 5, {"id": "2"}]), max_size=2),
)
def test_with_all_parts_the_order_of_rules_only_orders_the_checks(shuffler, facts, questions):
    one = compiled(parse(WHOLE, kinds=KINDS), facts, questions)
    other = compiled(shuffled_book(shuffler), facts, questions)
    for part in ("checks", "slots"):
        mine, theirs = getattr(one.checklist, part), getattr(other.checklist, part)
        assert {each.key: each for each in mine} == {each.key: each for each in theirs}
    assert replace(one.checklist, checks=(), slots=()) == replace(
        other.checklist, checks=(), slots=()
    )
    assert {each.id: each for each in one.outcomes} == {each.id: each for each in other.outcomes}
    assert (one.qc_scope, one.is_honoured) == (other.qc_scope, other.is_honoured)
    stored = json.loads(json.dumps(one.checklist.to_json()))
    assert Checklist.from_json(stored).digest == one.checklist.digest
    assert compiled(parse(WHOLE, kinds=KINDS), facts, questions) == one
