"""When a rule applies: a small closed language, parsed by rule-engine and run by plain closures.

rule-engine's own evaluation raises on missing values and costs 14 to 500 microseconds a rule, so
its tree is only read: every node type is allow-listed and turned into a function over the facts.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import rule_engine  # type: ignore[import-untyped]
from rule_engine import errors

from qcportal.language import gettext as _
from qcportal.rules.facts import ItemFacts
from qcportal.rules.lowering import Holds, Known, Lowering
from qcportal.rules.tokens import ConditionError, tokenise

__all__ = ["Condition", "ConditionError", "compile_condition"]


@dataclass(frozen=True)
class Condition:
    """A checked condition, ready to be asked of any number of items from any thread."""

    text: str
    holds: Holds = field(repr=False, compare=False)

    def matches(self, facts: ItemFacts) -> bool:
        """Tell whether the item meets the condition; never raises."""
        return self.holds(facts.folded)


@lru_cache(maxsize=8192)
def compile_condition(text: str) -> Condition:
    """Compile a condition; an empty one holds for every item.

    Raises ConditionError with a column and, where one can be guessed, a suggestion. Texts compare
    without regard to case and spacing. A comparison with a missing fact is false, `!=` included;
    `fact == null` asks whether it is missing.
    """
    tokens = tokenise(text)
    if not tokens:
        return Condition(text, _always)
    return Condition(text, Lowering(tokens).test(_parse(text)))


def _always(known: Known) -> bool:
    return True


def _parse(text: str) -> Any:
    context = rule_engine.Context(default_value=None, default_timezone="utc")
    try:
        return rule_engine.Rule(text.replace("\r", " "), context=context).statement.expression
    except errors.RuleSyntaxError as error:
        raise _syntax_error(error.token, text) from None
    except (errors.EngineError, RecursionError):
        raise ConditionError(_("This is not a condition")) from None


def _syntax_error(token: Any, text: str) -> ConditionError:
    if token is None:
        return ConditionError(_("The condition stops too early"), len(text.rstrip()) + 1)
    message = _("%(value)s is not expected here", value=repr(str(token.value)[:40]))
    return ConditionError(message, int(token.lexpos) + 1)
