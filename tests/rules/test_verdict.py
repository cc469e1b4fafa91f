"""Verdicts: what fails an item, what leaves it open, and that the reasons are told."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.errors import Invalid
from qcportal.rules.checklist import Because, Check, Checklist
from qcportal.rules.verdict import CHECK_RESULTS, Answer, ItemVerdict, judge, return_verdict
from tests.rules.books import IMEI

RULE = Because("phones", "Phones over 10,000", "price > 10000")
IMEI_CHECK = Check("imei", "imei_match", "Which IMEI?", expected=IMEI, because=(RULE,))
SEAL = Check("seal", "yes_no", "Is the seal whole?", expected="yes", because=(RULE,))
NICE = Check("nice", "yes_no", "Is the box there?", required=False, expected="yes")
LOOK = Check("look", "photo_only", "Is it unused?", reason_code="USED_OR_WASHED")
LIST = Checklist(1, (IMEI_CHECK, SEAL, NICE))


def judged(*answers, checklist=LIST):
    return judge(checklist, [Answer(*each) for each in answers])


GOOD = (("imei", "match", IMEI), ("seal", "match", "yes"), ("nice", "match"))


def test_an_item_passes_when_every_required_check_matches():
    verdict = judged(*GOOD)
    assert verdict.result == "pass"
    assert [each.result for each in verdict.findings] == ["match"] * 3


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        ((IMEI_CHECK, SEAL, NICE), "None of the 2 required checks was a mismatch."),
        ((SEAL, NICE), "The one required check was not a mismatch."),
        ((NICE,), "No check was required."),
    ],
)
def test_a_pass_says_how_many_checks_it_rests_on(checks, said):
    keys = {check.key for check in checks}
    answers = [answer for answer in GOOD if answer[0] in keys]
    assert judged(*answers, checklist=Checklist(1, checks)).because == said


def test_a_required_mismatch_fails_the_item_and_names_the_rule():
    verdict = judged(("imei", "mismatch", "356938035643817"), *GOOD[1:])
    assert verdict.result == "fail"
    assert "“Which IMEI?”" in verdict.because
    assert "Asked by “Phones over 10,000”." in verdict.because
    assert verdict.brief == "Which IMEI? 356938035643817"


def test_the_executives_own_words_are_the_brief():
    answers = [Answer("imei", "mismatch", "356938035643817", "Another phone in the box")]
    verdict = judge(LIST, [*answers, *[Answer(*each) for each in GOOD[1:]]])
    assert verdict.brief == "Another phone in the box"


def test_an_optional_mismatch_does_not_fail_the_item():
    verdict = judged(*GOOD[:2], ("nice", "mismatch", "no"))
    assert verdict.result == "pass"
    assert "1 optional did not match" in verdict.because


def test_the_portal_compares_values_itself_and_keeps_the_apps_result():
    verdict = judged(("imei", "match", "356938035643817"), *GOOD[1:])
    assert verdict.result == "fail"
    assert (verdict.findings[0].result, verdict.findings[0].app_result) == ("mismatch", "match")
    assert "the app said match" in verdict.findings[0].explanation
    other_way = judged(("imei", "mismatch", IMEI), *GOOD[1:])
    assert other_way.findings[0].result == "match"


@pytest.mark.parametrize("value", [None, "", "3569"])
def test_a_match_without_a_readable_imei_counts_as_not_checked(value):
    verdict = judged(("imei", "match", value), *GOOD[1:])
    assert verdict.result == "needs_review"
    assert verdict.findings[0].app_result == "match"


def test_an_imei_that_cannot_be_shown_is_still_a_mismatch():
    assert judged(("imei", "mismatch"), *GOOD[1:]).result == "fail"


def test_without_a_result_the_value_alone_is_judged():
    verdict = judged(("imei", None, IMEI), ("seal", None, "no"), ("nice", None, "perhaps"))
    assert [each.result for each in verdict.findings] == ["match", "mismatch", "not_checked"]
    assert {each.app_result for each in verdict.findings} == {None}
    assert "the app said" not in "".join(each.explanation for each in verdict.findings)


def test_a_result_is_missing_where_the_portal_cannot_compare():
    checklist = Checklist(1, (IMEI_CHECK, LOOK))
    with pytest.raises(Invalid) as refused:
        judged(("imei", None, " "), ("look", None, "fine"), checklist=checklist)
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [
        ("/answers/0/result", "missing_result"),
        ("/answers/1/result", "missing_result"),
    ]


MASKED = replace(IMEI_CHECK, last_digits=4)


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (("imei", None, "3809"), "match"),
        (("imei", None, "3810"), "mismatch"),
        (("imei", None, "09"), "not_checked"),
        (("imei", "match", "3810"), "mismatch"),
        (("imei", "match", None), "not_checked"),
        (("imei", "mismatch", None), "not_checked"),
        (("imei", "not_checked", None), "not_checked"),
    ],
)
def test_what_the_phone_was_not_told_is_judged_by_the_portal_alone(answer, result):
    verdict = judged(answer, GOOD[1], checklist=Checklist(1, (MASKED, SEAL)))
    assert verdict.findings[0].result == result
    assert IMEI not in verdict.brief
    assert "3809" not in verdict.brief or answer[2] == "3809"


def test_a_misread_imei_needs_a_look_and_fails_nobody():
    verdict = judged(("imei", "mismatch", "356938035643808"), *GOOD[1:])
    assert verdict.result == "needs_review"
    assert "it was misread" in verdict.because


def test_a_visual_check_goes_by_the_executives_own_result():
    checklist = Checklist(1, (LOOK,))
    assert judged(("look", "match"), checklist=checklist).result == "pass"
    failed = judged(("look", "mismatch", "stained"), checklist=checklist)
    assert failed.result == "fail"
    assert failed.findings[0].reason_code == "USED_OR_WASHED"


def test_an_unanswered_required_check_needs_review_and_an_optional_one_does_not():
    assert judged(GOOD[0], GOOD[2]).result == "needs_review"
    assert judged(*GOOD[:2]).result == "pass"
    assert judged(*GOOD[1:], ("imei", "not_checked", IMEI)).result == "needs_review"


def test_an_item_without_any_checked_answer_is_not_inspected():
    assert judged().result == "not_inspected"
    assert judged(("imei", "not_checked"), ("nice", "not_checked")).result == "not_inspected"


def test_marking_every_required_check_not_applicable_needs_review():
    nothing = (("imei", "not_applicable"), ("seal", "not_applicable"))
    assert judged(*nothing).result == "needs_review"
    assert judged(GOOD[0], nothing[1]).result == "pass"


def test_an_item_with_nothing_to_check_passes():
    assert judged(checklist=Checklist(1)).result == "pass"


def test_answers_that_do_not_fit_are_invalid_all_at_once():
    with pytest.raises(Invalid) as refused:
        judged(("imie", "match"), ("seal", "match"), ("seal", "match"), ("nice", "maybe"))
    faults = {(fault.path, fault.code): fault for fault in refused.value.faults}
    assert set(faults) == {
        ("/answers/0/check_key", "unknown_check"),
        ("/answers/2/check_key", "duplicate_answer"),
        ("/answers/3/result", "unknown_result"),
    }
    assert faults[("/answers/0/check_key", "unknown_check")].suggestion == "did you mean 'imei'?"


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        key: st.tuples(st.sampled_from(CHECK_RESULTS), st.sampled_from([None, "yes", "no", IMEI]))
        for key in ("imei", "seal", "nice")
    },
)


@given(ANSWERS, st.randoms(use_true_random=False))
def test_the_order_of_answers_never_matters(given_answers, shuffler):
    answers = [Answer(key, *each) for key, each in given_answers.items()]
    one, other = judge(LIST, answers), judge(LIST, shuffler.sample(answers, len(answers)))
    assert one == other
    mismatched = any(each.required and each.result == "mismatch" for each in one.findings)
    assert (one.result == "fail") is mismatched


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([], "not_required"),
        (["pass", "pass"], "passed"),
        (["fail"], "failed"),
        (["pass", "fail"], "partially_passed"),
        (["pass", "needs_review"], "needs_review"),
        (["fail", "not_inspected"], "needs_review"),
        (["not_inspected", "not_inspected"], "pending"),
    ],
)
def test_item_verdicts_make_the_state_of_the_return(results, expected):
    items = [ItemVerdict(result, (), "", "") for result in results]
    assert return_verdict(items) == expected
    assert return_verdict(items[::-1]) == expected
