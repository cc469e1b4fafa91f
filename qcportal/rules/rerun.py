"""What a draft makes of an item of the past: its checklist, and the verdict on the same answers.

Answers are the ones that were given. A check that only the draft asks has none, and an item that
needs a look for nothing but that is told apart: nobody was ever asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from qcportal.errors import Invalid
from qcportal.rules.analysis.expressions import facts_of, read_expression
from qcportal.rules.book import RulebookDocument
from qcportal.rules.checklist import Check, Checklist, Slot
from qcportal.rules.compiler import compile_checklist
from qcportal.rules.facts import FactValue, ItemFacts, find_value
from qcportal.rules.verdict import Answer, ItemResult, judge

Outcome = ItemResult | Literal["never_asked", "nothing_asked"]
ReturnOutcome = Literal[
    "passed", "failed", "partially_passed", "needs_review", "pending", "never_asked", "not_required"
]
OWN_QUESTION = "q-"
MOST_KEPT = 20_000
UNDECIDED = {"needs_review", "not_inspected", "never_asked"}
_ASKED_PARTS = (
    "key", "type", "question", "help", "required", "expected", "tolerance", "reason_code",
)  # fmt: skip
_LISTS = ("choices", "slots", "reference_images")


@dataclass(frozen=True)
class Past:
    """What happened to an item: its frozen checklist as JSON, and what came of its inspection.

    Without a checklist nothing was asked; without a `verdict` it was not inspected. An answer
    holds the app's own result where it sent one, else the portal's.
    """

    checklist: Mapping[str, Any]
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
    """A compiled checklist and all that comparing needs of it, for items with the same facts."""

    rules: tuple[str, ...]
    checklist: Checklist
    asked: Mapping[str, tuple[object, ...]]
    judged: Mapping[str, tuple[object, ...]]
    slots: frozenset[str]
    rows: tuple[tuple[object, ...], ...]


class Rerunner:
    """Runs one draft over many items; keeps what it compiled for facts it has seen."""

    def __init__(self, book: RulebookDocument) -> None:
        self._book = book
        self._names = sorted(facts_used(book))
        self._plans: dict[tuple[FactValue, ...], _Plan] = {}

    def rerun(self, facts: ItemFacts, past: Past) -> Rerun:
        """Compare the draft with what was; the merchant's own questions stay as they were asked."""
        plan, frozen = self._plan(facts), past.checklist
        checks = {check["key"]: check for check in frozen.get("checks", ())}
        own = {key for key in checks if key.startswith(OWN_QUESTION)}
        kept = own if plan.checklist.qc != "none" else set[str]()
        asked = {key: _asked(check) for key, check in checks.items()}
        slots = {slot["key"] for slot in frozen.get("slots", ())}
        mine = {slot for key in kept for slot in checks[key]["slots"]}
        removed = tuple(key for key in asked if key not in plan.asked and key not in kept)
        found = Rerun(
            rules=plan.rules,
            added=tuple(key for key in plan.asked if key not in asked),
            removed=removed,
            removed_questions=tuple(str(checks[key]["question"]) for key in removed),
            changed=tuple(
                key for key, parts in plan.asked.items() if asked.get(key, parts) != parts
            ),
            photos_added=len(plan.slots - slots),
            photos_removed=len(slots - plan.slots - mine),
            before=past.verdict,
            after=past.verdict,
        )
        if past.verdict is None or (found.same_checklist and _judged_alike(plan, frozen, kept)):
            return found
        return replace(found, after=self._judge(plan, past, kept, found))

    def _plan(self, facts: ItemFacts) -> _Plan:
        key = tuple(find_value(facts, name) for name in self._names)
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= MOST_KEPT:
                self._plans.clear()
            plan = self._plans[key] = _plan(self._book, facts)
        return plan

    def _judge(self, plan: _Plan, past: Past, kept: set[str], found: Rerun) -> Outcome | None:
        checklist = _with_own(_masked_as_before(plan.checklist, past), past, kept)
        if not checklist.checks:
            return "nothing_asked"
        result = _verdict(checklist, past.answers)
        if not found.added or result not in ("needs_review", "not_inspected"):
            return result
        old = tuple(check for check in checklist.checks if check.key not in found.added)
        without = _verdict(replace(checklist, checks=old), past.answers) if old else "pass"
        return "never_asked" if without not in UNDECIDED else result


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


def facts_used(book: RulebookDocument) -> set[str]:
    """Name the facts on which a book's checklists depend."""
    used = {"category", "quantity"}
    for rule in book.rules:
        used |= {name for name, _ in rule.tests} | facts_of(read_expression(rule.when))
        for check in rule.checks:
            used |= {check.reference_source, check.expected.source if check.expected else ""}
    return used - {""}


def _plan(book: RulebookDocument, facts: ItemFacts) -> _Plan:
    checklist = compile_checklist(book, facts, rulebook_version=0).checklist
    plain = checklist.to_json()
    checks: Any = plain["checks"]
    return _Plan(
        rules=tuple(rule.id for rule in book.rules if rule.fits(facts)),
        checklist=checklist,
        asked={check["key"]: _asked(check) for check in checks},
        judged={check["key"]: _judged(check) for check in checks},
        slots=frozenset(slot.key for slot in checklist.slots),
        rows=tuple((row.verdict, *row.answers) for row in checklist.rows),
    )


def _asked(check: Mapping[str, Any]) -> tuple[object, ...]:
    """Give what the executive sees of a check, and what it is compared with."""
    parts = [check[name] for name in _ASKED_PARTS]
    lists = [tuple(check[name]) for name in _LISTS]
    return (*parts, *lists, check.get("unit", 0), check.get("last_digits", 0))


def _judged(check: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(check.get("also", ()))


def _judged_alike(plan: _Plan, frozen: Mapping[str, Any], kept: set[str]) -> bool:
    """Tell whether the same answers to the same checks must have the same verdict."""
    rows = tuple(
        (row["verdict"], *sorted(row["answers"].items())) for row in frozen.get("rows", ())
    )
    checks = (check for check in frozen.get("checks", ()) if check["key"] not in kept)
    return rows == plan.rows and all(plan.judged[each["key"]] == _judged(each) for each in checks)


def _masked_as_before(checklist: Checklist, past: Past) -> Checklist:
    """Compare as much of a value as was asked for, however much the draft asks for."""
    digits = {each["key"]: each.get("last_digits", 0) for each in past.checklist.get("checks", ())}
    checks = tuple(
        replace(check, last_digits=digits[check.key])
        if digits.get(check.key, check.last_digits) != check.last_digits
        else check
        for check in checklist.checks
    )
    return replace(checklist, checks=checks) if checks != checklist.checks else checklist


def _with_own(checklist: Checklist, past: Past, kept: set[str]) -> Checklist:
    if not kept:
        return checklist
    issued = Checklist.from_json(past.checklist)
    checks: list[Check] = [check for check in issued.checks if check.key in kept]
    slots: list[Slot] = [slot for slot in issued.slots if slot.check_key in kept]
    return replace(checklist, checks=(*checklist.checks, *checks), slots=(*checklist.slots, *slots))


def _verdict(checklist: Checklist, answers: Sequence[Answer]) -> ItemResult:
    """Judge the answers to the checks that are still asked."""
    keys = {check.key for check in checklist.checks}
    given = [answer for answer in answers if answer.check_key in keys]
    try:
        return judge(checklist, given).result
    except Invalid:  # a result that only the old check could do without
        known = [answer for answer in given if answer.result is not None]
        return judge(checklist, known).result
