"""What is frozen beside the checks: rows of decisions, synonyms, the review policy, and masks."""

import json
from dataclasses import replace

import pytest

from qcportal.rules.book import ReviewPolicy
from qcportal.rules.checklist import Checklist, Row
from qcportal.rules.compiler import compile_checklist
from qcportal.rules.document import parse
from qcportal.rules.masking import for_phone, hide_answers
from tests.rules.books import IMEI, KINDS, PHONE, check, document, rule

YES = {"type": "yes_no", "question": "Yes?", "expected": None}
TABLES = [
    {"key": "phones", "title": "Phones", "categories": ["MOBILE  phones"]},
    {"key": "shoes", "title": "Shoes", "categories": ["shoes"]},
]


def compiled(*rules, facts=PHONE, **parts):
    book = parse(document(*rules) | parts, kinds=KINDS)
    return compile_checklist(book, facts, rulebook_version=1)


def row(name, table="", verdict="fail", **answers):
    return {"id": name, "table": table, "answers": answers, "verdict": verdict, "say": name}


def test_rows_of_the_items_tables_stand_first_and_are_named_by_their_place():
    decisions = [
        row("one", seal="no"),
        row("two", "shoes", seal="no"),
        row("three", "phones", seal="no", box="yes"),
        row("four", "phones", verdict="pass"),
        row("five", verdict="needs_review"),
    ]
    checks = [check("seal", **YES), check("box", **YES)]
    checklist = compiled(rule("a", *checks), tables=TABLES, decisions=decisions).checklist
    assert checklist.rows == (
        Row("Row 1 of “Phones”", "fail", "three", (("box", "yes"), ("seal", "no"))),
        Row("Row 2 of “Phones”", "pass", "four"),
        Row("Row 1 of “Every item”", "fail", "one", (("seal", "no"),)),
        Row("Row 2 of “Every item”", "needs_review", "five"),
    )
    assert Checklist.from_json(json.loads(json.dumps(checklist.to_json()))) == checklist


def test_a_row_that_names_a_check_which_is_not_asked_is_left_out():
    rules = [rule("a", check("seal", **YES)), rule("b", check("box", **YES), when="price < 1")]
    decisions = [row("one", box="no"), row("two", seal="no")]
    checklist = compiled(*rules, decisions=decisions).checklist
    assert [each.name for each in checklist.rows] == ["Row 2 of “Every item”"]


def test_a_row_whose_answer_a_visual_check_cannot_have_is_left_out():
    colour = check(
        "colour", type="choice", choices=["Red", "Teal"], expected={"from": "attributes.colour"}
    )
    decisions = [row("one", colour="red"), row("two", colour="not as expected")]
    checklist = compiled(rule("a", colour), decisions=decisions).checklist
    assert checklist.checks[0].type == "photo_only"
    assert [each.name for each in checklist.rows] == ["Row 2 of “Every item”"]


def test_the_review_policy_is_frozen_where_something_is_asked():
    asking = rule("a", check(), when="price > 5")
    assert compiled(asking, review={"minutes": 9, "default": "pass"}).checklist.review == (
        ReviewPolicy(9, "pass")
    )
    assert compiled(asking, facts=replace(PHONE, price=1), review={}).checklist.review is None


@pytest.mark.parametrize(
    ("attribute", "parts", "expected"),
    [
        ("नीला", {"type": "choice", "choices": ["Red", "Blue"]}, "Blue"),
        ("blue", {"type": "choice", "choices": ["Red", "Neela"]}, "Neela"),
        ("blue", {"type": "text_match"}, "blue"),
    ],
)
def test_a_colour_is_known_in_other_words_too(attribute, parts, expected):
    colour = check("colour", expected={"from": "attributes.colour"}, **parts)
    facts = replace(PHONE, attributes={"colour": attribute})
    (asked,) = compiled(rule("a", colour), facts=facts).checklist.checks
    assert asked.expected == expected
    assert {"नीला", "blue", "neela"} - {expected.casefold()} <= {
        each.casefold() for each in asked.also
    }


def test_a_list_of_the_document_takes_the_place_of_the_built_in_one():
    colour = check("colour", type="text_match", expected={"from": "attributes.colour"})
    lists = {"colours": [["blue", "sky"]]}
    assert compiled(rule("a", colour), synonyms=lists).checklist.checks[0].also == ("sky",)
    off = compiled(rule("a", colour), synonyms={"colours": []})
    assert off.checklist.checks[0].also == ()


def test_a_check_names_its_own_list():
    maker = check(
        "maker", type="text_match", expected={"value": "HP"}, synonyms="makers", last_digits=0
    )
    lists = {"makers": [["HP", "Hewlett Packard"]]}
    checks = compiled(rule("a", maker), synonyms=lists).checklist.checks
    assert checks[0].also == ("Hewlett Packard",)


def test_the_phone_does_not_get_the_answer_to_a_masked_check_in_any_way():
    label = check("label", type="text_match", expected={"from": "attributes.colour"}, last_digits=3)
    plain = check("maker", type="text_match", expected={"from": "brand"})
    checklist = compiled(rule("a", check(last_digits=5), label, plain)).checklist
    assert [each.expected for each in checklist.checks] == [IMEI, "blue", "Samsung"]
    sent = checklist.for_phone()
    text = json.dumps(sent, ensure_ascii=False)
    assert IMEI not in text
    assert "blue" not in text.casefold()
    assert [each["last_digits"] for each in sent["checks"][:2]] == [5, 3]
    assert sent["checks"][2]["expected"] == "Samsung"
    assert for_phone(checklist.to_json()) == sent


def test_attributes_that_give_a_masked_answer_away_are_hidden():
    attributes = {
        "imei": "35 693803-5643809",
        "both": f"1: {IMEI}",
        "colour": "blue",
        "name": "Galaxy",
    }
    body = compiled(rule("a", check(last_digits=4))).checklist.to_json()
    assert hide_answers(attributes, body) == {"colour": "blue", "name": "Galaxy"}


def test_a_masked_check_that_is_turned_visual_asks_for_no_digits():
    facts = replace(PHONE, attributes={})
    (asked,) = compiled(rule("a", check(last_digits=4)), facts=facts).checklist.checks
    assert (asked.type, asked.last_digits) == ("photo_only", 0)


def test_a_choice_of_its_own_is_no_other_word_for_the_right_one():
    value = {"value": "Purple"}
    colour = check("colour", type="choice", expected=value, synonyms="colours")
    asked = compiled(rule("a", colour | {"choices": ["Purple", "Violet"]})).checklist.checks[0]
    assert "violet" not in asked.also
    assert "baingani" in asked.also
