"""What a photo's measures say of its quality: advice for whoever looks, never a reason to refuse.

Tuned on the 94 demo pictures (`bench/picture_flags.py` prints the table): between the five that
were spoilt on purpose and all others lies a factor of ten in sharpness, two in dark and ten in
bright pixels, and the limits stand about in the middle.
"""

from enum import StrEnum

from qcportal.photos import measures
from qcportal.photos.measures import Found


class Flag(StrEnum):
    """What may be wrong with a photo that can be opened."""

    BLURRED = "blurred"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"


BLURRED_BELOW = 40.0
"""`sharpest`: edges of the sharpest part. A plain product leaves most of a good photo smooth."""
TOO_DARK_ABOVE = 0.75
"""`dark`: share of nearly black pixels. A black product fills less than half of a photo."""
TOO_BRIGHT_ABOVE = 0.25
"""`bright`: share of blown-out pixels. White paper in good light stays below pure white."""


def flags_of(found: Found) -> tuple[Flag, ...]:
    """Give what is wrong with a measured picture; nothing of one that was not measured."""
    sharpest, dark, bright = (found.get(name) for name in ("sharpest", "dark", "bright"))
    seen = []
    if sharpest is not None and sharpest < BLURRED_BELOW:
        seen.append(Flag.BLURRED)
    if dark is not None and dark > TOO_DARK_ABOVE:
        seen.append(Flag.TOO_DARK)
    if bright is not None and bright > TOO_BRIGHT_ABOVE:
        seen.append(Flag.TOO_BRIGHT)
    return tuple(seen)


def could_not_be_measured(found: Found) -> bool:
    """Tell whether measuring was given up: it took too much, which is not the file's fault."""
    failed = not measures.is_measured(found) and measures.unreadable(found) is None
    return failed and measures.is_final(found)
