"""A condition in words: `price >= 500` reads "price at least 500"."""

from functools import lru_cache

from qcportal import language
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.rules.facts import ATTRIBUTE_PREFIX
from qcportal.rules.tokens import ConditionError, Token, tokenise

OPERATORS = {
    "==": lazy_gettext("is"),
    "!=": lazy_gettext("is not"),
    ">=": lazy_gettext("at least"),
    ">": lazy_gettext("more than"),
    "<=": lazy_gettext("at most"),
    "<": lazy_gettext("less than"),
}
NOTHING = {"==": lazy_gettext("is missing"), "!=": lazy_gettext("is known")}
TIGHT_BEFORE, TIGHT_AFTER = {")", ",", "]"}, {"("}


def in_words(condition: str) -> str:
    """Give a condition in words; as it stands where it is not of today's language."""
    return _in_words(condition, language.current())


@lru_cache(maxsize=2048)
def _in_words(condition: str, _spoken: str) -> str:
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
        return str(NOTHING.get(token.text, "") if nothing else OPERATORS[token.text])
    if token.kind == "null":
        return "" if before and before.text in NOTHING else _("nothing")
    if token.kind == "in":
        return _("is part of") if after and after.kind == "fact" else _one_of(before)
    if token.kind == "not" and after and after.kind == "in":
        return ""
    if token.kind == "text":
        return f"“{token.text[1:-1]}”"
    if token.kind == "fact":
        return token.text.removeprefix(ATTRIBUTE_PREFIX).replace("_", " ")
    return "" if token.text in "[]" else token.text


def _one_of(before: Token | None) -> str:
    return _("is none of") if before and before.kind == "not" else _("is one of")
