"""Rulebook documents: round trips, and every fault at once with its place."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.errors import Invalid
from qcportal.rules.document import digest, parse
from tests.rules.books import KINDS, check, document, documented_rulebook, rule

SLOT = {"key": "front", "title": "Front", "kind": "photo"}


def faults_of(value):
    with pytest.raises(Invalid) as refused:
        parse(value, kinds=KINDS)
    return {(fault.path, fault.code): fault for fault in refused.value.faults}


def test_the_documented_example_parses_and_its_canonical_form_is_a_fixed_point():
    book = parse(documented_rulebook(), kinds=KINDS)
    again = parse(json.loads(json.dumps(book.as_json())), kinds=KINDS)
    assert again == book
    assert again.as_json() == book.as_json()
    assert digest(again) == digest(book)
    assert [rule.id for rule in book.rules] == ["every-item", "phones", "frequent-returns"]


def test_the_digest_ignores_spelling_and_sees_content():
    plain = document(rule("one", check()))
    spelt_out = document(
        rule("one", check(required=True, help="", photos=[]), when="  ", photos=[])
    )
    other = document(rule("one", check(required=False)))
    assert digest(parse(plain, kinds=KINDS)) == digest(parse(spelt_out, kinds=KINDS))
    assert digest(parse(plain, kinds=KINDS)) != digest(parse(other, kinds=KINDS))


def test_all_faults_are_told_at_once():
    faults = faults_of(
        {
            "titel": "Book",
            "rules": [
                rule("one", check("Brand Match", type="imei-match"), when='categry == "x"'),
                rule("one", check(expected={"from": "attribute.imei"})),
                rule("two"),
            ],
        }
    )
    assert faults[("/titel", "unknown_key")].suggestion == "did you mean 'title'?"
    assert faults[("/title", "missing")]
    assert faults[("/rules/0/when", "condition")].suggestion == "did you mean 'category'?"
    assert "character 1" in faults[("/rules/0/when", "condition")].message
    assert faults[("/rules/0/checks/0/key", "bad_key")].suggestion == "did you mean 'brand-match'?"
    assert faults[("/rules/0/checks/0/type", "unknown_check_type")].suggestion == (
        "did you mean 'imei_match'?"
    )
    assert faults[("/rules/1/id", "duplicate_id")]
    assert faults[("/rules/1/checks/0/expected/from", "unknown_fact")]
    assert faults[("/rules/2", "asks_nothing")]


@pytest.mark.parametrize(
    ("check_parts", "place", "code"),
    [
        ({"expected": None}, "/expected", "missing"),
        ({"expected": "x"}, "/expected", "wrong_type"),
        ({"expected": {"value": "123"}}, "/expected/value", "unusable"),
        ({"expected": {"value": ["x"]}}, "/expected/value", "wrong_type"),
        ({"expected": {"from": "reference_images"}}, "/expected/from", "wrong_fact_type"),
        ({"expected": {"from": "colour"}}, "/expected/from", "unknown_fact"),
        ({"expected": {"from": 5}}, "/expected/from", "wrong_type"),
        ({"tolerance": 1}, "/tolerance", "not_for_this_type"),
        ({"type": "number", "tolerance": float("nan")}, "/tolerance", "out_of_range"),
        ({"type": "number", "tolerance": 10**400}, "/tolerance", "out_of_range"),
        ({"choices": ["a", "b"]}, "/choices", "not_for_this_type"),
        ({"type": "choice", "choices": ["a"]}, "/choices", "too_few"),
        ({"type": "choice"}, "/choices", "too_few"),
        ({"type": "choice", "choices": ["Red", "red."]}, "/choices", "duplicate_choice"),
        (
            {"type": "choice", "choices": ["a", "b"], "expected": {"value": "c"}},
            "/expected/value",
            "not_a_choice",
        ),
        ({"type": "photo_only", "expected": None}, "", "needs_photo"),
        ({"type": "photo_only", "photos": [SLOT]}, "/expected", "not_for_this_type"),
        ({"question": "x" * 501}, "/question", "too_long"),
        ({"question": "a\x00b"}, "/question", "bad_characters"),
        ({"question": "\ud800"}, "/question", "bad_characters"),
        ({"question": "  "}, "/question", "blank"),
        ({"question": 5}, "/question", "wrong_type"),
        ({"required": "yes"}, "/required", "wrong_type"),
        ({"reason_code": "SEAL_BROKE"}, "/reason_code", "unknown_reason_code"),
        ({"reference_images": ["ftp://x"]}, "/reference_images/0", "bad_url"),
        ({"reference_images": ["https://x/" + "a" * 20] * 11}, "/reference_images", "too_many"),
        ({"photos": [SLOT | {"kind": "foto"}]}, "/photos/0/kind", "unknown_capture_kind"),
        ({"photos": [SLOT | {"key": "Front"}]}, "/photos/0/key", "bad_key"),
        ({"photos": [SLOT | {"key": "q-front"}]}, "/photos/0/key", "reserved_key"),
        ({"photos": [SLOT | {"min_count": 11}]}, "/photos/0/min_count", "out_of_range"),
        ({"photos": [SLOT | {"min_count": True}]}, "/photos/0/min_count", "wrong_type"),
        ({"photos": {}}, "/photos", "wrong_type"),
        ({"a/b~c": 1}, "/a~1b~0c", "unknown_key"),
    ],
)
def test_a_faulty_check_is_refused_with_its_place(check_parts, place, code):
    faults = faults_of(document(rule("one", check(**check_parts))))
    assert (f"/rules/0/checks/0{place}", code) in faults


def test_a_check_key_may_be_shared_only_with_the_same_content():
    same = document(rule("a", check()), rule("b", check(required=False, photos=[SLOT])))
    assert len(parse(same, kinds=KINDS).rules) == 2
    other = document(rule("a", check()), rule("b", check(question="Another question?")))
    assert ("/rules/1/checks/0/key", "key_reused") in faults_of(other)
    twice = document(rule("a", check(), check()))
    assert ("/rules/0/checks/1/key", "duplicate_key") in faults_of(twice)


def test_photo_keys_must_mean_one_thing_and_leave_room_for_their_numbers():
    reused = document(rule("a", photos=[SLOT]), rule("b", photos=[SLOT | {"title": "Back"}]))
    assert ("/rules/1", "slot_reused") in faults_of(reused)
    numbered = SLOT | {"key": "front-2"}
    clash = document(rule("a", photos=[SLOT | {"min_count": 2}]), rule("b", photos=[numbered]))
    assert ("/rules/0", "slot_clash") in faults_of(clash)


@pytest.mark.parametrize("value", [None, [], "x", 5, {}, {"title": "x"}, {"title": 1, "rules": {}}])
def test_what_is_no_rulebook_is_refused(value):
    assert faults_of(value)


def test_conditions_are_bounded_together():
    rules = [rule(f"r-{number}", check(), when="price > 1".ljust(1999)) for number in range(51)]
    assert set(faults_of(document(*rules))) == {("/rules", "too_long")}


@pytest.mark.parametrize("when", ['name == "a\x00"', 'name == "\ud800"', 5, ["true"], "\x00"])
def test_a_condition_that_could_not_be_stored_is_refused(when):
    assert any(
        path == "/rules/0/when" for path, _ in faults_of(document(rule("a", check(), when=when)))
    )


def test_a_flood_of_faults_is_cut_off():
    assert len(faults_of({f"k{number}": 1 for number in range(5000)})) <= 200


def test_of_many_faulty_conditions_the_first_twenty_are_told():
    faults = faults_of(document(*(rule(f"r-{n}", check(), when="price >") for n in range(30))))
    assert sum(code == "condition" for _, code in faults) == 20


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=15,
)


@given(JSON)
def test_any_json_parses_or_is_invalid(value):
    with pytest.raises(Invalid) as refused:
        parse(value, kinds=KINDS)
    assert refused.value.faults


def places(value, path=()):
    yield path
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, below in inner:
            yield from places(below, (*path, key))


EXAMPLE = documented_rulebook()
PLACES = [path for path in places(EXAMPLE) if path]


@given(st.sampled_from(PLACES), JSON)
def test_the_example_with_one_place_spoilt_parses_or_is_invalid(path, junk):
    spoilt = copy.deepcopy(EXAMPLE)
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
