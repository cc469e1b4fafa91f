"""Conditions in words."""

import pytest

from qcportal.rules.wording import in_words


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("price >= 10000", "price at least 10000"),
        ('category == "Mobiles" and mrp < 500', "category is “Mobiles” and mrp less than 500"),
        ('category in ["Shoes", "Bags"]', "category is one of “Shoes”, “Bags”"),
        ('brand not in ["Nuvio"]', "brand is none of “Nuvio”"),
        ('"gift" in name', "“gift” is part of name"),
        ("attributes.imei != null", "imei is known"),
        ("attributes.serial_no == null", "serial no is missing"),
        (
            'not (return_reason == "Wrong item" or quantity > 2)',
            "not (return reason is “Wrong item” or quantity more than 2)",
        ),
        ("", ""),
        ("weight of another age", "weight of another age"),
    ],
)
def test_a_condition_reads_as_words(condition: str, words: str) -> None:
    assert in_words(condition) == words
