"""A fact's values: one stands for all that tests cannot tell apart, and sets are what tests say."""

from hypothesis import given
from hypothesis import strategies as st

from qcportal.rules.analysis.space import item_of
from qcportal.rules.analysis.value_sets import values_of
from qcportal.rules.cells import Between, Contains, OneOf, Presence, condition_of, read_cell
from qcportal.rules.conditions import compile_condition

WORDS = ["shoes", "Shoes", "gift", "gift box", "box", "a", "8", "8.0", "16", "-2", "केस", "x y"]
NUMBERS = [0.0, 4.0, 4.5, 5.0, 9.99, 10.0, 10_000.0, 123456.25, -2.0]
presence = st.builds(Presence, st.booleans())
bands = st.builds(
    lambda ends, low_in, high_in: Between(min(ends), max(ends), low_in, high_in),
    st.tuples(st.sampled_from(NUMBERS), st.sampled_from(NUMBERS)).filter(lambda e: e[0] != e[1]),
    st.booleans(),
    st.booleans(),
) | st.builds(Between, st.sampled_from(NUMBERS), st.none(), st.booleans())


def one_of(values: list[object]) -> st.SearchStrategy[OneOf]:
    listed = st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True).map(tuple)
    return st.builds(OneOf, listed, st.booleans())


words = st.sampled_from(WORDS)
TESTS = {
    "price": presence | bands | one_of(NUMBERS),
    "quantity": bands | one_of([1.0, 2.0, 5.0]),
    "brand": presence | one_of(WORDS) | st.builds(Contains, words),
    "pincode": presence | one_of(["560001", "411014"]) | st.just(Between(560_000.0, 560_099.0)),
    "attributes.ram": presence | one_of(WORDS) | bands,
    "attributes.label": presence | one_of(WORDS) | st.builds(Contains, words),
}
SENT = {
    "price": st.none()
    | st.sampled_from([0.0, 3.0, 4.0, 4.2, 5.0, 9.99, 10.0, 99_999.0, 123456.25]),
    "quantity": st.integers(1, 7),
    "brand": st.none() | words | st.text("gift box a8", min_size=1).filter(str.strip),
    "pincode": st.none() | st.sampled_from(["560001", "560050", "411014", "999999"]),
    "attributes.ram": st.none() | words | st.sampled_from(["7", "8.00", "lots", "1e5", "₹ 10,000"]),
    "attributes.label": st.none() | words | st.text("gift box a8", min_size=1).filter(str.strip),
}
cases = st.sampled_from(sorted(TESTS)).flatmap(
    lambda fact: st.tuples(st.just(fact), st.lists(TESTS[fact], max_size=5), SENT[fact])
)


def passes(fact, test, value):
    return compile_condition(condition_of(fact, test)).matches(item_of({fact: value}))


@given(cases)
def test_a_set_holds_just_the_values_that_pass_the_test(case):
    fact, tests, _ = case
    values = values_of(fact, tests)
    for test in tests:
        found = values.find(test)
        if found is None:
            assert values.blind and isinstance(test, Contains)
            continue
        wanted = [passes(fact, test, value) for value in values.each]
        assert [bool(found >> n & 1) for n in range(len(values.each))] == wanted


@given(cases)
def test_for_each_value_that_can_be_sent_one_stands_that_passes_the_same_tests(case):
    fact, tests, sent = case
    values = values_of(fact, tests)
    told = [test for test in tests if values.find(test) is not None]
    wanted = [passes(fact, test, sent) for test in told]
    assert wanted in [[passes(fact, test, each) for test in told] for each in values.each]


def test_numbers_beside_the_ends_are_ones_that_people_would_name():
    values = values_of("price", [read_cell("price", ">= 10000"), read_cell("price", "< 500")])
    assert values.each == (490.0, 500.0, 1000.0, 10_000.0, 11_000.0, None)


def test_a_quantity_is_never_missing_and_never_less_than_one():
    values = values_of("quantity", [read_cell("quantity", "< 1")])
    assert values.find(read_cell("quantity", "< 1")) == 0
    assert None not in values.each


def test_paise_are_the_smallest_step_of_a_price():
    test = read_cell("price", "> 499.99 and < 500")
    assert values_of("price", [test]).find(test) == 0


def test_a_great_many_parts_of_texts_are_not_told_apart():
    tests = [Contains(f"part {number}") for number in range(20)]
    values = values_of("name", tests)
    assert values.blind
    assert values.find(tests[0]) is None
    assert len(values.each) < 10


def test_a_number_beside_an_attribute_is_spelt_as_no_test_spells_it():
    tests = [read_cell("attributes.ram", ">= 8"), read_cell("attributes.ram", "8")]
    values = values_of("attributes.ram", tests)
    at_least, spelt = (values.find(test) for test in tests)
    assert spelt and not spelt & ~at_least
    assert at_least & ~spelt
