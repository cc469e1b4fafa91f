"""The words of a condition, checked before any parser sees them.

rule-engine computes constant parts while it parses, so an operator that must not run (`**`, `=~`,
a comprehension) has to be refused here, in the text, and not in the finished tree.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.rules.canonical import is_clean
from qcportal.rules.facts import ATTRIBUTE_PREFIX, find_fact, suggest_fact

MAX_LENGTH = 2000
MAX_DEPTH = 20
MAX_OPERATORS = 100

_TOKEN = re.compile(
    r"""(?P<text>"[^"\\\n]*"|'[^'\\\n]*')"""
    r"|(?P<number>-?[0-9]{1,12}(?:\.[0-9]{1,6})?(?![\w.]))"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)"
    r"|(?P<operator>==|!=|<=|>=|(?:<(?![<>=])|>(?![>=])))"
    r"|(?P<open>[(\[])|(?P<close>[)\]])|(?P<comma>,)"
)
_WORDS = {"and", "or", "not", "in", "null", "true", "false"}
_LITERALS = {"text", "number", "null", "true", "false"}
_VALUES = {*_LITERALS, "fact", ")", "]"}
_INSTEAD = {
    "=": "==",
    "&": "and",
    "|": "or",
    "!": "not",
    "<>": "!=",
    "\u201c": lazy_gettext('straight quotes: "'),
    "\u201d": lazy_gettext('straight quotes: "'),
    "\u2018": lazy_gettext("straight quotes: '"),
    "\u2019": lazy_gettext("straight quotes: '"),
}


class ConditionError(ValueError):
    """A condition that cannot be used; `column` counts characters from 1."""

    def __init__(self, message: str, column: int = 1, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.suggestion = suggestion


@dataclass(frozen=True)
class Token:
    """One word: `kind` is text, number, fact, operator, a keyword or the bracket itself."""

    kind: str
    text: str
    column: int


def tokenise(text: str) -> tuple[Token, ...]:
    """Split a condition into its words; raise ConditionError for anything outside the language."""
    if len(text) > MAX_LENGTH:
        message = _("The condition is longer than %(n)s characters", n=MAX_LENGTH)
        raise ConditionError(message, MAX_LENGTH + 1)
    tokens = tuple(_words(text))
    _check_amounts(tokens)
    for before, token in zip(tokens, tokens[1:], strict=False):
        _check_neighbours(before, token)
    for left, operator, right in zip(tokens, tokens[1:], tokens[2:], strict=False):
        _check_comparison(left, operator, right)
    return tokens


def _words(text: str) -> Iterator[Token]:
    position = 0
    while position < len(text):
        if text[position] in " \t\r\n":
            position += 1
            continue
        found = _TOKEN.match(text, position)
        if found is None:
            raise _unreadable(text, position)
        yield _token(found)
        position = found.end()


def _token(found: re.Match[str]) -> Token:
    kind, word, column = str(found.lastgroup), found.group(), found.start() + 1
    if kind == "text" and not is_clean(word):
        raise ConditionError(_("This text has control characters in it"), column)
    if kind in {"open", "close", "comma"} or (kind == "name" and word in _WORDS):
        return Token(word, word, column)
    if kind != "name":
        return Token(kind, word, column)
    if word.lower() in _WORDS:
        raise ConditionError(
            _("%(word)s is not a word here", word=repr(word)),
            column,
            _("write %(word)s", word=repr(word.lower())),
        )
    _check_fact(word, column)
    return Token("fact", word, column)


def _check_fact(word: str, column: int) -> None:
    if find_fact(word) is not None:
        return
    if word == "attributes":
        raise ConditionError(
            _("'attributes' needs the name of one attribute"), column, _("write attributes.colour")
        )
    if word.startswith(ATTRIBUTE_PREFIX):
        hint = _(
            "attribute names have no dots, at most 40 letters, in lower case: attributes.colour"
        )
        raise ConditionError(_("Unknown attribute %(word)s", word=repr(word[:60])), column, hint)
    near = suggest_fact(word)
    hint = (
        _("did you mean %(word)s?", word=repr(near))
        if near
        else f"did you mean attributes.{word[:40].lower()}?"
    )
    raise ConditionError(_("Unknown fact %(word)s", word=repr(word[:60])), column, hint)


def _unreadable(text: str, position: int) -> ConditionError:
    letter, column = text[position], position + 1
    if letter in "\"'":
        return ConditionError(
            _("This text has no closing quote on its line, or has a backslash in it"), column
        )
    if letter.isdigit():
        return ConditionError(
            _("This number is too long or badly written"),
            column,
            _("at most 12 digits, as in 1500.50"),
        )
    instead = _INSTEAD.get(text[position : position + 2]) or _INSTEAD.get(letter)
    hint = _("write %(instead)s", instead=instead) if instead else None
    return ConditionError(
        _("%(letter)s is not allowed in a condition", letter=repr(letter)), column, hint
    )


def _check_amounts(tokens: tuple[Token, ...]) -> None:
    depth = operators = 0
    for token in tokens:
        depth += (token.kind in "([") - (token.kind in ")]")
        operators += token.kind in {"and", "or", "not"}
        if depth > MAX_DEPTH:
            raise ConditionError(
                _("Brackets are nested over %(max_depth)s deep", max_depth=MAX_DEPTH), token.column
            )
        if operators > MAX_OPERATORS:
            raise ConditionError(f"More than {MAX_OPERATORS} times and/or/not", token.column)


def _check_neighbours(before: Token, token: Token) -> None:
    if token.kind == "[" and before.kind != "in":
        raise ConditionError(_("A list is only allowed after 'in'"), token.column)
    if token.kind == "(" and before.kind in _VALUES:
        raise ConditionError(_("Functions are not part of conditions"), before.column)
    if token.kind == "number" and before.kind in _VALUES:
        raise ConditionError(_("Conditions do not calculate"), token.column)


def _check_comparison(left: Token, operator: Token, right: Token) -> None:
    compares = operator.kind in {"operator", "in"}
    if not compares or left.kind not in _LITERALS or right.kind not in {*_LITERALS, "["}:
        return
    word = left.text.strip("\"'")
    hint = (
        _("write %(word)s without quotes", word=word)
        if left.kind == "text" and find_fact(word)
        else None
    )
    raise ConditionError(_("This compares two fixed values and no fact"), left.column, hint)
