"""Rows of what answers mean: the first that fits decides, for each piece."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.rules.checklist import Because, Check, Checklist, Row
from qcportal.rules.verdict import CHECK_RESULTS, Answer, ItemVerdict, judge, return_verdict

RULE = Because("shirts", "Shirts go back with their tag", "")
TAG = Check("tag", "yes_no", "Is the tag on?", expected="yes", because=(RULE,), unit=1)
COLOUR = Check("colour", "choice", "Which colour?", expected="Red", choices=("Red", "Blue"))
COUNT = Check("buttons", "number", "How many buttons?", required=False, expected=7.0)
ALL = (replace(TAG, unit=0), COLOUR, COUNT)


def judged(rows, *answers, checks=ALL, units=1):
    return judge(
        Checklist(1, checks, rows=tuple(rows), units=units), [Answer(*each) for each in answers]
    )


GOOD = (("tag", "match", "yes"), ("colour", "match", "Red"), ("buttons", "match", "7"))


def row(name, verdict, say="", **answers):
    return Row(name, verdict, say, tuple(answers.items()))


def test_the_first_row_that_fits_decides_and_is_named_with_what_it_says():
    rows = [
        row("Shirts, row 1", "fail", colour="blue", tag="no"),
        row("Shirts, row 2", "needs_review", "Ask the shop about blue ones", colour="blue"),
        row("Shirts, row 3", "fail", colour="blue"),
    ]
    verdict = judged(rows, GOOD[0], ("colour", "mismatch", "Blue"), GOOD[2])
    assert verdict.result == "needs_review"
    assert verdict.brief == "Ask the shop about blue ones"
    assert verdict.because == (
        "Sent for a look by Shirts, row 2: Ask the shop about blue ones. “Which colour?” "
        "Found “Blue”, expected “Red”, compared without regard to case, spaces, punctuation and "
        "accents."
    )


def test_where_no_row_fits_the_required_checks_decide():
    rows = [row("row 1", "pass", colour="blue", tag="yes"), row("row 2", "fail", buttons="< 5")]
    assert judged(rows, *GOOD).result == "pass"
    assert judged(rows, ("tag", "mismatch", "no"), *GOOD[1:]).result == "fail"
    assert judged(rows, *GOOD[:2], ("buttons", "mismatch", "4")).result == "fail"


def test_a_row_can_pass_over_a_mismatch_but_not_over_what_was_not_checked():
    rows = [row("row 1", "pass", "Blue ones are fine", colour="any", tag="")]
    verdict = judged(rows, GOOD[0], ("colour", "mismatch", "Blue"))
    assert (verdict.result, verdict.brief) == ("pass", "Blue ones are fine")
    verdict = judged(rows, GOOD[1], GOOD[2])
    assert (verdict.result, verdict.brief) == ("needs_review", "Is the tag on? Not checked")
    assert "“Is the tag on?” was not checked, so row 1 cannot pass it" in verdict.because


def test_a_row_may_fail_or_question_what_was_not_checked():
    for wanted in ("fail", "needs_review"):
        verdict = judged([row("row 1", wanted, tag="not checked")], *GOOD[1:])
        assert verdict.result == wanted


def test_a_row_without_words_is_told_by_what_was_found():
    verdict = judged([row("row 1", "fail", colour="blue")], ("colour", "mismatch", "blue"))
    assert verdict.brief == "Which colour? Blue"


@pytest.mark.parametrize("answers", [{"seal": "match"}, {"colour": "yellow"}, {"tag": "not red"}])
def test_a_row_about_what_is_not_asked_or_cannot_be_answered_never_fits(answers):
    assert judged([row("row 1", "fail", **answers)], *GOOD).result == "pass"


def test_an_item_of_which_nothing_was_checked_is_no_matter_for_rows():
    assert judged([row("row 1", "fail")]).result == "not_inspected"
    assert judged([row("row 1", "fail")], checks=()).result == "pass"


# --- pieces ------------------------------------------------------------------------------------

PIECES = (
    Check("whole", "yes_no", "Is it the shirt in the picture?", expected="yes"),
    TAG,
    replace(TAG, key="tag_2", unit=2),
    replace(TAG, key="tag_3", unit=3),
)


def pieces(*tags, whole="yes", rows=()):
    keys = ("tag", "tag_2", "tag_3")
    answers = [(key, None, tag) for key, tag in zip(keys, tags, strict=True) if tag]
    return judged(rows, ("whole", None, whole), *answers, checks=PIECES, units=3)


def test_two_of_three_pieces_pass():
    verdict = pieces("yes", "no", "yes")
    assert verdict.result == "partially_passed"
    assert [(each.unit, each.result) for each in verdict.units] == [
        (1, "pass"), (2, "fail"), (3, "pass"),
    ]  # fmt: skip
    assert verdict.brief == "2 of 3 pieces passed. Piece 2: Is the tag on? No"
    assert "Asked by “Shirts go back with their tag”" in verdict.because
    assert return_verdict([verdict]) == "partially_passed"


@pytest.mark.parametrize(
    ("tags", "result", "brief"),
    [
        (("yes", "yes", "yes"), "pass", ""),
        (("no", "no", "no"), "fail", "All 3 pieces failed. Is the tag on? No"),
        (
            ("yes", "no", ""),
            "needs_review",
            "Piece 3 of 3 needs a look. Is the tag on? Not checked",
        ),
    ],
)
def test_pieces_make_the_verdict_of_their_item(tags, result, brief):
    verdict = pieces(*tags)
    assert (verdict.result, verdict.brief) == (result, brief)


def test_a_check_of_the_whole_item_counts_for_every_piece():
    verdict = pieces("yes", "yes", "yes", whole="no")
    assert verdict.result == "fail"
    assert [each.result for each in verdict.units] == ["fail"] * 3


def test_a_row_decides_for_each_piece():
    rows = [row("row 1", "needs_review", tag="no")]
    verdict = pieces("yes", "no", "yes", rows=rows)
    assert [each.result for each in verdict.units] == ["pass", "needs_review", "pass"]
    assert verdict.result == "needs_review"


def test_pieces_of_which_nothing_was_checked_are_one_item_not_inspected():
    verdict = judged((), checks=PIECES, units=3)
    assert (verdict.result, verdict.units) == ("not_inspected", ())


# --- any answers, any rows ---------------------------------------------------------------------

VALUES = st.sampled_from([None, "yes", "no", "Red", "blue", "7", "3", "\u202eno", "9" * 400, "é"])
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        check.key: st.tuples(st.sampled_from(CHECK_RESULTS), VALUES) for check in (*ALL, *PIECES)
    },
)
CELLS = {
    "tag": st.sampled_from(["yes", "no", "not checked", "not applicable", "any"]),
    "colour": st.sampled_from(["red", "blue", "not red", "as expected", "not checked", "mismatch"]),
    "buttons": st.sampled_from(["7", ">= 4", "< 4", "not 7", "not as expected", "2..6"]),
}
ROWS = st.lists(
    st.builds(
        lambda verdict, answers: Row(f"{verdict} {sorted(answers.items())}", verdict, "", tuple(
            sorted(answers.items())
        )),
        st.sampled_from(["pass", "fail", "needs_review"]),
        st.fixed_dictionaries({}, optional=CELLS),
    ),
    max_size=5,
)  # fmt: skip


def given_to(checks, given_answers):
    keys = {check.key for check in checks}
    return [Answer(key, *each) for key, each in given_answers.items() if key in keys]


@given(ANSWERS, ROWS, st.randoms(use_true_random=False), st.sampled_from([ALL, PIECES]))
def test_verdicts_are_the_same_in_every_order_of_answers(given_answers, rows, shuffler, checks):
    answers = given_to(checks, given_answers)
    checklist = Checklist(1, checks, rows=tuple(rows), units=3 if checks is PIECES else 1)
    one = judge(checklist, answers)
    assert judge(checklist, shuffler.sample(answers, len(answers))) == one
    unchecked = any(each.required and each.result == "not_checked" for each in one.findings)
    assert not (unchecked and one.result == "pass")


@given(ANSWERS, ROWS, st.randoms(use_true_random=False))
def test_only_the_order_of_rows_that_can_fit_together_matters(given_answers, rows, shuffler):
    apart = [replace(each, answers=(*each.answers, ("colour", colour))) for each, colour in zip(
        rows, ["red", "blue", "not checked", "not applicable"], strict=False
    ) if "colour" not in dict(each.answers)]  # fmt: skip
    answers = given_to(ALL, given_answers)
    shuffled = shuffler.sample(apart, len(apart))
    one, other = (judge(Checklist(1, ALL, rows=tuple(each)), answers) for each in (apart, shuffled))
    assert one == other


@given(st.lists(st.sampled_from(["pass", "fail", "partially_passed", "needs_review"]), min_size=1))
def test_one_partly_passed_item_makes_the_return_so_unless_one_waits(results):
    whole = return_verdict([ItemVerdict(result, (), "", "") for result in results])
    if "needs_review" in results:
        assert whole == "needs_review"
    elif "partially_passed" in results:
        assert whole == "partially_passed"
