"""The compact *Try it* beside a decision table: its checks, answered, and the row that decides.

No item is needed: every row of the table is taken to fit, and an answer is as expected or not.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from qcportal.blueprints.showing import tried_checks, try_it
from qcportal.blueprints.showing.try_it import Book
from qcportal.blueprints.showing.try_state import FACT, TryState
from qcportal.blueprints.shown.frame import Option
from qcportal.blueprints.shown.try_it import CardAnswer, TryItCard
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.rules.book import NO_CELLS, CheckSpec, Expectation, Rule, RulebookDocument
from qcportal.rules.checklist import Check
from qcportal.rules.compiler import compile_checklist
from qcportal.rules.facts import ItemFacts
from qcportal.rules.verdict import Answer, judge

MOST = 12
ANY = "any"
"""An item of this category stands for every one that a table is for."""

RIGHT, WRONG = "!match", "!mismatch"
UNSAID = (
    Option("!not_checked", lazy_gettext("Not checked")),
    Option("!not_applicable", lazy_gettext("Does not apply")),
)


def build(book: Book, table: str, state: TryState, url: Callable[..., str]) -> TryItCard:
    """Build the card of a table; every check is answered as expected until it is told otherwise.

    `table` is "" for the rows of every item; `url` gives the address of a view by its bare name.
    """
    document = _alone(book.document, table)
    facts = ItemFacts(sku=ANY, category=ANY)
    checklist = compile_checklist(document, facts, rulebook_version=book.version).checklist
    chosen = {check.key: _chosen(check, state) for check in checklist.checks}
    answers = [_answer(check, chosen[check.key]) for check in checklist.checks]
    shown = checklist.checks[:MOST]
    count = len(checklist.checks)
    return TryItCard(
        action=url("try_rules"),
        refresh=url("try_rules_card"),
        hidden=_hidden(book.document, table, state),
        answers=tuple(
            CardAnswer(f"a.{check.key}", check.question, _options(check), chosen[check.key])
            for check in shown
        ),
        verdict=try_it.verdict_card(judge(checklist, answers), count, checklist) if count else None,
        about=_(
            "The first %(n)s of %(total)s checks; the rest are as expected.", n=MOST, total=count
        )
        if count > MOST
        else "",
    )


def _alone(book: RulebookDocument, table: str) -> RulebookDocument:
    """Give the table's rows as rules for every item, with what its answers mean.

    The rows of answers stay in their table, so that they are named and numbered as it shows them.
    """
    rules = tuple(_laid_bare(rule) for rule in book.rules if rule.table == table and rule.checks)
    return RulebookDocument(
        book.title,
        rules,
        tables=tuple(replace(each, categories=(ANY,)) for each in book.tables if each.key == table),
        decisions=tuple(row for row in book.decisions if row.table in {table, ""}),
    )


def _laid_bare(rule: Rule) -> Rule:
    checks = tuple(_answerable(check) for check in rule.checks)
    return replace(rule, checks=checks, table="", categories=(), cells=NO_CELLS, when="", qc="full")


def _answerable(check: CheckSpec) -> CheckSpec:
    """Leave the right answer out where it is an item's own; then the chosen result stands."""
    fixed = check.expected is not None and not check.expected.source
    keeps = check.type in {"yes_no", "choice"} and fixed
    expected: Expectation | None = check.expected if keeps else None
    return replace(check, expected=expected, per_unit=False, last_digits=0, synonyms="")


def _options(check: Check) -> tuple[Option, ...]:
    if check.type == "yes_no":
        return (Option("yes", _("Yes")), Option("no", _("No")), *UNSAID)
    if check.type == "choice" and check.expected is not None:
        return (*(Option(each, each) for each in check.choices), *UNSAID)
    return (Option(RIGHT, _("As expected")), Option(WRONG, _("Not as expected")), *UNSAID)


def _chosen(check: Check, state: TryState) -> str:
    options = _options(check)
    known = {option.value for option in options}
    asked = state.answers.get(check.key, "")
    if asked in known:
        return asked
    return str(check.expected) if check.expected in known else options[0].value


def _answer(check: Check, value: str) -> Answer:
    if value in tried_checks.STATES:
        return Answer(check.key, tried_checks.STATES[value][0])
    return Answer(check.key, tried_checks.as_the_app(check, value), value)


def _hidden(book: RulebookDocument, table: str, state: TryState) -> tuple[tuple[str, str], ...]:
    category = next(
        (name for each in book.tables if each.key == table for name in each.categories), ""
    )
    facts: Mapping[str, str] = {"book": state.book, "table": table, f"{FACT}category": category}
    return tuple((name, value) for name, value in facts.items() if value)
