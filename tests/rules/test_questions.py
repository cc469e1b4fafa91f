"""Ad-hoc questions: what is asked, what is asked otherwise, and that nothing drops silently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.rules.questions import answer_questions
from qcportal.rules.settling import Item
from tests.rules.books import IMEI, PHONE

SIZE = {
    "id": "Q7",
    "question": "Which size?",
    "type": "multi",
    "options": ["S", "M", "L"],
    "expected": "m",
    "required": True,
    "images": ["https://img.example/label.jpg"],
    "photo": True,
}


def ask(*questions):
    return answer_questions(questions, Item(PHONE))


def test_a_whole_question_is_accepted():
    asked = ask(SIZE)
    (check,), (slot,), (outcome,) = asked
    assert (check.type, check.expected, check.choices) == ("choice", "M", ("S", "M", "L"))
    assert check.reference_images == ("https://img.example/label.jpg",)
    assert check.slots == (slot.key,)
    assert slot.check_key == check.key
    assert (outcome.id, outcome.outcome, outcome.reason) == ("Q7", "accepted", "")
    assert outcome.check_key == check.key


@pytest.mark.parametrize(
    ("parts", "type_", "expected"),
    [
        ({"type": "varchar", "options": None, "expected": "Acme"}, "text_match", "Acme"),
        ({"type": None}, "choice", "M"),
        ({"type": None, "options": None, "expected": None}, "yes_no", "yes"),
        ({"type": "yes_no", "expected": False}, "yes_no", "no"),
        ({"type": "number", "expected": 3}, "number", 3.0),
        ({"type": "imei_match", "expected": int(IMEI)}, "imei_match", IMEI),
        ({"type": "imei_match", "expected": {"from": "attributes.imei"}}, "imei_match", IMEI),
        ({"type": "photo_only", "expected": None}, "photo_only", None),
        ({"expected": None}, "choice", None),
    ],
)
def test_types_and_their_synonyms_are_accepted(parts, type_, expected):
    asked = ask(SIZE | parts)
    assert asked.outcomes[0].outcome == "accepted"
    assert (asked.checks[0].type, asked.checks[0].expected) == (type_, expected)


@pytest.mark.parametrize(
    ("parts", "words", "type_"),
    [
        ({"type": "rating"}, "'rating' is not known", "choice"),
        ({"options": ["M"]}, "needs two options", "text_match"),
        ({"expected": "XXL"}, "cannot be compared", "photo_only"),
        ({"type": "imei_match", "expected": ""}, "no right answer", "photo_only"),
        ({"type": "imei_match", "expected": {"from": "attributes.x"}}, "not known", "photo_only"),
        ({"images": ["javascript:alert(1)"]}, "pictures", "choice"),
        ({"required": "perhaps"}, "neither true nor false", "choice"),
        ({"colour": "red"}, "not understood and left out: 'colour'", "choice"),
        ({"id": None}, "no usable id", "choice"),
    ],
)
def test_what_is_asked_otherwise_is_reported_as_changed(parts, words, type_):
    asked = ask(SIZE | parts)
    assert asked.outcomes[0].outcome == "changed"
    assert words in asked.outcomes[0].reason
    assert asked.checks[0].type == type_


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("junk", "an object"),
        ({"id": "1"}, "no question text"),
        ({"id": "1", "question": " "}, "no question text"),
        ({"id": "1", "question": "x" * 501}, "longer than 500"),
        ({"id": "1", "question": "a\x00"}, "control characters"),
    ],
)
def test_what_cannot_be_asked_is_rejected_with_a_reason(question, words):
    asked = ask(question, SIZE)
    assert asked.outcomes[0].outcome == "rejected"
    assert words in asked.outcomes[0].reason
    assert [each.outcome for each in asked.outcomes] == ["rejected", "accepted"]


def test_the_second_question_of_an_id_and_the_fifty_first_are_rejected():
    asked = ask(SIZE, SIZE)
    assert [each.outcome for each in asked.outcomes] == ["accepted", "rejected"]
    many = ask(*({"id": str(number), "question": "Ok?"} for number in range(52)))
    assert [each.outcome for each in many.outcomes[49:]] == ["accepted", "rejected", "rejected"]


def test_an_optional_question_stays_optional():
    assert ask(SIZE | {"required": False}).checks[0].required is False


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
NAMES = st.sampled_from([*SIZE, "other"])


@given(st.lists(VALUES | st.dictionaries(NAMES, VALUES | st.sampled_from(["multi", "number"]))))
def test_any_questions_get_one_outcome_each_and_never_raise(raw):
    asked = answer_questions(raw, Item(PHONE))
    kept = [each.check_key for each in asked.outcomes if each.outcome != "rejected"]
    assert len(asked.outcomes) == len(raw)
    assert kept == [check.key for check in asked.checks]
    assert len({check.key for check in asked.checks}) == len(asked.checks)
    assert all(each.reason for each in asked.outcomes if each.outcome != "accepted")
