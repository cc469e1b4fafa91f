"""A condition in words: `price >= 500` reads "price at least 500"."""

from functools import lru_cache

from qcportal.rules.facts import ATTRIBUTE_PREFIX
from qcportal.rules.tokens import ConditionError, Token, tokenise

OPERATORS = {
    "==": "is",
    "!=": "is not",
    ">=": "at least",
    ">": "more than",
    "<=": "at most",
    "<": "less than",
}
NOTHING = {"==": "is missing", "!=": "is known"}
TIGHT_BEFORE, TIGHT_AFTER = {")", ",", "]"}, {"("}


@lru_cache(maxsize=2048)
def in_words(condition: str) -> str:
    """Give a condition in words; as it stands where it is not of today's language."""
    try:
        tokens = tokenise(condition)
    except ConditionError:
        return condition
    said = ""
    for place, token in enumerate(tokens):
        before = tokens[place - 1] if place else None
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        word = _word(token, before, after)
        if not word:
            continue
        tight = word in TIGHT_BEFORE or said[-1:] in TIGHT_AFTER or not said
        said += word if tight else f" {word}"
    return said


def _word(token: Token, before: Token | None, after: Token | None) -> str:
    if token.kind == "operator":
        nothing = after is not None and after.kind == "null"
        return NOTHING.get(token.text, "") if nothing else OPERATORS[token.text]
    if token.kind == "null":
        return "" if before and before.text in NOTHING else "nothing"
    if token.kind == "in":
        return "is part of" if after and after.kind == "fact" else _one_of(before)
    if token.kind == "not" and after and after.kind == "in":
        return ""
    if token.kind == "text":
        return f"“{token.text[1:-1]}”"
    if token.kind == "fact":
        return token.text.removeprefix(ATTRIBUTE_PREFIX).replace("_", " ")
    return "" if token.text in "[]" else token.text


def _one_of(before: Token | None) -> str:
    return "is none of" if before and before.kind == "not" else "is one of"
