"""Check digits of IMEIs and bar codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.rules.check_digits import is_gtin, is_luhn, with_luhn

DIGITS = st.text("0123456789", min_size=1, max_size=20)


@pytest.mark.parametrize("code", ["96385074", "036000291452", "4006381333931", "10036000291459"])
def test_published_bar_codes_have_their_check_digit(code):
    assert is_gtin(code)
    assert not is_gtin(code[:-1] + str((int(code[-1]) + 1) % 10))
    assert not is_gtin(code + "0")


@given(DIGITS, st.data())
def test_one_wrong_digit_is_always_noticed(digits, data):
    whole = with_luhn(digits)
    assert is_luhn(whole)
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.sampled_from([each for each in "0123456789" if each != whole[place]]))
    assert not is_luhn(whole[:place] + other + whole[place + 1 :])


def test_a_lone_digit_proves_nothing():
    assert not is_luhn("0")
    assert not is_luhn("")
