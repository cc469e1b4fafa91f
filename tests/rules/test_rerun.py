"""What a draft would have made of an item of the past, from its checklist and its answers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.rules.asked import NOTHING, read_asked
from qcportal.rules.checklist import Checklist
from qcportal.rules.compiler import compile_checklist
from qcportal.rules.document import parse
from qcportal.rules.facts import ItemFacts
from qcportal.rules.rerun import Past, Rerunner, facts_filled_in, facts_tested, return_outcome
from qcportal.rules.tally import Tally, kind_of
from qcportal.rules.verdict import Answer, judge
from tests.rules.books import PHONE, book, check, document, rule

SHIRT = ItemFacts(sku="S", category="Shirts", quantity=3, attributes={"colour": "red"})


def yes_no(key, **parts):
    return {"key": key, "type": "yes_no", "question": f"{key}?"} | parts


def past(of, facts, *answers, questions=()):
    """Give what is stored of an item that was asked by the book `of` and answered so."""
    checklist = compile_checklist(of, facts, rulebook_version=4, questions=questions).checklist
    verdict = judge(checklist, answers).result if answers else None
    return Past(read_asked(Checklist.from_json(checklist.to_json())), answers, verdict)


def yes(key, value="yes"):
    return Answer(key, "match" if value == "yes" else "mismatch", value)


def book_with(*rules, **parts):
    return parse(document(*rules) | parts, kinds=["photo"])


OLD = book(rule("one", yes_no("tag"), yes_no("box")))
PASSED = past(OLD, PHONE, yes("tag"), yes("box"))


def rerun(of, facts, was):
    return Rerunner(of).rerun(facts, was)


def test_the_same_book_changes_nothing():
    found = rerun(OLD, PHONE, PASSED)
    assert found.same_checklist
    assert (found.rules, found.before, found.after) == (("one",), "pass", "pass")


def test_another_title_or_id_of_a_row_changes_no_checklist():
    other = book(rule("two", yes_no("tag"), yes_no("box"), title="Another"))
    assert rerun(other, PHONE, PASSED).same_checklist


def test_a_check_that_only_the_draft_asks_was_never_asked():
    draft = book(rule("one", yes_no("tag"), yes_no("box"), yes_no("seal")))
    found = rerun(draft, PHONE, PASSED)
    assert (found.added, found.removed, found.changed) == (("seal",), (), ())
    assert (found.before, found.after) == ("pass", "never_asked")


def test_a_new_check_hides_no_verdict_that_the_old_answers_make():
    failed = past(OLD, PHONE, yes("tag", "no"), yes("box"))
    draft = book(rule("one", yes_no("tag"), yes_no("box"), yes_no("seal")))
    assert rerun(draft, PHONE, failed).after == "fail"
    unchecked = past(OLD, PHONE, Answer("tag", "not_checked"), yes("box"))
    assert rerun(draft, PHONE, unchecked).after == "needs_review"


def test_advice_that_was_never_asked_needs_no_look():
    draft = book(rule("one", yes_no("tag"), yes_no("box"), yes_no("seal", required=False)))
    assert rerun(draft, PHONE, PASSED).after == "pass"


def test_a_check_that_the_draft_drops_decides_no_more():
    failed = past(OLD, PHONE, yes("tag"), yes("box", "no"))
    found = rerun(book(rule("one", yes_no("tag"))), PHONE, failed)
    assert (found.removed, found.before, found.after) == (("box",), "fail", "pass")


@pytest.mark.parametrize(
    "parts", [{"required": False}, {"expected": {"value": "no"}}, {"question": "Is it?"}]
)
def test_a_check_asked_otherwise_is_changed(parts):
    draft = book(rule("one", yes_no("tag", **parts), yes_no("box")))
    assert rerun(draft, PHONE, PASSED).changed == ("tag",)


def test_another_right_answer_changes_the_verdict():
    draft = book(rule("one", yes_no("tag", expected={"value": "no"}), yes_no("box")))
    assert rerun(draft, PHONE, PASSED).after == "fail"


def test_rows_of_what_answers_mean_are_tried_though_the_same_is_asked():
    rows = {"decisions": [{"id": "d", "answers": {"tag": "yes"}, "verdict": "fail", "say": "x"}]}
    draft = book_with(rule("one", yes_no("tag"), yes_no("box")), **rows)
    found = rerun(draft, PHONE, PASSED)
    assert found.same_checklist
    assert (found.before, found.after) == ("pass", "fail")


def test_synonyms_are_tried_though_the_same_is_asked():
    colour = {"key": "c", "type": "text_match", "question": "Colour?"}
    asks = rule("one", colour | {"expected": {"from": "attributes.colour"}})
    odd = past(book(asks), SHIRT, Answer("c", None, "crimson"))
    draft = book_with(asks, synonyms={"colours": [["red", "crimson"]]})
    found = rerun(draft, SHIRT, odd)
    assert (found.same_checklist, found.before, found.after) == (True, "fail", "pass")


def test_an_item_that_the_draft_sends_to_no_check_is_asked_nothing():
    draft = book(rule("one", qc="none"))
    found = rerun(draft, PHONE, PASSED)
    assert (found.removed, found.after) == (("tag", "box"), "nothing_asked")


def test_an_item_that_was_not_inspected_has_no_verdict():
    found = rerun(book(rule("one", yes_no("seal"))), PHONE, past(OLD, PHONE))
    assert (found.added, found.before, found.after) == (("seal",), None, None)


def test_an_item_without_a_checklist_was_asked_nothing():
    assert rerun(OLD, PHONE, Past(NOTHING)).added == ("tag", "box")


def test_the_merchants_own_questions_stay_as_they_were_asked():
    questions = [{"id": "lid", "question": "Is the lid there?", "photo": True}]
    was = past(OLD, PHONE, yes("tag"), yes("box"), yes("q-lid", "no"), questions=questions)
    found = rerun(book(rule("one", yes_no("tag"))), PHONE, was)
    assert (found.removed, found.photos_removed) == (("box",), 0)
    assert (found.before, found.after) == ("fail", "fail")


def test_photos_are_counted():
    front = {"key": "front", "title": "Front", "kind": "photo"}
    draft = book(rule("one", yes_no("tag"), yes_no("box"), photos=[front | {"min_count": 2}]))
    found = rerun(draft, PHONE, PASSED)
    assert (found.photos_added, found.photos_removed, found.same_checklist) == (2, 0, False)
    assert found.after == "pass"


def test_pieces_are_judged_one_by_one_by_the_answers_that_are_there():
    by_piece = book(rule("one", yes_no("tag", per_unit=True)))
    was = past(by_piece, SHIRT, yes("tag"), yes("tag_2"), yes("tag_3", "no"))
    assert was.verdict == "partially_passed"
    assert rerun(book(rule("one", yes_no("tag"))), SHIRT, was).removed == ("tag_2", "tag_3")
    softer = book(rule("one", yes_no("tag", per_unit=True, required=False)))
    found = rerun(softer, SHIRT, was)
    assert (found.changed, found.after) == (("tag", "tag_2", "tag_3"), "pass")


def test_the_end_of_a_masked_value_stays_comparable_when_the_draft_asks_for_all_of_it():
    masked = book(rule("one", check(last_digits=4)))
    was = past(masked, PHONE, Answer("imei", None, "3809"))
    found = rerun(book(rule("one", check())), PHONE, was)
    assert (was.verdict, found.changed, found.after) == ("pass", ("imei",), "pass")


def test_a_result_that_only_the_old_check_could_do_without_counts_as_not_given():
    number = {"key": "n", "type": "number", "question": "How many?"}
    asks = rule("one", number | {"expected": {"from": "quantity"}}, yes_no("tag"))
    was = past(book(asks), SHIRT, Answer("n", None, "3"), yes("tag"))
    draft = book(rule("one", number | {"expected": {"from": "attributes.count"}}, yes_no("tag")))
    assert rerun(draft, SHIRT, was).after == "needs_review"


@pytest.mark.parametrize(
    ("items", "whole"),
    [
        (["pass", "pass"], "passed"),
        (["pass", "fail"], "partially_passed"),
        (["partially_passed"], "partially_passed"),
        (["fail", "nothing_asked"], "failed"),
        (["nothing_asked"], "not_required"),
        (["not_inspected"], "pending"),
        (["never_asked", "pass"], "never_asked"),
        (["never_asked", "needs_review"], "needs_review"),
        (["fail", "not_inspected"], "needs_review"),
    ],
)
def test_a_return_comes_out_as_its_items_do(items, whole):
    assert return_outcome(items) == whole


facts = st.builds(
    ItemFacts,
    sku=st.sampled_from(["a", "b"]),
    brand=st.sampled_from(["", "Acme", "ACME "]),
    category=st.sampled_from(["Shoes", "Bags"]),
    price=st.sampled_from([None, 5.0, 500.0]),
    quantity=st.integers(1, 3),
    attributes=st.dictionaries(
        st.sampled_from(["Colour", "colour", "Size"]), st.sampled_from(["red", "9"])
    ),
)


@given(st.lists(facts, max_size=8))
def test_what_was_kept_of_other_items_changes_no_result(items):
    colour = {"key": "c", "type": "text_match", "question": "Colour?"}
    draft = book(
        rule("a", yes_no("tag", per_unit=True), cells={"price": ">= 100"}),
        rule("b", colour | {"expected": {"from": "attributes.colour"}}, when='brand == "acme"'),
    )
    kept = Rerunner(draft)
    for item in items:
        was = past(OLD, item, yes("tag"), yes("box"))
        assert kept.rerun(item, was) == Rerunner(draft).rerun(item, was)


def test_the_facts_that_a_book_depends_on_are_named():
    draft = book(
        rule("a", check(), cells={"price": ">= 100"}, when="mrp > 5 or city == null"),
        rule("b", yes_no("x", reference_images={"from": "reference_images"})),
    )
    assert facts_tested(draft) | facts_filled_in(draft) == {
        "attributes.imei", "category", "city", "mrp", "price", "quantity", "reference_images",
    }  # fmt: skip


def test_a_tally_goes_on_from_what_it_gave():
    draft = book(
        rule("one", yes_no("tag"), yes_no("seal")), rule("idle", yes_no("x"), when="price < 0")
    )
    found = rerun(draft, PHONE, PASSED)
    whole, first = Tally(draft), Tally(draft)
    for number in range(4):
        whole.add(str(number), f"A{number}", [found, replace(found, after="fail")])
    for number in range(2):
        first.add(str(number), f"A{number}", [found, replace(found, after="fail")])
    second = Tally(draft, first.as_json())
    for number in range(2, 4):
        second.add(str(number), f"A{number}", [found, replace(found, after="fail")])
    assert second.as_json() == whole.as_json()


def test_a_tally_counts_returns_items_rows_and_questions():
    draft = book(
        rule("one", yes_no("tag"), yes_no("seal")), rule("idle", yes_no("x"), when="price < 0")
    )
    tally = Tally(draft)
    tally.add("1", "AWB1", [rerun(draft, PHONE, PASSED)])
    tally.add("2", "AWB2", [rerun(draft, PHONE, past(draft, PHONE))])
    told = tally.as_json()
    assert told["returns"] == 2
    assert told["counts"] == {
        "items": 2, "checklists_differ": 1, "checklists_same": 1, "photos_added": 0,
        "photos_removed": 0, "returns_asked_otherwise": 1, "inspected": 1, "verdicts_differ": 1,
    }  # fmt: skip
    assert told["verdicts"] == {"passed": {"never_asked": 1}}
    assert told["rows"] == {"one": 2, "idle": 0}
    assert told["checks"] == {
        "seal": {"question": "seal?", "added": 1, "removed": 0, "changed": 0},
        "box": {"question": "box?", "added": 0, "removed": 1, "changed": 0},
    }
    kind = kind_of("passed", "never_asked")
    assert told["examples"] == {"checklists": [["1", "AWB1"]], kind: [["1", "AWB1"]]}


def test_examples_of_a_kind_are_bounded():
    draft = book(rule("one", yes_no("seal")))
    tally, found = Tally(draft), rerun(draft, PHONE, PASSED)
    for number in range(250):
        tally.add(str(number), "AWB", [found])
    told = tally.as_json()
    assert [len(each) for each in told["examples"].values()] == [200, 200]
    assert told["counts"]["returns_asked_otherwise"] == 250
