"""What a picture looks like in 192 bits, and when two of them are taken for the same picture.

128 bits of differences find it, 64 of frequencies confirm it: they are nearly independent, so that
what one of them takes for alike by chance the other does not (measured in docs/evidence.md).
"""

from dataclasses import dataclass

BITS, BANDS = 128, 5
DIGITS = 48
GUARANTEED = 2 * BANDS - 1
"""With one bit wrong allowed in each band, no two prints this far apart are missed."""

PLAIN = 14
"""A picture with fewer bits set, or unset, shows a bare surface: everything looks like it."""
_HALF = (1 << 64) - 1
_SIGN = 1 << 63
_PLACES = tuple(tuple(range(band, BITS, BANDS)) for band in range(BANDS))


@dataclass(frozen=True)
class Nearness:
    """How many bits two prints may differ by, of their differences and of their frequencies."""

    differences: int
    frequencies: int


SAME_PERSON = Nearness(15, 12)
"""Of the photos of one executive, some ten thousand: also a crop or a photo of the photo."""
ANYBODY = Nearness(GUARANTEED, 8)
"""Of everybody's, some ten million: chance alone must stay out of the queue."""


@dataclass(frozen=True)
class Print:
    """A picture's hash in numbers that both databases keep: signed, of 64 bits each."""

    high: int
    low: int
    frequencies: int

    @property
    def differences(self) -> int:
        """Give the 128 bits that are searched by."""
        return (self.high & _HALF) << 64 | self.low & _HALF

    @property
    def plain(self) -> bool:
        """Tell whether it shows too little to be told from others."""
        return not PLAIN <= self.differences.bit_count() <= BITS - PLAIN

    def apart(self, other: "Print") -> Nearness:
        """Count the bits in which two prints differ."""
        differ = self.differences ^ other.differences
        confirm = (self.frequencies ^ other.frequencies) & _HALF
        return Nearness(differ.bit_count(), confirm.bit_count())

    def near(self, other: "Print", most: Nearness) -> bool:
        """Tell whether both kinds of bits differ by no more than that."""
        apart = self.apart(other)
        differ = apart.differences <= most.differences
        return differ and apart.frequencies <= most.frequencies


def read(digits: str | None) -> Print | None:
    """Read the 48 hex digits of a relay; None for none, and for the 16 of an earlier relay."""
    if digits is None or len(digits) != DIGITS:
        return None
    parts = (int(digits[start : start + 16], 16) for start in (0, 16, 32))
    return Print(*(part - 2 * _SIGN if part & _SIGN else part for part in parts))


def bands(found: Print) -> tuple[int, ...]:
    """Give the five numbers that prints are looked up by.

    Every fifth bit makes a band: neighbouring bits tend to be the same, and tend to change
    together.
    """
    bits = found.differences
    return tuple(
        sum((bits >> place & 1) << number for number, place in enumerate(places))
        for places in _PLACES
    )


def nearby(band: int, number: int) -> tuple[int, ...]:
    """Give a band's value and every one that differs from it in one bit."""
    return (band, *(band ^ 1 << place for place in range(len(_PLACES[number]))))
