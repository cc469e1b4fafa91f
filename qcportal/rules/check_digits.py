"""The check digits that tell a misread number from another one: IMEI and bar codes."""

GTIN_LENGTHS = (8, 12, 13, 14)
"""Digits of EAN-8, UPC-A, EAN-13 and GTIN-14 (GS1 General Specifications, section 7.9)."""


def is_luhn(digits: str) -> bool:
    """Tell whether the last of these ASCII digits is the Luhn digit of the others.

    IMEIs have it (3GPP TS 23.003, annex B).
    """
    doubled = "0246813579"
    total = sum(map(int, digits[::-1][::2]))
    total += sum(int(doubled[int(digit)]) for digit in digits[::-1][1::2])
    return len(digits) > 1 and total % 10 == 0


def with_luhn(digits: str) -> str:
    """Give the ASCII digits with their Luhn digit behind them."""
    return next(whole for last in "0123456789" if is_luhn(whole := digits + last))


def is_gtin(digits: str) -> bool:
    """Tell whether these ASCII digits have a length and a check digit as GS1 gives them out."""
    if len(digits) not in GTIN_LENGTHS:
        return False
    back = digits[::-1]
    return (sum(map(int, back[::2])) + 3 * sum(map(int, back[1::2]))) % 10 == 0
