"""Turns rule-engine's tree of a condition into closures; a node type not named here is refused."""

import operator
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from rule_engine import ast  # type: ignore[import-untyped]

from qcportal.language import gettext as _
from qcportal.rules.canonical import fold
from qcportal.rules.facts import (
    FactType,
    FactValue,
    find_fact,
    is_numeric_text,
    numeric_name,
)
from qcportal.rules.tokens import ConditionError, Token

Known = Mapping[str, FactValue]
Holds = Callable[[Known], bool]

_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}


class _Operand(NamedTuple):
    """One side of a comparison: a fixed value, or the fact to read it from."""

    type: FactType | None
    value: FactValue
    fact: str = ""

    def read(self, known: Known) -> FactValue:
        """Give the side's value for one item, None where it is missing."""
        return known.get(self.fact) if self.fact else self.value


class Lowering:
    """Lowers one condition; its tokens tell where a fact was mentioned."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._tokens = tokens

    def test(self, node: Any) -> Holds:
        """Give the closure for a node that answers true or false."""
        kinds: Mapping[type, Callable[[Any], Holds]] = {
            ast.LogicExpression: self._logic,
            ast.UnaryExpression: self._negation,
            ast.ComparisonExpression: self._comparison,
            ast.ArithmeticComparisonExpression: self._comparison,
            ast.ContainsExpression: self._membership,
            ast.BooleanExpression: self._constant,
        }
        lower = kinds.get(type(node))
        if lower is None:
            raise self._refusal(_("A condition must say true or false"), node, _("compare with =="))
        return lower(node)

    def _logic(self, node: Any) -> Holds:
        left, right = self.test(node.left), self.test(node.right)
        if node.type == "and":
            return lambda known: left(known) and right(known)
        return lambda known: left(known) or right(known)

    def _negation(self, node: Any) -> Holds:
        if node.type != "not":
            raise self._refusal(_("Conditions do not calculate"), node.right)
        inner = self.test(node.right)
        return lambda known: not inner(known)

    def _constant(self, node: Any) -> Holds:
        value = bool(node.value)
        return lambda known: value

    def _comparison(self, node: Any) -> Holds:
        left, right = self._operand(node.left), self._operand(node.right)
        if left.type is None or right.type is None:
            return self._presence(node, left, right)
        left, right = _as_number(left, right), _as_number(right, left)
        self._check_types(node, left, right)
        compare = _ORDER[node.type]
        if not right.fact:
            return _against(left.fact, right.value, compare)

        def test(known: Known) -> bool:
            one, other = left.read(known), right.read(known)
            return one is not None and other is not None and compare(one, other)

        return test

    def _presence(self, node: Any, left: _Operand, right: _Operand) -> Holds:
        fact, wants_missing = left.fact or right.fact, node.type == "eq"
        if node.type not in {"eq", "ne"} or not fact:
            raise self._refusal(_("null only goes with == and !="), node.left)
        return lambda known: (known.get(fact) is None) is wants_missing

    def _check_types(self, node: Any, left: _Operand, right: _Operand) -> None:
        fact = node.left if left.fact else node.right
        if left.type == "list" or right.type == "list":
            raise self._refusal(_("A list only goes with 'in' and null"), fact)
        if left.type != right.type:
            hint = _("texts need quotes, numbers must not have them")
            raise self._refusal(_("This compares a text with a number"), fact, hint)
        if left.type == "text" and node.type not in {"eq", "ne"}:
            raise self._refusal(_("Texts only compare with == and !="), fact)

    def _membership(self, node: Any) -> Holds:
        member = self._operand(node.member)
        if type(node.container) is ast.ArrayExpression:
            return self._one_of(node, member)
        container = self._operand(node.container)
        if member.type != "text" or container.type not in {"text", "list"}:
            raise self._refusal(_("'in' looks for a text"), node.member)

        def test(known: Known) -> bool:
            part, whole = member.read(known), container.read(known)
            return part is not None and whole is not None and part in whole  # type: ignore[operator]

        return test

    def _one_of(self, node: Any, member: _Operand) -> Holds:
        choices = [self._operand(each) for each in node.container.value]
        if any(each.fact or each.type != member.type for each in choices):
            hint = _("texts need quotes, numbers must not have them")
            raise self._refusal(_("The list must hold fixed values of the fact's type"), node, hint)
        allowed = frozenset(each.value for each in choices)
        return lambda known: (value := member.read(known)) is not None and value in allowed

    def _operand(self, node: Any) -> _Operand:
        kind = type(node)
        if kind is ast.StringExpression:
            return _Operand("text", fold(node.value))
        if kind is ast.FloatExpression:
            return _Operand("number", float(node.value))
        if kind is ast.NullExpression:
            return _Operand(None, None)
        fact = find_fact(_fact_name(node))
        if fact is None:
            raise self._refusal(_("Only facts and fixed values can be compared"), node)
        return _Operand(fact.type, None, fact.name)

    def _refusal(self, message: str, node: Any, suggestion: str | None = None) -> ConditionError:
        """Give an error at the first mention of the node's fact (the tree keeps no columns)."""
        name = _fact_name(getattr(node, "member", node))
        columns = (token.column for token in self._tokens if token.text == name)
        return ConditionError(message, next(columns, self._tokens[0].column), suggestion)


def _as_number(side: _Operand, other: _Operand) -> _Operand:
    """Read an attribute or a PIN code as a number where it meets a number; they are texts."""
    if other.type != "number" or not is_numeric_text(side.fact):
        return side
    return _Operand("number", None, numeric_name(side.fact))


def _against(fact: str, fixed: FactValue, compare: Callable[[Any, Any], bool]) -> Holds:
    return lambda known: (value := known.get(fact)) is not None and compare(value, fixed)


def _fact_name(node: Any) -> str:
    if type(node) is ast.SymbolExpression:
        return str(node.name)
    if type(node) is ast.GetAttributeExpression and type(node.object) is ast.SymbolExpression:
        return f"{node.object.name}.{node.name}"
    return ""
