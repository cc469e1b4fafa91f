"""Passwords of twelve characters and more that are guessed first; written by us from patterns."""

from itertools import product

_WORDS = (
    "password", "passw0rd", "welcome", "qwerty", "qwertyuiop", "letmein", "admin", "administrator",
    "iloveyou", "sunshine", "princess", "football", "monkey", "dragon", "master", "changeme",
    "india", "mumbai", "cricket", "krishna", "ganesh", "returns", "doorstep", "qcportal",
)  # fmt: skip
_TAILS = ("1", "12", "123", "1234", "12345", "123456", "1234567", "12345678", "!", "@123", "@1234")
_YEARS = tuple(str(year) for year in range(1990, 2031))

COMMON = frozenset(
    word
    for word in (
        *(head + tail for head, tail in product(_WORDS, (*_TAILS, *_YEARS))),
        *(word * 2 for word in _WORDS),
        *(word * 3 for word in _WORDS),
        "123456789012",
        "1234567890123",
        "123123123123",
        "qwertyuiop123",
        "1q2w3e4r5t6y",
        "abcdefghijkl",
        "abcd12345678",
        "qazwsxedcrfv",
        "zxcvbnm12345",
        "asdfghjkl123",
    )  # fmt: skip
    if len(word) >= 12
)
"""Case-folded passwords that are refused although they are long enough."""
