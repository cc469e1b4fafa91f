"""From a merchant's JSON to a rulebook: all that is wrong with it is said at once, with places."""

from collections.abc import Collection, Mapping

from qcportal.errors import Fault, Invalid
from qcportal.language import gettext as _
from qcportal.rules import canonical, consistency
from qcportal.rules.book import CheckSpec, Expectation, Rule, RulebookDocument, SlotSpec, Table
from qcportal.rules.decision_reading import read_decision, read_lists, read_review
from qcportal.rules.places import Place
from qcportal.rules.row_reading import read_rule, read_table

__all__ = ["CheckSpec", "Expectation", "Rule", "RulebookDocument", "SlotSpec", "digest", "parse"]

MAX_RULES = 500
MAX_TABLES = 100
MAX_DECISIONS = 500
MAX_TITLE = 120
MAX_CONDITIONS = 100_000  # characters in all conditions of one book together

_KEYS = ("title", "tables", "rules", "decisions", "synonyms", "review")


def parse(document: object, *, kinds: Collection[str]) -> RulebookDocument:
    """Read a rulebook document; `kinds` are the capture kinds that slots may ask for.

    Raises Invalid with every fault: its JSON pointer, a code, a sentence and a suggestion.
    """
    faults: list[Fault] = []
    whole = Place(document, "", faults)
    book = RulebookDocument("", ())
    if whole.is_object(_KEYS) and _conditions_fit(whole.at("rules")):
        book = _book(whole, kinds)
    consistency.check(book, faults)
    if faults:
        raise Invalid(_("The rulebook has faults"), faults=faults)
    return book


def digest(document: RulebookDocument) -> str:
    """Give the SHA-256 of the canonical document as hex; equal content gives equal digests."""
    return canonical.digest(document.as_json())


def _book(whole: Place, kinds: Collection[str]) -> RulebookDocument:
    tables = tuple(map(read_table, whole.at("tables").items(most=MAX_TABLES)))
    named: dict[str, Table] = {}
    for table in tables:
        named.setdefault(table.key, table)
    rules = whole.at("rules")
    rows = tuple(read_rule(place, kinds, named) for place in rules.items(most=MAX_RULES))
    if not rows and not rules.value:
        rules.fault("empty", _("A rulebook needs at least one rule"))
    asked = _asked(rows)
    decisions = whole.at("decisions").items(most=MAX_DECISIONS)
    return RulebookDocument(
        title=whole.at("title").text(most=MAX_TITLE),
        rules=rows,
        tables=tables,
        decisions=tuple(read_decision(place, named, asked) for place in decisions),
        synonyms=read_lists(whole.at("synonyms")),
        review=read_review(whole.at("review")),
    )


def _asked(rules: Collection[Rule]) -> Mapping[str, CheckSpec]:
    checks: dict[str, CheckSpec] = {}
    for rule in rules:
        for check in rule.checks:
            checks.setdefault(check.key, check)
    checks.pop("", None)
    return checks


def _conditions_fit(rules: Place) -> bool:
    """Bound the work of compiling: a condition of full length takes up to 15 ms."""
    sent = rules.value if isinstance(rules.value, list) else []
    conditions = (each.get("when") for each in sent if isinstance(each, Mapping))
    if sum(len(each) for each in conditions if isinstance(each, str)) <= MAX_CONDITIONS:
        return True
    rules.fault(
        "too_long",
        _(
            "All conditions together have over %(n)s characters",
            n=format(MAX_CONDITIONS, ","),
        ),
    )
    return False
