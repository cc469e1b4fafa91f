"""The vocabulary: facts, attribute names and what counts as missing."""

from dataclasses import fields
from pathlib import Path

import pytest

from qcportal.rules.check_types import CHECK_TYPES, REASON_CODES
from qcportal.rules.facts import FACTS, ItemFacts, find_fact, find_value, read_number, suggest_fact


def test_the_table_names_exactly_the_fields_of_an_item():
    assert {*FACTS, "attributes"} == {field.name for field in fields(ItemFacts)}


def test_the_merchants_page_tells_every_fact_and_check_type():
    page = Path(__file__).parents[2].joinpath("docs", "rules.md").read_text(encoding="utf-8")
    assert not [name for name in (*FACTS, *CHECK_TYPES) if f"`{name}`" not in page]


def test_attribute_names_become_lower_snake_case_and_the_first_of_two_stays():
    item = ItemFacts(sku="x", attributes={"Colour Name": "Red", "colour-name": "Blue", "IMEI": "1"})
    assert dict(item.attributes) == {"colour_name": "Red", "imei": "1"}


@pytest.mark.parametrize("name", ["brand", "price", "reference_images", "attributes.x", "nothing"])
def test_a_blank_value_is_missing(name):
    item = ItemFacts(sku="x", brand="  ", attributes={"x": " "})
    assert find_value(item, name) is None
    assert name not in item.folded


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,499.50", 1499.5),
        (" -3 ", -3.0),
        ("\u0967\u0968", 12.0),
        ("1,49,999.50", 149999.5),
        ("₹ 1,499", 1499.0),
        ("Rs. 499/-", 499.0),
        ("-INR 5", -5.0),
        ("1499,50", None),
        ("1,2,3", None),
        ("5 kg", None),
        ("9" * 400, None),
        ("1e9", None),
        ("nan", None),
        ("", None),
    ],
)
def test_numbers_are_read_as_people_in_india_write_them(text, number):
    assert read_number(text) == number


def test_names_outside_the_vocabulary_are_unknown_and_get_a_suggestion():
    assert find_fact("attributes.a.b") is None
    assert find_fact("attributes.__class__.x") is None
    assert find_fact("__class__") is None
    assert suggest_fact("Categry") == "category"
    assert suggest_fact("z" * 1000) is None


def test_every_check_type_has_a_known_reason():
    assert {row.reason_code for row in CHECK_TYPES.values()} <= REASON_CODES
