"""Cells: what merchants type, what it tests, how it is written, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.rules.cells import (
    MAX_CELL,
    Between,
    CellError,
    Contains,
    OneOf,
    Presence,
    compile_cell,
    condition_of,
    read_cell,
    write_cell,
)
from qcportal.rules.conditions import compile_condition
from qcportal.rules.facts import FACTS, ItemFacts, find_value, read_number

PHONE = ItemFacts(
    sku="PH-1",
    name='Galaxy 15" TV, black',
    brand="Acme",
    category="Shoes",
    price=15_000.5,
    quantity=2,
    attributes={"RAM": "8", "Colour": "Blue"},
    pincode="560034",
)


@pytest.mark.parametrize(
    ("fact", "text", "test"),
    [
        ("category", "shoes", OneOf(("shoes",))),
        ("category", " Shoes ,  hand  bags ", OneOf(("Shoes", "hand bags"))),
        ("category", "shoes, SHOES", OneOf(("shoes",))),
        ("category", "not shoes, bags", OneOf(("shoes", "bags"), negated=True)),
        ("brand", '"not", "a, b"', OneOf(("not", "a, b"))),
        ("brand", "“a, b”, c", OneOf(("a, b", "c"))),
        ("name", 'contains 15" tv', Contains('15" tv')),
        ("name", 'Contains "tv, black"', Contains("tv, black")),
        ("brand", "Missing", Presence(missing=True)),
        ("brand", "not missing", Presence(missing=False)),
        ("reference_images", "known", Presence(missing=False)),
        ("brand", "Nothing, Anyone", OneOf(("Nothing", "Anyone"))),
        ("price", ">= 10000", Between(10_000.0, None)),
        ("price", "≤1,49,999.50", Between(None, 149_999.5)),
        ("price", "> 500 and <= 2000", Between(500.0, 2000.0, low_in=False)),
        ("price", "500..2000", Between(500.0, 2000.0)),
        ("price", "₹ 500 .. ₹ 2,000", Between(500.0, 2000.0)),
        ("quantity", "1, 2,3", OneOf((1.0, 2.0, 3.0))),
        ("quantity", "not 1, 2", OneOf((1.0, 2.0), negated=True)),
        ("quantity", "२", OneOf((2.0,))),
        ("price", "-0", OneOf((0.0,))),
        ("pincode", "560 001, 560002", OneOf(("560001", "560002"))),
        ("pincode", "not 560001", OneOf(("560001",), negated=True)),
        ("pincode", "5600*", Between(560_000.0, 560_099.0)),
        ("pincode", "560001..560103", Between(560_001.0, 560_103.0)),
        ("attributes.ram", ">= 8", Between(8.0, None)),
        ("attributes.ram", "4..8", Between(4.0, 8.0)),
        ("attributes.ram", "4, 8", OneOf(("4", "8"))),
        ("attributes.size", "s..m", OneOf(("s..m",))),
    ],
)
def test_a_cell_is_read_as_the_test_it_says(fact, text, test):
    assert read_cell(fact, text) == test
    assert read_cell(fact, write_cell(test)) == test


@pytest.mark.parametrize("text", ["", "  ", "any", "ANY", "\n"])
def test_an_empty_cell_fits_everything(text):
    assert read_cell("price", text) is None


@pytest.mark.parametrize(
    ("fact", "text", "words"),
    [
        ("categry", "x", "did you mean 'category'?"),
        ("price", "10,000", "write 10000 for one number"),
        ("price", "not >= 5", "the other side"),
        ("price", "500-2000", "write 500..2000"),
        ("price", "500 to 2000", "write 500..2000"),
        ("price", "= 5", "write 5"),
        ("price", "!= 5", "write not 5"),
        ("price", "2000..500", "write 500..2000"),
        ("price", "> 5 and < 5", "No number lies"),
        ("price", "> 5 and > 7", "no band"),
        ("price", "500..", "two ends"),
        ("price", "cheap", "not a number"),
        ("price", "1e5", "not a number"),
        ("price", "1" * 13, "not a number"),
        ("price", "999999999999999", "number"),
        ("brand", ">= 5", "is a text"),
        ("brand", "!= Acme", "write not Acme"),
        ("brand", "a,,b", "nothing between two commas"),
        ("brand", '"a', "do not pair up"),
        ("brand", '""', "nothing between"),
        ("brand", "a, missing", "cannot stand in a list"),
        ("brand", "not", "needs a value"),
        ("brand", "not contains x", "expression"),
        ("brand", "contains a, b", "one text"),
        ("brand", "a\\b", "backslash"),
        ("brand", "it's 5\"", "both"),
        ("brand", "a\x00", "control characters"),
        ("pincode", "56001", "six digits"),
        ("pincode", "5600*, 5700*", "a row for each area"),
        ("reference_images", "x", "missing or known"),
        ("brand", "x" * (MAX_CELL + 1), "longer than"),
    ],
)
def test_a_refused_cell_says_what_to_write(fact, text, words):
    with pytest.raises(CellError) as refused:
        read_cell(fact, text)
    assert words in f"{refused.value.message} {refused.value.suggestion}"


@pytest.mark.parametrize(
    ("fact", "text", "fits"),
    [
        ("category", "bags, SHOES", True),
        ("category", "not shoes", False),
        ("city", "not pune", True),
        ("city", "pune", False),
        ("city", "missing", True),
        ("name", 'contains "tv, BLACK"', True),
        ("name", "contains radio", False),
        ("price", "> 15000 and < 15001", True),
        ("mrp", "> 0", False),
        ("mrp", "not 5", True),
        ("pincode", "5600*", True),
        ("pincode", "5601*", False),
        ("attributes.ram", ">= 8", True),
        ("attributes.colour", ">= 8", False),
        ("attributes.gift", "known", False),
        ("reference_images", "missing", True),
    ],
)
def test_a_cell_holds_for_an_item_as_its_condition_says(fact, text, fits):
    condition = condition_of(fact, read_cell(fact, text))
    assert compile_condition(condition).matches(PHONE) is fits
    assert compile_cell(fact, read_cell(fact, text))(PHONE.folded) is fits


NAMES = st.sampled_from([*FACTS, "attributes.ram", "attributes.colour"])
WORDS = """not any missing known contains and to , .. " "" “ ” ' > >= < <= = != ≥ - * 5 560001 10000
    0.5 -3 1,500 shoes bags 5600* ₹ ( ) [ ] \\ ٣ é e\u0301 null or"""
PIECES = st.sampled_from([*WORDS.split(), "\u2028"])
TEXTS = st.text(max_size=40) | st.lists(PIECES, max_size=12).map(" ".join)
ITEMS = st.builds(
    ItemFacts,
    sku=st.just("x"),
    name=st.sampled_from(["", "shoes and bags", "5"]),
    brand=st.sampled_from(["", "Shoes", "not"]),
    price=st.none() | st.sampled_from([0.5, 5.0, 10_000.0]),
    attributes=st.dictionaries(st.sampled_from(["ram", "colour"]), st.sampled_from(["5", "shoes"])),
    pincode=st.sampled_from(["", "560001", "560034"]),
)


@given(NAMES, TEXTS, ITEMS)
def test_any_text_is_a_test_that_survives_writing_and_compiles_or_is_refused(fact, text, item):
    try:
        test = read_cell(fact, text)
    except CellError as error:
        assert len(f"{error.message}{error.suggestion}") < 400
        return
    if test is None:
        return
    assert read_cell(fact, write_cell(test)) == test
    assert compile_condition(condition_of(fact, test)).matches(item) is holds(fact, test, item)
    assert compile_cell(fact, test)(item.folded) is holds(fact, test, item)


def holds(fact, test, item):
    """Judge by the value itself, as a person would."""
    value = find_value(item, fact)
    if isinstance(test, Presence):
        return (value is None) is test.missing
    if isinstance(test, OneOf) and test.negated:
        return not holds(fact, OneOf(test.values), item)
    if value is None:
        return False
    if isinstance(test, Between):
        number = value if isinstance(value, float | int) else read_number(value)
        return (
            number is not None
            and (test.low is None or number > test.low or (test.low_in and number == test.low))
            and (test.high is None or number < test.high or (test.high_in and number == test.high))
        )
    if isinstance(test, Contains):
        return test.text.casefold() in value.casefold()
    plain = value.casefold() if isinstance(value, str) else float(value)
    return plain in {each.casefold() if isinstance(each, str) else each for each in test.values}
