"""The expression of a row taken apart: the parts together say what the whole says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.rules.analysis.expressions import (
    Leaf,
    Not,
    Together,
    Unclear,
    facts_of,
    leaves,
    read_expression,
)
from qcportal.rules.cells import Contains, OneOf, Presence, condition_of
from qcportal.rules.conditions import compile_condition
from qcportal.rules.facts import ItemFacts

simple = st.sampled_from(
    [
        "price >= 10", "price < 5", "5 < price", "price == 7", "price != 7", "mrp == null",
        'brand == "acme"', 'brand != "acme"', '"ac" in brand', 'brand in ["acme", "b"]',
        'brand not in ["acme"]', "brand != null", "quantity in [1, 2]", "attributes.ram > 4",
        'attributes.ram == "8"', '"acme" == brand', "price > mrp", "not price > 6",
    ]
)  # fmt: skip
conditions = st.recursive(
    simple,
    lambda below: st.one_of(
        st.builds("{} and {}".format, below, below),
        st.builds("{} or {}".format, below, below),
        st.builds("({})".format, below),
        st.builds("not ({})".format, below),
    ),
    max_leaves=6,
)
items = st.builds(
    ItemFacts,
    sku=st.just("s"),
    brand=st.sampled_from(["", "Acme", "b", "x"]),
    price=st.sampled_from([None, 4.0, 7.0, 12.0]),
    mrp=st.sampled_from([None, 6.0, 20.0]),
    quantity=st.sampled_from([1, 2, 3]),
    attributes=st.sampled_from([{}, {"ram": "8"}, {"ram": "16"}, {"ram": "x"}]),
)


def holds(part, item):
    """Work a part out by the conditions of its leaves."""
    if isinstance(part, Not):
        return not holds(part.part, item)
    if isinstance(part, Together):
        return (all if part.every else any)([holds(each, item) for each in part.parts])
    if isinstance(part, Unclear):
        return compile_condition(part.text).matches(item)
    known = item.folded.get(part.fact) is not None or not part.known_only
    return known and compile_condition(condition_of(part.fact, part.test)).matches(item)


@given(conditions, items)
def test_the_parts_hold_together_when_the_whole_does(text, item):
    assert holds(read_expression(text), item) == compile_condition(text).matches(item)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", Together((), every=True)),
        ('brand == "A"', Leaf("brand", OneOf(("A",)))),
        ("null == brand", Unclear("null == brand", ("brand",))),
        ("brand == null", Leaf("brand", Presence(missing=True))),
        ('"x" in name', Leaf("name", Contains("x"))),
        ("name in brand", Unclear("name in brand", ("name", "brand"))),
        (
            '"https://x" in reference_images',
            Unclear('"https://x" in reference_images', ("reference_images",)),
        ),
        ("true", Unclear("true")),
    ],
)
def test_what_is_simple_becomes_a_test_of_one_fact(text, part):
    assert read_expression(text) == part


def test_the_leaves_are_all_tests_of_single_facts():
    part = read_expression('not (price > 5 or brand == "a") and price > mrp')
    assert [leaf.fact for leaf in leaves(part)] == ["price", "brand"]
    assert facts_of(part) == {"price", "brand", "mrp"}
