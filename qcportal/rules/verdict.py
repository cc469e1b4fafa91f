"""From the answers given at the door to a verdict per piece, item and return, with the reasons."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from qcportal.errors import Invalid
from qcportal.rules.check_types import CHECK_RESULTS, CheckResult
from qcportal.rules.checklist import Check, Checklist, Row
from qcportal.rules.decision_rows import Asked, Decided, decide_by_rows, is_all, name
from qcportal.rules.findings import Answer, Finding, find, find_faults
from qcportal.rules.places import MAX_FAULTS

__all__ = [
    "CHECK_RESULTS",
    "Answer",
    "CheckResult",
    "Finding",
    "ItemResult",
    "ItemVerdict",
    "ReturnResult",
    "UnitVerdict",
    "judge",
    "return_verdict",
]

UnitResult = Literal["pass", "fail", "needs_review", "not_inspected"]
ItemResult = Literal["pass", "fail", "partially_passed", "needs_review", "not_inspected"]
ReturnResult = Literal[
    "not_required", "pending", "passed", "failed", "partially_passed", "needs_review"
]
DECISIVE: tuple[tuple[CheckResult, UnitResult], ...] = (
    ("mismatch", "fail"),
    ("not_checked", "needs_review"),
)
UNDECIDED: Collection[str] = ("needs_review", "not_inspected")
ONE: Mapping[str, str] = {"needs_review": "needs a look", "not_inspected": "was not checked"}
ALL: Mapping[str, str] = {
    "pass": "passed",
    "fail": "failed",
    "needs_review": "need a look",
    "not_inspected": "were not checked",
}


@dataclass(frozen=True)
class UnitVerdict:
    """The result of one piece of an item, counted from 1, with the reason like an item's."""

    unit: int
    result: UnitResult
    because: str
    brief: str


@dataclass(frozen=True)
class ItemVerdict:
    """An item's result; `because` names the check and rule that decided, `brief` the check only.

    `units` are the pieces where they are judged one by one, else empty.
    """

    result: ItemResult
    findings: tuple[Finding, ...]
    because: str
    brief: str
    units: tuple[UnitVerdict, ...] = ()


def judge(checklist: Checklist, answers: Sequence[Answer]) -> ItemVerdict:
    """Give the verdict on one item; the order of the answers does not matter.

    The first row of the checklist that fits decides. Where none does, only a required check's
    mismatch fails an item, and a required check that was not checked needs a look. A check without
    an answer counts as not checked. Raises Invalid for an answer to a check that is not on the
    checklist, for two answers to one check and for a result that is unknown or missing, at
    `/answers/<n>/...`.
    """
    faults = list(islice(find_faults(checklist, answers), MAX_FAULTS))
    if faults:
        raise Invalid("The answers do not fit the checklist", faults=faults)
    given = {answer.check_key: answer for answer in answers}
    asked = [Asked(each, find(each, given), given.get(each.key)) for each in checklist.checks]
    findings = tuple(each.finding for each in asked)
    if checklist.units <= 1 or is_all(asked, {"not_checked"}):
        whole = _decide(asked, checklist.rows)
        return ItemVerdict(whole.result, findings, whole.because, whole.brief)
    units = tuple(_judge_unit(checklist, asked, unit) for unit in range(1, checklist.units + 1))
    return _together(units, findings)


def return_verdict(items: Sequence[ItemVerdict]) -> ReturnResult:
    """Give the `qc_state` that a return's item verdicts make together."""
    results = {item.result for item in items}
    if not results:
        return "not_required"
    if results == {"not_inspected"}:
        return "pending"
    if not results.isdisjoint(UNDECIDED):
        return "needs_review"
    if results == {"pass"}:
        return "passed"
    return "failed" if results == {"fail"} else "partially_passed"


def _judge_unit(checklist: Checklist, asked: Sequence[Asked], unit: int) -> UnitVerdict:
    """Judge one piece by its own checks and by those that count for every piece."""
    own = [each for each in asked if each.check.unit in (0, unit)]
    decided = _decide(own, checklist.rows)
    return UnitVerdict(unit, decided.result, decided.because, decided.brief)


def _together(units: tuple[UnitVerdict, ...], findings: tuple[Finding, ...]) -> ItemVerdict:
    results = {unit.result for unit in units}
    first = next((unit for unit in units if unit.result in UNDECIDED), None)
    if len(results) == 1:
        (result,) = results
        text = f"{'Both' if len(units) == 2 else f'All {len(units)}'} pieces {ALL[result]}"
        reason = f"{text}. {units[0].because}"
        brief = f"{text}. {units[0].brief}" if units[0].brief else ""
        return ItemVerdict(result, findings, reason, brief, units)
    if first is not None:
        text = f"Piece {first.unit} of {len(units)} {ONE[first.result]}. "
        reason, brief = text + first.because, text + first.brief
        return ItemVerdict("needs_review", findings, reason, brief, units)
    failed = next(unit for unit in units if unit.result == "fail")
    passed = sum(unit.result == "pass" for unit in units)
    text = f"{passed} of {len(units)} pieces passed. Piece {failed.unit}: "
    reason, brief = text + failed.because, text + failed.brief
    return ItemVerdict("partially_passed", findings, reason, brief, units)


def _decide(asked: Sequence[Asked], rows: Sequence[Row]) -> Decided:
    if not asked:
        return Decided("pass", "Nothing had to be checked on this item.", "")
    if is_all(asked, {"not_checked"}):
        text = "Not one check was answered"
        return Decided("not_inspected", f"{text}.", text)
    return decide_by_rows(asked, rows) or _decide_by_required(asked)


def _decide_by_required(asked: Sequence[Asked]) -> Decided:
    """Decide by the required checks; a mismatch comes before what could not be checked."""
    required = [each for each in asked if each.check.required]
    for result, verdict in DECISIVE:
        for each in required:
            if each.finding.result == result:
                return Decided(verdict, _named(each.check, each.finding), each.brief)
    if required and is_all(required, {"not_applicable"}):
        text = "Every required check was marked not applicable"
        return Decided("needs_review", f"{text}.", text)
    return Decided("pass", _passed(len(required), asked), "")


def _passed(required: int, asked: Sequence[Asked]) -> str:
    optional = sum(not each.check.required and each.finding.result == "mismatch" for each in asked)
    sentence = {
        0: "No check was required",
        1: "The one required check was not a mismatch",
    }.get(required, f"None of the {required} required checks was a mismatch")
    return sentence + (f"; {optional} optional did not match." if optional else ".")


def _named(check: Check, found: Finding) -> str:
    rules = " and ".join(f"“{each.title}”" for each in check.because) or "the checklist"
    return f"{name(check, found)}. Asked by {rules}."
