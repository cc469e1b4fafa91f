"""Comparing what was found with what was expected."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.rules.checklist import Check
from qcportal.rules.comparators import digits_of, letters_of, read_imei
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
        ("yes_no", "yes", "हाँ जी।", True),
        ("yes_no", "no", "Nahi ji", True),
        ("yes_no", "no", "Yes.", False),
        ("text_match", "Levi's 501", "LEVIS  501", True),
        ("text_match", "Levi's 501", "Levis 502", False),
        ("text_match", "Straße", "STRASSE", True),
        ("text_match", "\uff21\uff22\uff23", "abc", True),
        ("text_match", "कमीज", "कमज", False),
        ("text_match", "A+", "A", False),
        ("text_match", "Nestlé", "NESTLE", True),
        ("text_match", "Øresund", "oresund", True),
        ("text_match", "Nike 9", "नाइक ९", False),
        ("text_match", "UK 9", "uk ९", True),
        ("text_match", "साड़ी", "साडी", True),
        ("text_match", "हाँ जी", "हां-जी", True),
        ("text_match", "\u202eABC\u200d", "abc", True),
        ("text_match", "A", "...", None),
        ("choice", "Blue", "blue", True),
        ("text_match", "UK 8.5", "uk 8.5", True),
        ("text_match", "1.5 L", "15 l", False),
        ("text_match", "१.५ L", "1.5l", True),
        ("text_match", "12.05.2026", "12/05/2026", True),
        ("serial_match", "12.34", "1234", True),
        ("serial_match", "SN1234", "-", None),
        ("serial_match", "SN-12/34", "sn 1234", True),
        ("serial_match", "SN1234", "SN1235", False),
        ("number", 2.0, "2", True),
        ("number", 1499.5, "1,499.50", True),
        ("number", 149999.0, "₹1,49,999", True),
        ("number", 12.0, "१२", True),
        ("number", 2.0, "3", False),
        ("number", 2.0, "two", None),
        ("imei_match", IMEI, "35-693803-564380-9", True),
        ("imei_match", IMEI, f"IMEI: {IMEI}", True),
        ("imei_match", IMEI, "356938035643817", False),
        ("imei_match", IMEI, "3569380", None),
        ("imei_match", IMEI, "356938035643808", None),
        ("imei_match", IMEI, "IMEI 1: 356938035643809", True),
        ("imei_match", IMEI, "IMEI2 356938035643809", True),
        ("imei_match", IMEI, "३५६९३८०३५६४३८०९", True),
        ("imei_match", IMEI, "3569380356438012", True),
        ("imei_match", IMEI, "3569380356438112", False),
        ("imei_match", "004400112233445", "004400112233445", True),
        ("imei_match", "004400112233445", "004400112233446", False),
        ("barcode_match", "036000291452", "0036000291452", True),
        ("barcode_match", "036000291452", "0 36000 29145 3", None),
        ("barcode_match", "036000291452", "2000000110080", False),
        ("barcode_match", "036000291452", "36000291452", True),
        ("barcode_match", "96385074", "0000096385074", True),
        ("barcode_match", "96385074", "96385075", None),
        ("barcode_match", "96385074", "९६३८५०७४", True),
        ("barcode_match", "10036000291459", "036000291452", False),
        ("barcode_match", "036000291452", "12345", False),
        ("barcode_match", "12345678", "12345679", False),
        ("barcode_match", "036000291452", "AB-12", False),
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
        "Found “Blue-Shirt”, expected “Red Shirt”, "
        "compared without regard to case, spaces, punctuation and accents"
    )


@pytest.mark.parametrize(
    ("found", "matches"),
    [("Neela", True), ("नीला", True), ("blue", True), ("navy", False), ("red", False)],
)
def test_words_that_mean_the_same_match(found, matches):
    check = Check("k", "text_match", "?", expected="Blue", also=("neela", "नीला"))
    comparison = compare(check, found)
    assert comparison.matches is matches
    assert ("another word for “Blue”" in explain(comparison)) is (found in {"Neela", "नीला"})


@pytest.mark.parametrize(
    ("expected", "found", "matches"),
    [
        ("Blue", "blue colour", True),
        ("Blue", "नीला रंग", True),
        ("Blue colour", "BLUE", True),
        ("Blue", "रंग", False),
        ("Size 10", "साइज १०", True),
        ("10", "Size: 10", True),
        ("10", "Size 11", False),
        ("H&M", "H and M", True),
        ("Black & White", "black और white", True),
        ("Black/White", "white, black", True),
        ("Black/White", "White and Black colour", True),
        ("Black/White", "black", False),
        ("Black/White", "black, red", False),
        ("1/2", "2/1", False),
        ("Colour", "colour", True),
    ],
)
def test_words_around_a_value_say_nothing(expected, found, matches):
    check = Check("k", "text_match", "?", expected=expected, also=("नीला",) * (expected == "Blue"))
    assert compare(check, found).matches is matches


def test_who_names_a_choice_means_that_one():
    check = Check(
        "k", "choice", "?", expected="Black/White", choices=("Black/White", "White/Black")
    )
    assert compare(check, "white/black").matches is False
    assert compare(check, "black and white").matches is True


@pytest.mark.parametrize(
    ("found", "matches"),
    [
        (f"IMEI1: {IMEI} IMEI2: 490154203237518", True),
        (f"490154203237518 / {IMEI}", True),
        ("490154203237518 / 490154203237526", False),
        ("490154203237518 / 490154203237519", None),
        (f"{IMEI} / 01", True),
        ("356938035643808 / 01", None),
    ],
)
def test_an_imei_is_found_as_a_phones_screen_shows_it(found, matches):
    check = Check("k", "imei_match", "?", expected=IMEI)
    assert compare(check, found).matches is matches


def test_a_choice_of_its_own_is_no_other_word_for_the_expected_one():
    parts = {"expected": "Purple", "also": ("violet", "baingani")}
    check = Check("k", "choice", "?", choices=("Purple", "Violet"), **parts)
    assert compare(check, "violet").matches is False
    assert compare(check, "Baingani").matches is True


@pytest.mark.parametrize(
    ("type_", "expected", "last", "found", "matches"),
    [
        ("imei_match", IMEI, 4, "3809", True),
        ("imei_match", IMEI, 4, "3 8-09", True),
        ("imei_match", IMEI, 4, "643809", True),
        ("imei_match", IMEI, 4, "3808", False),
        ("imei_match", IMEI, 4, "809", None),
        ("imei_match", IMEI, 4, IMEI, True),
        ("imei_match", IMEI, 4, "356938035643817", False),
        ("serial_match", "SN-12/34", 3, "234", True),
        ("serial_match", "SN-12/34", 3, "sn1234", True),
        ("serial_match", "SN-12/34", 3, "X-SN1234", False),
        ("serial_match", "A7", 4, "a7", True),
        ("serial_match", "A7", 4, "7", None),
        ("barcode_match", "036000291452", 4, "1452", True),
        ("barcode_match", "036000291452", 4, "0036000291452", True),
        ("number", 18999.0, 3, "999", True),
        ("number", 18999.0, 3, "18,999", True),
        ("text_match", "Blue 42", 2, "४२", True),
    ],
)
def test_the_last_characters_are_enough_where_the_rest_is_hidden(
    type_, expected, last, found, matches
):
    check = Check("k", type_, "?", expected=expected, last_digits=last)
    comparison = compare(check, found)
    assert comparison.matches is matches
    assert explain(comparison)


def test_too_few_last_characters_are_said():
    check = Check("k", "imei_match", "?", expected=IMEI, last_digits=6)
    assert explain(compare(check, "809")) == (
        "Not compared: the last 6 characters are asked for, 3 were sent (“809” was found)"
    )


def test_a_misread_code_is_said():
    comparison = compare(Check("k", "imei_match", "?", expected=IMEI), "356938035643808")
    assert "it was misread: its last digit does not fit the others" in explain(comparison)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (IMEI, IMEI),
        ("35-693803-564380-9", IMEI),
        ("3569380356438012", IMEI),
        ("356938035643808", None),
        ("000000000000000", None),
        ("35693803564380", None),
        ("IMEI1: 356938035643809", IMEI),
    ],
)
def test_an_expected_imei_is_usable_if_its_check_digit_proves_it(sent, read):
    assert read_imei(sent) == read


@given(st.text(max_size=30), st.text(max_size=30))
def test_texts_and_numbers_compare_alike_from_both_sides(one, other):
    if letters_of(one) and letters_of(other):
        forth = compare(Check("k", "text_match", "?", expected=one), other)
        back = compare(Check("k", "text_match", "?", expected=other), one)
        assert forth.matches is back.matches
        assert (forth.expected, forth.found) == (back.found, back.expected)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0, 10))
def test_numbers_compare_alike_from_both_sides(one, other, tolerance):
    one, other = round(one, 2), round(other, 2)
    forth = compare(Check("k", "number", "?", expected=one, tolerance=tolerance), f"{other:.2f}")
    back = compare(Check("k", "number", "?", expected=other, tolerance=tolerance), f"{one:.2f}")
    assert forth.matches is back.matches is not None


@given(st.text(max_size=60))
def test_letters_are_the_same_in_every_case_form_and_script_of_digits(text):
    assert letters_of(letters_of(text)) == letters_of(text)
    assert letters_of(unicodedata.normalize("NFD", text)) == letters_of(text)


@given(st.text(max_size=30))
def test_a_text_matches_itself_in_any_case_and_spacing(text):
    check = Check("k", "text_match", "?", expected=text)
    spaced = "  ".join(f"-{text}-".split())
    assert compare(check, spaced).matches in ({True} if letters_of(text) else {None})


HOSTILE = st.text(max_size=60) | st.sampled_from(
    ["\u202e123\u202c", "9" * 5000, "1" + "," * 3000, "é" * 3000, "\U0001f600", "٣" * 400, "½"]
)


@given(
    HOSTILE,
    st.sampled_from(["number", "imei_match", "barcode_match", "yes_no", "serial_match"]),
    st.integers(0, 8),
)
def test_any_found_text_compares_without_raising(found, type_, last):
    expected = 5.0 if type_ == "number" else "yes"
    check = Check("k", type_, "?", expected=expected, last_digits=last, also=(found,))
    assert compare(check, found).matches in (True, False, None)
    assert digits_of(found).isascii()
