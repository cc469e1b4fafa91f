"""The expression of a row, taken apart into tests of single facts as far as they are simple."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qcportal.rules.cell_tests import Between, Contains, OneOf, Presence, Test
from qcportal.rules.facts import find_fact
from qcportal.rules.tokens import Token, tokenise

_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


@dataclass(frozen=True)
class Leaf:
    """A test of one fact; `known_only` leaves out a missing value also where the test would not."""

    fact: str
    test: Test
    known_only: bool = False


@dataclass(frozen=True)
class Unclear:
    """A part that compares two facts, or says of one what its values cannot tell."""

    text: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Not:
    """The opposite of a part."""

    part: "Part"


@dataclass(frozen=True)
class Together:
    """Parts of which all have to hold, or with `every` False one."""

    parts: tuple["Part", ...]
    every: bool


Part = Leaf | Unclear | Not | Together


def read_expression(text: str) -> Part:
    """Take a condition that compiles apart, as rule-engine would: not before and before or.

    Raises ConditionError for one that has no words of the language.
    """
    tokens = tokenise(text)
    if not tokens:
        return Together((), every=True)
    reader = _Reader(tokens)
    return reader.any_of()


def facts_of(part: Part) -> set[str]:
    """Name the facts that a part looks at."""
    if isinstance(part, Leaf):
        return {part.fact}
    if isinstance(part, Unclear):
        return set(part.facts)
    below = (part.part,) if isinstance(part, Not) else part.parts
    return set[str]().union(*map(facts_of, below))


def leaves(part: Part) -> Iterator[Leaf]:
    """Give every test of a single fact."""
    if isinstance(part, Leaf):
        yield part
    elif isinstance(part, Not):
        yield from leaves(part.part)
    elif isinstance(part, Together):
        for each in part.parts:
            yield from leaves(each)


class _Reader:
    """Goes through the words once; whoever compiled them made sure that they fit together."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._tokens = tokens
        self._at = 0

    def any_of(self) -> Part:
        parts = [self._all_of()]
        while self._takes("or"):
            parts.append(self._all_of())
        return parts[0] if len(parts) == 1 else Together(tuple(parts), every=False)

    def _all_of(self) -> Part:
        parts = [self._one()]
        while self._takes("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else Together(tuple(parts), every=True)

    def _one(self) -> Part:
        if self._takes("not"):
            return Not(self._one())
        if self._takes("("):
            inner = self.any_of()
            if self._takes(")") and not self._compares():
                return inner
            return self._unclear(self._tokens)
        return self._comparison()

    def _comparison(self) -> Part:
        words = list(self._until_joint())
        found: Part | None = None
        if len(words) >= 3 and words[0].kind == "fact":
            found = _fact_first(words[0].text, words[1:])
        elif len(words) == 3 and words[2].kind == "fact":
            found = _fact_last(words)
        return found or self._unclear(words)

    def _unclear(self, words: Sequence[Token]) -> Unclear:
        facts = dict.fromkeys(word.text for word in words if word.kind == "fact")
        return Unclear(" ".join(word.text for word in words), tuple(facts))

    def _until_joint(self) -> Iterator[Token]:
        depth = 0
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if depth == 0 and token.kind in {"and", "or", ")"}:
                return
            depth += (token.kind in "([") - (token.kind in ")]")
            self._at += 1
            yield token

    def _compares(self) -> bool:
        following = self._tokens[self._at : self._at + 1]
        return bool(following) and following[0].kind not in {"and", "or", ")"}

    def _takes(self, kind: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at].kind == kind
        self._at += found
        return found


def _fact_first(fact: str, words: list[Token]) -> Part | None:
    kinds = [word.kind for word in words]
    if kinds == ["operator", "null"]:
        return Leaf(fact, Presence(missing=words[0].text == "=="))
    if len(words) == 2 and kinds[0] == "operator":
        return _compared(fact, words[0].text, _value(words[1]))
    negated = kinds[:1] == ["not"]
    listed = words[1:] if negated else words
    if [word.kind for word in listed[:2]] != ["in", "["] or listed[-1].kind != "]":
        return None
    values = [_value(word) for word in listed[2:-1] if word.kind != ","]
    if None in values or not values:
        return None
    one_of = Leaf(fact, OneOf(tuple(value for value in values if value is not None)))
    return Not(one_of) if negated else one_of


def _fact_last(words: list[Token]) -> Part | None:
    value, fact = _value(words[0]), words[2].text
    if words[1].kind == "operator":
        operator = words[1].text
        return _compared(fact, _MIRRORED.get(operator, operator), value)
    kind = find_fact(fact)
    is_text = kind is not None and kind.type == "text"
    if words[1].kind == "in" and isinstance(value, str) and is_text:
        return Leaf(fact, Contains(value))
    return None


def _compared(fact: str, operator: str, value: str | float | None) -> Part | None:
    if value is None:
        return None
    if operator == "==":
        return Leaf(fact, OneOf((value,)))
    if operator == "!=":
        return Leaf(fact, OneOf((value,), negated=True), known_only=True)
    if isinstance(value, str):
        return None
    inclusive = operator.endswith("=")
    if operator.startswith(">"):
        return Leaf(fact, Between(value, None, low_in=inclusive))
    return Leaf(fact, Between(None, value, high_in=inclusive))


def _value(word: Token) -> str | float | None:
    if word.kind == "text":
        return word.text[1:-1]
    return float(word.text) if word.kind == "number" else None
