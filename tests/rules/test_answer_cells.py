"""Cells of decision rows: what an answer must be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.rules.answer_cells import AnswerCellError, read_answer_cell
from qcportal.rules.checklist import Check

SEAL = Check("seal", "yes_no", "Is the seal whole?", expected="yes")
COLOUR = Check("colour", "choice", "Which?", expected="Red", choices=("Red", "Navy Blue"))
COUNT = Check("count", "number", "How many?", expected=2.0)
SERIAL = Check("serial", "serial_match", "Serial?", expected="SN12")
LOOK = Check("look", "photo_only", "Is it unused?")


@pytest.mark.parametrize(
    ("check", "cell", "result", "value", "fits"),
    [
        (SEAL, "match", "match", "yes", True),
        (SEAL, "As  Expected", "mismatch", "no", False),
        (SEAL, "not as expected", "mismatch", "no", True),
        (SEAL, "not checked, not_applicable", "not_applicable", None, True),
        (SEAL, "not checked", "match", "yes", False),
        (SEAL, "no", "mismatch", "No", True),
        (SEAL, "no", "mismatch", None, True),
        (SEAL, "yes", "match", None, True),
        (SEAL, "no", "not_checked", "no", False),
        (COLOUR, "red", "match", "RED", True),
        (COLOUR, "navy-blue, red", "mismatch", "Navy Blue", True),
        (COLOUR, "red, not checked", "not_checked", None, True),
        (COLOUR, "not red", "mismatch", "Navy Blue", True),
        (COLOUR, "not red", "match", "red", False),
        (COLOUR, "not red", "not_checked", None, False),
        (COLOUR, "not red", "mismatch", None, False),
        (COUNT, ">= 2", "match", "2", True),
        (COUNT, "> 2", "match", "2", False),
        (COUNT, "<2", "mismatch", "१", True),
        (COUNT, "2..3, 7", "mismatch", "7", True),
        (COUNT, "not 1, 2", "mismatch", "3", True),
        (COUNT, "≤ 1500", "mismatch", "1,500", True),
        (COUNT, ">= 2", "not_checked", "two", False),
        (SERIAL, "mismatch, not checked", "mismatch", "SN13", True),
        (LOOK, "not as expected", "mismatch", "stained", True),
    ],
)
def test_a_cell_fits_the_answers_it_names(check, cell, result, value, fits):
    test = read_answer_cell(check, cell)
    assert test is not None
    assert test.fits(result, value, check) is fits


@pytest.mark.parametrize("cell", ["", "  ", "any", "ANY"])
def test_an_empty_cell_is_no_test(cell):
    assert read_answer_cell(SEAL, cell) is None


@pytest.mark.parametrize(
    ("check", "cell", "hint"),
    [
        (SEAL, "maybe", "one of: yes, no, match"),
        (SEAL, "mismtach", "did you mean 'mismatch'?"),
        (COLOUR, "bleu", "one of: Red, Navy Blue"),
        (COLOUR, "navy bleu", "did you mean 'navy blue'?"),
        (COLOUR, "red,,navy blue", "take one comma out"),
        (COLOUR, 'red "navy', 'write "red, white", blue'),
        (COLOUR, "not red, match", "write the results that should fit"),
        (COUNT, "many", "write >= 2"),
        (COUNT, "<= 1,500", "write 1500 for the number"),
        (COUNT, "5..2", "write 2..5"),
        (SERIAL, "SN12", "one of: match"),
        (LOOK, "yes", "one of: match"),
    ],
)
def test_what_the_check_cannot_be_is_refused_with_a_hint(check, cell, hint):
    with pytest.raises(AnswerCellError) as refused:
        read_answer_cell(check, cell)
    assert refused.value.message
    assert (refused.value.suggestion or "").startswith(hint)


HOSTILE = ["x" * 100_000, "," * 400, '"' * 401, ">" * 499, "1" * 499, "not " * 120, "2.." * 160]


@pytest.mark.parametrize("cell", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("check", [SEAL, COLOUR, COUNT, SERIAL], ids=lambda check: check.type)
def test_a_hostile_cell_is_refused(check, cell):
    with pytest.raises(AnswerCellError):
        read_answer_cell(check, cell)


@given(st.text(max_size=60), st.sampled_from([SEAL, COLOUR, COUNT, SERIAL, LOOK]))
def test_any_text_is_read_or_refused(text, check):
    try:
        test = read_answer_cell(check, text)
    except AnswerCellError as refused:
        assert refused.message
    else:
        assert test is None or test.fits("match", text, check) in (True, False)
