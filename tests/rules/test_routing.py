"""Routes: photos only or no check by rule, and that nothing is dropped without a word."""

import pytest

from qcportal.rules.checklist import Because, Checklist
from qcportal.rules.compiler import compile_checklist
from tests.rules.books import PHONE, book, check, rule

FRONT = {"key": "front", "title": "Front", "kind": "photo"}
LOOK = check("look", type="photo_only", question="Clean?", expected=None, photos=[FRONT])
WRONG = rule("wrong", title="Wrong item sent", cells={"return_reason": "damaged"}, qc="photos_only")
NONE = rule("gift", title="Gifts", when='"galaxy" in name', qc="none")
ASKING = rule("all", check(), LOOK, photos=[FRONT | {"key": "box", "title": "Box"}])
QUESTION = {"id": "Q1", "question": "Is it blue?"}


def compiled(*rules, questions=(), facts=PHONE):
    return compile_checklist(book(*rules), facts, rulebook_version=1, questions=questions)


def test_a_route_to_photos_makes_every_check_a_visual_one_and_says_by_which_row():
    result = compiled(ASKING, WRONG)
    assert [(each.key, each.type, each.expected) for each in result.checklist.checks] == [
        ("imei", "photo_only", None),
        ("look", "photo_only", None),
    ]
    assert result.checklist.checks[0].slots == ("visual-imei",)
    assert result.checklist.qc == "photos_only"
    assert result.checklist.routed_by == Because(
        "wrong", "Wrong item sent", 'return_reason == "damaged"'
    )
    assert [(each.id, each.outcome) for each in result.outcomes] == [
        ("imei", "changed"),
        ("look", "accepted"),
    ]
    assert "“Wrong item sent” asks for photos only" in result.outcomes[0].reason
    assert (result.qc_scope, result.is_kept) == ("full", True)


def test_a_route_to_no_check_asks_nothing_and_names_everything_it_drops():
    result = compiled(ASKING, WRONG, NONE, questions=[QUESTION])
    assert (result.checklist.checks, result.checklist.slots) == ((), ())
    assert result.checklist.qc == "none"
    assert result.checklist.routed_by.title == "Gifts"
    assert [(each.id, each.outcome, each.check_key) for each in result.outcomes] == [
        ("imei", "rejected", None),
        ("look", "rejected", None),
        ("box", "rejected", None),
        ("Q1", "rejected", None),
    ]
    assert all("“Gifts”" in each.reason for each in result.outcomes)
    assert (result.qc_scope, result.checklist.asks, result.is_honoured) == ("none", False, False)


@pytest.mark.parametrize("route", ["photos_only", "none"])
def test_a_route_that_a_question_of_the_merchant_gives_way_to_is_not_as_wanted(route):
    routing = rule("route", qc=route)
    assert compiled(ASKING, routing).is_honoured is True
    assert compiled(ASKING, routing, questions=[QUESTION]).is_honoured is False


def test_an_item_that_no_row_fits_is_not_honoured():
    assert compiled(rule("a", check(), when="price < 1")).is_honoured is False


def test_the_strongest_route_wins_whatever_the_order_and_the_first_gives_the_reason():
    first, second = rule("a", qc="none"), rule("b", qc="none")
    assert compiled(WRONG, first, second).checklist.routed_by.rule_id == "a"
    assert compiled(second, first, WRONG).checklist.routed_by.rule_id == "b"


def test_an_item_that_no_row_fits_is_told_so():
    for rules, words in [
        ([rule("a", check(), when='brand == "nokia"')], "No row of the rulebook fits"),
        ([NONE], "“Gifts” lets this item go without a check"),
    ]:
        (outcome,) = compiled(*rules).outcomes
        assert (outcome.outcome, outcome.check_key) == ("rejected", None)
        assert words in outcome.reason


def test_a_routed_checklist_is_stored_and_read_back_whole():
    checklist = compiled(ASKING, WRONG).checklist
    assert Checklist.from_json(checklist.to_json()) == checklist
