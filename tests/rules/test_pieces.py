"""Items of several pieces: each piece has its own checks and photos, up to twenty."""

from dataclasses import replace

import pytest

from qcportal.rules.checklist import Checklist
from qcportal.rules.compiler import compile_checklist
from tests.rules.books import PHONE, book, check, rule

FRONT = {"key": "front", "title": "Front", "kind": "photo"}
TAG = check("tag", type="yes_no", question="Is the tag on?", expected=None, per_unit=True)
COUNT = check("count", type="number", question="How many?", expected={"from": "quantity"})


def compiled(*rules, quantity=3, facts=PHONE):
    facts = replace(facts, quantity=quantity)
    return compile_checklist(book(*rules), facts, rulebook_version=1)


def test_a_check_per_unit_is_asked_of_each_piece_after_what_is_asked_once():
    checklist = compiled(rule("a", TAG | {"photos": [FRONT | {"min_count": 2}]}, COUNT)).checklist
    assert checklist.units == 3
    assert [(each.key, each.unit, each.slots) for each in checklist.checks] == [
        ("count", 0, ()),
        ("tag", 1, ("front", "front-2")),
        ("tag_2", 2, ("front_2", "front-2_2")),
        ("tag_3", 3, ("front_3", "front-2_3")),
    ]
    assert [(each.key, each.unit, each.check_key) for each in checklist.slots[:4]] == [
        ("front", 1, "tag"),
        ("front-2", 1, "tag"),
        ("front_2", 2, "tag_2"),
        ("front-2_2", 2, "tag_2"),
    ]
    assert checklist.slots[3].title == "Front (2 of 2), piece 2 of 3"
    assert Checklist.from_json(checklist.to_json()) == checklist


def test_a_photo_shared_with_a_check_that_is_asked_once_is_taken_of_each_piece():
    once = COUNT | {"photos": [FRONT]}
    checklist = compiled(rule("a", once, TAG | {"photos": [FRONT]}), quantity=2).checklist
    assert [(each.key, each.slots) for each in checklist.checks] == [
        ("count", ("front", "front_2")),
        ("tag", ("front",)),
        ("tag_2", ("front_2",)),
    ]
    assert [(each.key, each.check_key) for each in checklist.slots] == [
        ("front", "count"),
        ("front_2", "count"),
    ]


def test_a_visual_check_gets_its_photo_of_each_piece():
    bare = replace(PHONE, attributes={})
    result = compiled(rule("a", check(per_unit=True)), quantity=2, facts=bare)
    assert [(each.key, each.slots) for each in result.checklist.checks] == [
        ("imei", ("visual-imei",)),
        ("imei_2", ("visual-imei_2",)),
    ]
    assert [(each.key, each.unit, each.check_key) for each in result.checklist.slots] == [
        ("visual-imei", 1, "imei"),
        ("visual-imei_2", 2, "imei_2"),
    ]
    assert [(each.id, each.outcome, each.check_key) for each in result.outcomes] == [
        ("imei", "changed", "imei")
    ]


@pytest.mark.parametrize(("quantity", "units"), [(0, 1), (1, 1), (2, 2), (20, 20), (21, 1)])
def test_two_to_twenty_pieces_are_judged_one_by_one(quantity, units):
    checklist = compiled(rule("a", TAG), quantity=quantity).checklist
    assert checklist.units == units
    assert len(checklist.checks) == units
    assert {each.unit for each in checklist.checks} == (
        {0} if units == 1 else set(range(1, units + 1))
    )


def test_over_twenty_pieces_are_checked_once_and_the_outcome_says_so():
    result = compiled(rule("a", TAG, COUNT), quantity=21)
    assert [(each.id, each.outcome) for each in result.outcomes] == [
        ("tag", "changed"),
        ("count", "accepted"),
    ]
    assert "21 pieces" in result.outcomes[0].reason
    assert result.qc_scope == "partial"


def test_without_a_check_per_unit_an_item_of_three_is_judged_as_one():
    assert compiled(rule("a", COUNT)).checklist.units == 1
