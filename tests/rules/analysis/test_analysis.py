"""What stands out in a book: said where it is so, in words, and not where it is not."""

from dataclasses import replace

import pytest

from qcportal.rules.analysis import analyse
from qcportal.rules.book import Rule, RulebookDocument
from qcportal.rules.document import parse

TABLES = [
    {"key": "shoes", "title": "Shoes", "categories": ["Shoes", "Sandals"]},
    {"key": "bags", "title": "Bags", "categories": ["Bags"]},
]


def yes_no(key, **parts):
    return {"key": key, "type": "yes_no", "question": f"Is the {key} there?"} | parts


def row(name, *checks, **parts):
    plain = {"id": name, "title": name, "table": "shoes"} | parts
    return plain | ({"checks": [yes_no(check) for check in checks]} if checks else {})


def decision(name, verdict="fail", say="Because.", table="shoes", **answers):
    return {"id": name, "table": table, "answers": answers, "verdict": verdict, "say": say}


ALWAYS = row("always", "tag", "box", "sole")


def found(rules, decisions=(), kind=None, tables=TABLES):
    document = {"title": "B", "tables": tables, "rules": rules, "decisions": list(decisions)}
    findings = analyse(parse(document, kinds=["photo"]))
    return [each for each in findings if kind in (None, each.kind)]


def test_a_book_in_order_has_nothing_to_say_of():
    decisions = [decision("d1", tag="no"), decision("d2", "pass", "", tag="any")]
    tables = TABLES[:1]
    assert found([ALWAYS], decisions, tables=tables) == []


@pytest.mark.parametrize(
    ("parts", "cell", "words"),
    [
        ({"cells": {"category": "belts"}}, "category", "“Shoes” is for Shoes and Sandals only"),
        ({"cells": {"quantity": "< 1"}}, "quantity", "No item has a quantity that passes “< 1”"),
        ({"cells": {"price": ">= 10"}, "when": "price < 5"}, "when", "Its expression rules out"),
        ({"when": "price > 9 and (price < 5 or price == null)"}, "when", "rules out"),
        ({"when": 'category == "belts"'}, "when", "Its expression rules out"),
    ],
)
def test_a_row_that_no_item_can_fit_is_never_used(parts, cell, words):
    (never,) = found([ALWAYS, row("odd", "tag", **parts)], kind="never")
    assert (never.rows, never.table, never.cell, never.severity) == (
        ("odd",), "shoes", cell, "warning",
    )  # fmt: skip
    assert never.says.startswith("Row 2 can never be used.") and words in never.says


def test_an_expression_can_contradict_itself():
    odd = row("odd", "tag", table="", when="price > mrp and mrp < 5 and mrp > 9")
    (never,) = found([ALWAYS, odd], kind="never")
    assert "contradicts itself" in never.says


@pytest.mark.parametrize("when", ["price > mrp", "price > mrp or price < 5", "not price > mrp"])
def test_nothing_is_claimed_of_an_expression_that_compares_two_facts(when):
    assert found([ALWAYS, row("odd", "tag", when=when)]) == []


def test_rows_whose_items_are_all_sent_to_no_check_ask_nothing():
    route = row("fault", table="", qc="none", cells={"return_reason": "wrong item, damaged"})
    asks = row("asks", "tag", cells={"return_reason": "damaged"})
    (shadowed,) = found([ALWAYS, route, asks], kind="shadowed")
    assert shadowed.rows == ("asks", "fault")
    assert shadowed.says.startswith("Row 2 never asks anything. Row 1 of “Every item” sends every")


def test_two_rows_together_can_send_all_items_of_a_third_to_no_check():
    routes = [
        row("cheap", qc="none", cells={"price": "< 500"}),
        row("dear", qc="none", cells={"price": ">= 400"}),
        row("unpriced", qc="none", cells={"price": "missing"}),
    ]
    asks = row("asks", "tag", cells={"price": "known"})
    shadowed = found([*routes, asks, row("all", "box")], kind="shadowed")
    assert [each.rows for each in shadowed] == [
        ("asks", "cheap", "dear"),
        ("all", "cheap", "dear", "unpriced"),
    ]
    assert "Rows 1 and 2 together send every item" in shadowed[0].says


def test_items_of_a_table_that_get_no_check_are_shown_by_one():
    rows = [row("a", "tag", cells={"price": ">= 500"}), row("b", "tag", cells={"price": "< 400"})]
    (missing,) = found(rows, kind="missing", tables=TABLES[:1])
    assert dict(missing.sample) == {"category": "Shoes", "price": "400"}
    assert "such as one with category Shoes, price 400." in missing.says


def test_an_item_without_a_price_is_a_case_too():
    rows = [row("a", "tag", cells={"price": ">= 500"}), row("b", "tag", cells={"price": "< 500"})]
    (missing,) = found(rows, kind="missing", tables=TABLES[:1])
    assert dict(missing.sample) == {"category": "Shoes", "price": ""}
    assert "category Shoes, no price." in missing.says


def test_a_table_that_is_asked_by_every_item_or_sent_to_no_check_misses_nothing():
    for other in (row("all", "tag", table=""), row("all", table="", qc="none")):
        assert found([other, row("a", "box", cells={"price": "< 5"})], kind="missing") == []


def test_no_case_is_called_missing_that_an_unclear_row_asks():
    rows = [row("a", "tag", cells={"price": ">= 500"}), row("b", "tag", when="price != mrp")]
    assert found(rows, kind="missing", tables=TABLES[:1]) == []
    rows[1]["when"] = "price != price"
    (missing,) = found(rows, kind="missing", tables=TABLES[:1])
    assert dict(missing.sample)["price"] == "490"


def test_a_row_that_asks_and_says_no_check_contradicts_itself():
    (odd,) = found([ALWAYS, row("odd", "tag", qc="none", cells={"price": "< 5"})])[:1]
    assert (odd.kind, odd.severity, odd.cell) == ("contradiction", "warning", "qc")


def test_a_check_required_in_one_row_and_advice_in_another_is_noted_with_an_item():
    advice = row("advice", cells={"brand": "Acme"}) | {"checks": [yes_no("tag", required=False)]}
    strict = row("strict", "tag", cells={"price": "> 900"})
    (note,) = found([row("all", "box"), advice, strict])
    assert (note.kind, note.severity, note.rows) == ("contradiction", "note", ("strict", "advice"))
    assert dict(note.sample) == {"category": "Shoes", "brand": "Acme", "price": "910"}
    assert note.says.startswith("Row 3 requires “Is the tag there?” and row 2 asks it as advice")


def test_rows_for_different_items_do_not_contradict_each_other():
    advice = row("advice", cells={"price": "< 500"}) | {"checks": [yes_no("tag", required=False)]}
    strict = row("strict", "tag", cells={"price": ">= 500"})
    assert found([row("all", "box"), advice, strict]) == []


def test_a_route_names_the_rows_that_lose_by_it():
    route = row("route", table="", qc="photos_only", cells={"price": "< 300"})
    dear = row("dear", "box", cells={"price": ">= 300"})
    (note,) = found([ALWAYS, route, dear])
    assert (note.severity, note.rows) == ("note", ("route", "always"))
    assert "row 1 of “Shoes” asks something of some of them" in note.says


def test_a_category_of_two_tables_is_said():
    tables = [TABLES[0], TABLES[1] | {"categories": ["Bags", "SANDALS"]}]
    (shared,) = found([ALWAYS, row("b", "tag", table="bags")], tables=tables)
    assert (shared.kind, shared.table, shared.cell) == ("contradiction", "bags", "categories")
    assert "“Shoes” and “Bags” are both for the category SANDALS" in shared.says


def test_a_decision_below_one_that_takes_its_cases_never_decides():
    decisions = [decision("d1", tag="no"), decision("d2", tag="no", box="no")]
    (shadowed,) = found([ALWAYS], decisions, "shadowed")
    assert shadowed.rows == ("d2", "d1")
    assert shadowed.says == (
        "Row 2 can never decide. Row 1 already decides every case that fits row 2. "
        "Delete row 2, or move it above row 1."
    )


def test_several_decisions_together_can_take_all_cases_of_one():
    decisions = [
        decision("d1", tag="no, not checked"),
        decision("d2", sole="no"),
        decision("d3", tag="yes, not applicable"),
        decision("d4", "pass", box="yes"),
    ]
    (shadowed,) = found([ALWAYS], decisions, "shadowed")
    assert shadowed.rows == ("d4", "d1", "d3")
    assert "Rows 1 and 3 already together decide every case" in shadowed.says


def test_a_row_about_a_check_that_not_every_item_is_asked_hides_no_other_row():
    some = row("some", "seal", cells={"price": "> 900"})
    decisions = [
        decision("d1", seal="yes, no, not checked, not applicable"),
        decision("d2", "pass", tag="yes"),
    ]
    assert found([ALWAYS, some], decisions, "shadowed") == []


def test_a_check_that_may_turn_visual_keeps_a_row_below_alive():
    size = {"key": "size", "type": "text_match", "question": "Size?"}
    rules = [row("size") | {"checks": [size | {"expected": {"from": "attributes.size"}}]}]
    decisions = [
        decision("d1", size="not 9"),
        decision("d2", size="9"),
        decision("d3", size="match"),
    ]
    assert found(rules, decisions, "shadowed") == []
    rules[0]["checks"] = [size | {"expected": {"value": "9"}}]
    assert [each.rows[0] for each in found(rules, decisions, "shadowed")] == ["d3"]


def test_a_decision_about_a_check_that_its_table_does_not_ask_never_decides():
    bags = row("bags", "zip", table="bags")
    (never,) = found([ALWAYS, bags], [decision("d1", zip="no")], "never")
    assert (never.part, never.rows, never.cell) == ("decisions", ("d1",), "zip")


def test_a_verdict_without_a_word_to_the_merchant_is_said():
    decisions = [
        decision("d1", say="", tag="no"),
        decision("d2", "needs_review", " ", box="no"),
        decision("d3", "pass", "", sole="yes"),
    ]
    silent = found([ALWAYS], decisions, "silent")
    assert [(each.rows, each.cell) for each in silent] == [(("d1",), "say"), (("d2",), "say")]


def test_answers_that_fit_no_row_are_a_note_that_tells_what_holds():
    decisions = [decision("d1", tag="yes"), decision("d2", tag="not checked")]
    (missing,) = found([ALWAYS], decisions, "missing")
    assert (missing.severity, missing.part, missing.sample) == (
        "note", "decisions", (("tag", "“no”"),),
    )  # fmt: skip
    assert "it fails such an item" in missing.says


def test_what_the_rows_of_every_item_decide_is_not_missing():
    decisions = [decision("d1", tag="yes"), decision("d2", table="")]
    assert found([ALWAYS], decisions, "missing") == []


def test_part_of_a_faulty_draft_is_analysed_and_nothing_false_is_said_of_the_rest():
    rules = (
        Rule("a", "A", cells={"price": "cheap"}, checks=()),
        Rule("b", "B", when="price >", cells={"quantity": "< 1"}),
        Rule("", "", qc="none", cells={"nonsense": "x"}),
    )
    findings = analyse(RulebookDocument("B", rules))
    assert [(each.kind, each.rows) for each in findings] == [("never", ("b",))]


def test_too_many_combinations_are_said_and_not_tried():
    number = {"type": "number", "question": "How many?", "expected": {"from": "quantity"}}
    rules = [row("n") | {"checks": [number | {"key": f"n{place}"} for place in range(3)]}]
    decisions = [
        decision(f"d{place}", **{f"n{key}": f"{place}..{place * 3 + key}" for key in range(3)})
        for place in range(1, 300)
    ]
    assert [each.kind for each in found(rules, decisions)] == ["unchecked"]


def test_a_book_says_the_same_twice_and_at_most_so_much():
    rows = [row(f"r{number}", "tag", cells={"quantity": "< 1"}) for number in range(300)]
    document = {"title": "B", "tables": TABLES, "rules": rows}
    book = parse(document, kinds=["photo"])
    assert len(analyse(book)) == 200
    assert analyse(book) == analyse(replace(book))
