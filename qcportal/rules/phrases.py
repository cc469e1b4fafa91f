"""Words that people write around a value: "blue colour", "साइज 10", "black and white"."""

import re

from qcportal.rules.canonical import fold

_LABELS = frozenset(
    {
        "colour", "color", "coloured", "colored", "shade", "rang", "रंग", "कलर", "का", "की", "के",
        "size", "साइज", "साइज़", "साईज", "साईज़", "नंबर",
    }
)  # fmt: skip
_JOINTS = frozenset({"and", "और", "aur", "एवं", "तथा"})
_BETWEEN = re.compile(r"[/,&+]")
_EDGE = " .:-()"


def bare(text: str) -> str:
    """Give the text without labels at its ends and without "and" inside; itself if none is left.

    A label inside stays, and "size" alone is itself.
    """
    words = _unlabelled(text)
    return " ".join(word for word in words if word not in _JOINTS) or text


def parts(text: str) -> frozenset[str]:
    """Give the parts of "black / white" or "काला और सफेद"; none where their order says something.

    Digits say so: 1/2 is not 2/1.
    """
    if any(letter.isdigit() for letter in text):
        return frozenset()
    joined = " ".join("/" if word in _JOINTS else word for word in _unlabelled(text))
    found = frozenset(each.strip() for each in _BETWEEN.split(joined) if each.strip())
    return found if len(found) > 1 else frozenset()


def _unlabelled(text: str) -> list[str]:
    words = fold(text).split()
    while words and words[0].strip(_EDGE) in _LABELS:
        del words[0]
    while words and words[-1].strip(_EDGE) in _LABELS:
        del words[-1]
    return words
