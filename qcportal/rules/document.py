"""From a merchant's JSON to a rulebook: all that is wrong with it is said at once, with places."""

from collections.abc import Collection, Mapping

from qcportal.errors import Fault, Invalid
from qcportal.rules import canonical, consistency
from qcportal.rules.book import CheckSpec, Expectation, Rule, RulebookDocument, SlotSpec
from qcportal.rules.check_reading import read_check, read_key, read_slots
from qcportal.rules.conditions import ConditionError, compile_condition
from qcportal.rules.places import Place

__all__ = ["CheckSpec", "Expectation", "Rule", "RulebookDocument", "SlotSpec", "digest", "parse"]

MAX_RULES = 500
MAX_CHECKS = 50
MAX_TITLE = 120
MAX_CONDITIONS = 100_000  # characters in all conditions of one book together


def parse(document: object, *, kinds: Collection[str]) -> RulebookDocument:
    """Read a rulebook document; `kinds` are the capture kinds that slots may ask for.

    Raises Invalid with every fault: its JSON pointer, a code, a sentence and a suggestion.
    """
    faults: list[Fault] = []
    whole = Place(document, "", faults)
    book = RulebookDocument("", ())
    if whole.is_object(("title", "rules")) and _conditions_fit(whole.at("rules")):
        rules = tuple(_rule(place, kinds) for place in whole.at("rules").items(most=MAX_RULES))
        if not rules and not whole.at("rules").value:
            whole.at("rules").fault("empty", "A rulebook needs at least one rule")
        book = RulebookDocument(whole.at("title").text(most=MAX_TITLE), rules)
    consistency.check(book, faults)
    if faults:
        raise Invalid("The rulebook has faults", faults=faults)
    return book


def digest(document: RulebookDocument) -> str:
    """Give the SHA-256 of the canonical document as hex; equal content gives equal digests."""
    return canonical.digest(document.as_json())


def _conditions_fit(rules: Place) -> bool:
    """Bound the work of compiling: a condition of full length takes up to 15 ms."""
    sent = rules.value if isinstance(rules.value, list) else []
    conditions = (each.get("when") for each in sent if isinstance(each, Mapping))
    if sum(len(each) for each in conditions if isinstance(each, str)) <= MAX_CONDITIONS:
        return True
    rules.fault("too_long", f"All conditions together have over {MAX_CONDITIONS:,} characters")
    return False


def _rule(place: Place, kinds: Collection[str]) -> Rule:
    if not place.is_object(("id", "title", "when", "checks", "photos")):
        return Rule("", "")
    checks = place.at("checks").items(most=MAX_CHECKS)
    rule = Rule(
        id=read_key(place.at("id")),
        title=place.at("title").text(most=MAX_TITLE),
        when=_condition(place.at("when")),
        checks=tuple(read_check(check, kinds) for check in checks),
        photos=read_slots(place.at("photos"), kinds),
    )
    if not place.at("checks").value and not place.at("photos").value:
        place.fault("asks_nothing", "This rule asks nothing", "give it checks or photos")
    return rule


def _condition(place: Place) -> str:
    if place.is_missing:
        return ""
    if not isinstance(place.value, str):
        return place.text(most=1)
    try:
        compile_condition(place.value)
    except ConditionError as error:
        message = f"{error.message} (character {error.column})"
        place.fault("condition", message, error.suggestion)
        return ""
    return place.value.strip()
