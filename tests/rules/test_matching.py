"""Comparing what was found with what was expected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.rules.checklist import Check
from qcportal.rules.comparators import digits_of, letters_of
from qcportal.rules.matching import compare, explain
from tests.rules.books import IMEI


@pytest.mark.parametrize(
    ("type_", "expected", "found", "matches"),
    [
        ("yes_no", "yes", "Yes", True),
        ("yes_no", "yes", "n", False),
        ("yes_no", "no", "false", True),
        ("yes_no", "yes", "हाँ", True),
        ("yes_no", "yes", "perhaps", None),
        ("text_match", "Levi's 501", "LEVIS  501", True),
        ("text_match", "Levi's 501", "Levis 502", False),
        ("text_match", "Straße", "STRASSE", True),
        ("text_match", "\uff21\uff22\uff23", "abc", True),
        ("text_match", "कमीज", "कमज", False),
        ("text_match", "A+", "A", False),
        ("text_match", "A", "...", None),
        ("choice", "Blue", "blue", True),
        ("serial_match", "SN-12/34", "sn 1234", True),
        ("serial_match", "SN1234", "SN1235", False),
        ("number", 2.0, "2", True),
        ("number", 1499.5, "1,499.50", True),
        ("number", 2.0, "3", False),
        ("number", 2.0, "two", None),
        ("imei_match", IMEI, "35-693803-564380-9", True),
        ("imei_match", IMEI, f"IMEI: {IMEI}", True),
        ("imei_match", IMEI, "356938035643808", False),
        ("imei_match", IMEI, "3569380", None),
        ("barcode_match", "036000291452", "0036000291452", True),
        ("barcode_match", "036000291452", "0 36000 29145 3", False),
        ("barcode_match", "AB-12", "ab12", True),
        ("photo_only", None, "x", None),
        ("choice", None, "Blue", None),
        ("number", 2.0, "", None),
        ("number", 2.0, None, None),
    ],
)
def test_values_compare_by_the_rules_of_their_type(type_, expected, found, matches):
    comparison = compare(Check("k", type_, "?", expected=expected), found)
    assert comparison.matches is matches
    assert comparison.normalisation
    assert explain(comparison)


@pytest.mark.parametrize(("found", "matches"), [("0.3", True), ("0.4", True), ("0.41", False)])
def test_a_number_matches_up_to_its_tolerance(found, matches):
    check = Check("k", "number", "?", expected=0.1, tolerance=0.3)
    assert compare(check, found).matches is matches


@pytest.mark.parametrize("found", [None, "", "  "])
def test_a_blank_value_was_not_sent(found):
    comparison = compare(Check("k", "number", "?", expected=2.0), found)
    assert explain(comparison) == "Not compared: no value was sent"


def test_an_explanation_names_both_values_and_the_normalisation():
    comparison = compare(Check("k", "text_match", "?", expected="Red Shirt"), "Blue-Shirt")
    assert explain(comparison) == (
        "Found “blueshirt”, expected “redshirt”, "
        "compared without regard to case, spaces and punctuation"
    )


@given(st.text(max_size=30))
def test_a_text_matches_itself_in_any_case_and_spacing(text):
    check = Check("k", "text_match", "?", expected=text)
    spaced = "  ".join(f"-{text}-".split())
    assert compare(check, spaced).matches in ({True} if letters_of(text) else {None})


@given(st.text(max_size=60), st.sampled_from(["number", "imei_match", "barcode_match", "yes_no"]))
def test_any_found_text_compares_without_raising(found, type_):
    check = Check("k", type_, "?", expected=5.0 if type_ == "number" else "yes")
    assert compare(check, found).matches in (True, False, None)
    assert digits_of(found).isascii()
