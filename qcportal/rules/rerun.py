"""What a draft makes of an item of the past: its checklist, and the verdict on the same answers.

Answers are the ones that were given. A check that only the draft asks has none, and an item that
needs a look for nothing but that is told apart: nobody was ever asked.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from qcportal.errors import Invalid
from qcportal.rules.analysis.expressions import facts_of, read_expression
from qcportal.rules.asked import Asked, read_asked
from qcportal.rules.book import Rule, RulebookDocument
from qcportal.rules.canonical import fold
from qcportal.rules.checklist import Checklist
from qcportal.rules.compiler import compile_checklist
from qcportal.rules.facts import FactValue, ItemFacts, find_value
from qcportal.rules.verdict import Answer, ItemResult, judge

Outcome = ItemResult | Literal["never_asked", "nothing_asked"]
ReturnOutcome = Literal[
    "passed", "failed", "partially_passed", "needs_review", "pending", "never_asked", "not_required"
]
MOST_KEPT = 5_000
UNDECIDED = {"needs_review", "not_inspected", "never_asked"}


@dataclass(frozen=True)
class Past:
    """What happened to an item: what its frozen checklist asked, and what the inspection gave.

    Without a `verdict` it was not inspected. An answer holds the app's own result where it sent
    one, else the portal's.
    """

    asked: Asked
    answers: Sequence[Answer] = ()
    verdict: ItemResult | None = None


@dataclass(frozen=True)
class Rerun:
    """What differs for one item; checks by key, `rules` the ids of rows that fit.

    `removed_questions` are the words of `removed`, which the draft need not know.
    """

    rules: tuple[str, ...]
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed_questions: tuple[str, ...] = ()
    photos_added: int = 0
    photos_removed: int = 0
    before: Outcome | None = None
    after: Outcome | None = None

    @property
    def same_checklist(self) -> bool:
        """Tell whether the executive would have seen the same."""
        differs = self.added or self.removed or self.changed
        return not (differs or self.photos_added or self.photos_removed)


@dataclass(frozen=True)
class _Plan:
    """A compiled checklist and what it asks, for items with the same facts."""

    rules: tuple[str, ...]
    checklist: Checklist
    asked: Asked


class Rerunner:
    """Runs one draft over many items; keeps what it compiled for facts it has seen."""

    def __init__(self, book: RulebookDocument) -> None:
        self._book = book
        self._tested, self._filled = sorted(facts_tested(book)), sorted(facts_filled_in(book))
        self._rules: dict[FactValue, tuple[Rule, ...]] = {}
        self._parts: dict[str, RulebookDocument] = {}
        self._fitting: dict[tuple[FactValue, ...], RulebookDocument] = {}
        self._plans: dict[tuple[FactValue, ...], _Plan] = {}

    def rerun(self, facts: ItemFacts, past: Past) -> Rerun:
        """Compare the draft with what was; the merchant's own questions stay as they were asked."""
        plan, was = self._plan(facts), past.asked
        wanted = plan.asked.checks
        keeps = plan.checklist.qc != "none"
        own = {check.key for check in was.own} if keeps else set[str]()
        own_slots = {slot.key for slot in was.own_slots} if keeps else set[str]()
        removed = tuple(key for key in was.checks if key not in wanted and key not in own)
        found = Rerun(
            rules=plan.rules,
            added=tuple(key for key in wanted if key not in was.checks),
            removed=removed,
            removed_questions=tuple(was.questions[key] for key in removed),
            changed=tuple(
                key for key, parts in wanted.items() if was.checks.get(key, parts) != parts
            ),
            photos_added=len(plan.asked.slots - was.slots),
            photos_removed=len(was.slots - plan.asked.slots - own_slots),
            before=past.verdict,
            after=past.verdict,
        )
        alike = found.same_checklist and _decides_alike(plan.asked, was)
        if past.verdict is None or alike:
            return found
        return replace(found, after=_judge(plan, past, found))

    def _plan(self, facts: ItemFacts) -> _Plan:
        tested = tuple(find_value(facts, name) for name in self._tested)
        book = self._fitting.get(tested)
        if book is None:
            book = self._part_for(facts)
            _keep(self._fitting, tested, book)
        key = (book.title, *(find_value(facts, name) for name in self._filled))
        plan = self._plans.get(key)
        if plan is None:
            checklist = compile_checklist(book, facts, rulebook_version=0).checklist
            rules = tuple(rule.id for rule in book.rules)
            plan = _Plan(rules, checklist, read_asked(checklist))
            _keep(self._plans, key, plan)
        return plan

    def _part_for(self, facts: ItemFacts) -> RulebookDocument:
        """Give the book with the fitting rules only, which asks the same of such items sooner.

        Each of these parts has a title of its own, by which plans are kept.
        """
        category = facts.folded.get("category")
        if category not in self._rules:
            _keep(self._rules, category, tuple(_of_category(self._book, category)))
        rules = tuple(rule for rule in self._rules[category] if rule.fits(facts))
        title = " ".join(rule.id for rule in rules)
        part = self._parts.get(title)
        if part is None:
            part = replace(self._book, title=title, rules=rules)
            _keep(self._parts, title, part)
        return part


def return_outcome(items: Sequence[Outcome]) -> ReturnOutcome:
    """Give what a return's items make together, as the verdict on a return is made."""
    results = set(items) - {"nothing_asked"}
    if not results:
        return "not_required"
    if results == {"not_inspected"}:
        return "pending"
    undecided = results & UNDECIDED
    if undecided:
        return "never_asked" if undecided == {"never_asked"} else "needs_review"
    if len(results) > 1 or "partially_passed" in results:
        return "partially_passed"
    return "passed" if "pass" in results else "failed"


def facts_tested(book: RulebookDocument) -> set[str]:
    """Name the facts that decide which rows of a book fit."""
    tested = {"category"}
    for rule in book.rules:
        tested |= {name for name, _ in rule.tests} | facts_of(read_expression(rule.when))
    return tested


def facts_filled_in(book: RulebookDocument) -> set[str]:
    """Name the facts that rows which fit take something from: right answers, pictures, pieces."""
    filled = {"category", "quantity"}
    for check in (check for rule in book.rules for check in rule.checks):
        filled |= {check.reference_source, check.expected.source if check.expected else ""}
    return filled - {""}


def _of_category(book: RulebookDocument, category: FactValue) -> Iterator[Rule]:
    for rule in book.rules:
        if not rule.categories or category in {fold(each) for each in rule.categories}:
            yield rule


def _keep(kept: dict[Any, Any], key: Hashable, value: object) -> None:
    if len(kept) >= MOST_KEPT:
        kept.clear()
    kept[key] = value


def _decides_alike(one: Asked, other: Asked) -> bool:
    """Tell whether the same answers to the same checks must have the same verdict."""
    also = {key: words for key, words in other.also.items() if key in one.checks}
    return one.rows == other.rows and one.also == also


def _judge(plan: _Plan, past: Past, found: Rerun) -> Outcome:
    checklist = _with_own(_masked_as_before(plan.checklist, past.asked), past.asked)
    if not checklist.checks:
        return "nothing_asked"
    result = _verdict(checklist, past.answers)
    if not found.added or result not in ("needs_review", "not_inspected"):
        return result
    old = tuple(check for check in checklist.checks if check.key not in found.added)
    without = _verdict(replace(checklist, checks=old), past.answers) if old else "pass"
    return "never_asked" if without not in UNDECIDED else result


def _masked_as_before(checklist: Checklist, was: Asked) -> Checklist:
    """Compare as much of a value as was asked for, however much the draft asks for."""
    digits = was.last_digits
    checks = tuple(
        replace(check, last_digits=digits.get(check.key, 0))
        if check.key in was.checks and check.last_digits != digits.get(check.key, 0)
        else check
        for check in checklist.checks
    )
    return replace(checklist, checks=checks) if checks != checklist.checks else checklist


def _with_own(checklist: Checklist, was: Asked) -> Checklist:
    if not was.own or checklist.qc == "none":
        return checklist
    return replace(
        checklist,
        checks=(*checklist.checks, *was.own),
        slots=(*checklist.slots, *was.own_slots),
    )


def _verdict(checklist: Checklist, answers: Sequence[Answer]) -> ItemResult:
    """Judge the answers to the checks that are still asked."""
    keys = {check.key for check in checklist.checks}
    given = [answer for answer in answers if answer.check_key in keys]
    try:
        return judge(checklist, given).result
    except Invalid:  # a result that only the old check could do without
        known = [answer for answer in given if answer.result is not None]
        return judge(checklist, known).result
