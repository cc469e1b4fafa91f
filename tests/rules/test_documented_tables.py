"""The documented example with tables asks, routes and decides as its page says."""

from dataclasses import replace

import pytest

from qcportal.rules.compiler import compile_checklist
from qcportal.rules.document import digest, parse
from qcportal.rules.facts import ItemFacts
from qcportal.rules.verdict import Answer, judge
from tests.rules.books import IMEI, KINDS, documented_rulebook
from tests.world import World, a_return, an_item

DOCUMENT = documented_rulebook("A full example with tables")
SHIRT = ItemFacts(
    sku="SH",
    category="T-Shirts",
    brand="Acme",
    price=3500,
    quantity=3,
    attributes={"Colour": "Neela"},
)
PHONE = ItemFacts(sku="PH", category="mobile phones", price=9000, attributes={"imei": IMEI})


def compiled(facts):
    return compile_checklist(parse(DOCUMENT, kinds=KINDS), facts, rulebook_version=1)


def answers(checklist, **values):
    """Answer every check with its right value, those named here with another."""
    given = []
    for check in checklist.checks:
        value = values.get(check.key.replace("-", "_"), check.expected)
        given.append(Answer(check.key, "match", value))
    return given


def test_a_costly_shirt_is_asked_piece_by_piece():
    checklist = compiled(SHIRT).checklist
    assert checklist.units == 3
    assert [each.key for each in checklist.checks] == [
        "right-product", "tag", "colour", "washed", "tag_2", "colour_2", "washed_2", "tag_3",
        "colour_3", "washed_3",
    ]  # fmt: skip
    assert checklist.checks[2].also == ("blue", "नीला")
    assert [each.name for each in checklist.rows] == [
        "Row 1 of “Shirts”", "Row 2 of “Shirts”", "Row 1 of “Every item”",
    ]  # fmt: skip


def test_two_of_three_shirts_pass():
    checklist = compiled(SHIRT).checklist
    verdict = judge(checklist, answers(checklist, washed_2="Worn", colour_3="नीला"))
    assert verdict.result == "partially_passed"
    assert [each.result for each in verdict.units] == ["pass", "fail", "pass"]
    assert "The shirt was used" in verdict.units[1].because


def test_the_first_row_that_fits_decides():
    checklist = compiled(SHIRT).checklist
    verdict = judge(checklist, answers(checklist, tag="no", tag_2="no", tag_3="no"))
    assert verdict.result == "needs_review"
    assert "The tag is gone, but the shirt looks new" in verdict.because


@pytest.mark.parametrize(
    ("parts", "units", "checks"),
    [
        ({"price": 500.0}, 3, 7),
        ({"brand": "plain & co"}, 3, 7),
        ({"brand": ""}, 3, 10),
        ({"category": "bags"}, 1, 1),
        ({"quantity": 1}, 1, 4),
    ],
)
def test_cells_and_categories_say_who_is_asked_more(parts, units, checks):
    checklist = compiled(replace(SHIRT, **parts)).checklist
    assert (checklist.units, len(checklist.checks)) == (units, checks)


def test_a_phones_imei_is_masked():
    checklist = compiled(PHONE).checklist
    assert [each.last_digits for each in checklist.checks] == [0, 5]
    assert judge(checklist, answers(checklist, imei=IMEI[-5:])).result == "pass"
    assert judge(checklist, answers(checklist, imei="00000")).result == "fail"


@pytest.mark.parametrize(
    ("parts", "qc", "by"),
    [
        ({"return_reason": "Damaged in transit"}, "photos_only", "We sent the wrong item"),
        ({"price": 0.0, "return_reason": "wrong item sent"}, "none", "Free gifts"),
    ],
)
def test_mistakes_are_photographed_and_gifts_are_not_checked(parts, qc, by):
    result = compiled(ItemFacts(sku="SH", category="shirts", **parts))
    assert (result.checklist.qc, result.checklist.routed_by.title) == (qc, by)
    assert {check.type for check in result.checklist.checks} <= {"photo_only"}
    assert result.is_honoured


def test_it_is_published_as_it_stands(world: World):
    answer = world.partner("POST", "/rulebooks", {"document": DOCUMENT})
    assert answer.status_code == 201, answer.get_json()
    assert answer.get_json()["digest"] == digest(parse(DOCUMENT, kinds=KINDS))
    item = an_item(category="kurtas", price=4000, quantity=2, attributes={"colour": "नीला"})
    made = world.partner("POST", "/returns", a_return(items=[item], on_partial="reject"))
    assert made.status_code == 201, made.get_json()
    rvp = made.get_json()["return"]
    assert {"tag", "tag_2", "overview"} <= world.photo_rows(rvp["return_id"]).keys()
