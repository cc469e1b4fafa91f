"""From the answers given at the door to a verdict per item and per return, with the reasons.

Where a value was sent and its type can be compared, the portal compares it itself and keeps the
app's own result beside it: a tampered or outdated app must not decide.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from qcportal.errors import Fault, Invalid
from qcportal.rules.check_types import CHECK_RESULTS, CHECK_TYPES, CheckResult
from qcportal.rules.checklist import Because, Check, Checklist
from qcportal.rules.facts import nearest
from qcportal.rules.matching import compare, explain
from qcportal.rules.places import MAX_FAULTS

ItemResult = Literal["pass", "fail", "needs_review", "not_inspected"]
ReturnResult = Literal[
    "not_required", "pending", "passed", "failed", "partially_passed", "needs_review"
]


# A mismatch decides before what could not be checked.
DECISIVE: tuple[tuple[CheckResult, ItemResult], ...] = (
    ("mismatch", "fail"),
    ("not_checked", "needs_review"),
)


@dataclass(frozen=True)
class Answer:
    """What the executive's app says about one check; `value` is what was read or typed."""

    check_key: str
    result: CheckResult
    value: str | None = None
    remarks: str | None = None


@dataclass(frozen=True)
class Finding:
    """The portal's result of one check; `app_result` is what the app said, None if nothing."""

    check_key: str
    result: CheckResult
    app_result: CheckResult | None
    required: bool
    explanation: str
    reason_code: str
    because: tuple[Because, ...]


@dataclass(frozen=True)
class ItemVerdict:
    """An item's result; `because` names the check and rule that decided, `brief` the check only."""

    result: ItemResult
    findings: tuple[Finding, ...]
    because: str
    brief: str


def judge(checklist: Checklist, answers: Sequence[Answer]) -> ItemVerdict:
    """Give the verdict on one item; the order of the answers does not matter.

    Only a required check's mismatch fails an item. A check without an answer counts as not
    checked. Raises Invalid for an answer to a check that is not on the checklist, for two answers
    to one check and for an unknown result, at `/answers/<n>/...`.
    """
    faults = list(islice(_faults(checklist, answers), MAX_FAULTS))
    if faults:
        raise Invalid("The answers do not fit the checklist", faults=faults)
    given = {answer.check_key: answer for answer in answers}
    findings = tuple(_find(check, given.get(check.key)) for check in checklist.checks)
    result, because, brief = _decide(checklist.checks, findings, given)
    return ItemVerdict(result, findings, because, brief)


def return_verdict(items: Sequence[ItemVerdict]) -> ReturnResult:
    """Give the `qc_state` that a return's item verdicts make together."""
    results = {item.result for item in items}
    if not results:
        return "not_required"
    if results == {"not_inspected"}:
        return "pending"
    if results & {"needs_review", "not_inspected"}:
        return "needs_review"
    if len(results) > 1:
        return "partially_passed"
    return "passed" if results == {"pass"} else "failed"


def _faults(checklist: Checklist, answers: Sequence[Answer]) -> Iterator[Fault]:
    keys = {check.key: None for check in checklist.checks}
    seen: set[str] = set()
    for number, answer in enumerate(answers):
        path = f"/answers/{number}"
        if answer.check_key not in keys:
            yield _unknown_check(path, answer.check_key, list(keys))
        if answer.check_key in seen:
            message = f"The check {answer.check_key!r} is answered twice"
            yield Fault(f"{path}/check_key", "duplicate_answer", message)
        if answer.result not in CHECK_RESULTS:
            hint = f"one of: {', '.join(CHECK_RESULTS)}"
            yield Fault(f"{path}/result", "unknown_result", "This is no result", hint)
        seen.add(answer.check_key)


def _unknown_check(path: str, key: str, keys: list[str]) -> Fault:
    near = nearest(key, keys)
    hint = f"did you mean {near!r}?" if near else None
    message = f"There is no check {key[:60]!r} on this checklist"
    return Fault(f"{path}/check_key", "unknown_check", message, hint)


def _find(check: Check, answer: Answer | None) -> Finding:
    result, explanation = _settle(check, answer)
    return Finding(
        check_key=check.key,
        result=result,
        app_result=answer.result if answer else None,
        required=check.required,
        explanation=explanation,
        reason_code=check.reason_code,
        because=check.because,
    )


def _settle(check: Check, answer: Answer | None) -> tuple[CheckResult, str]:
    if answer is None:
        return "not_checked", "No answer was sent"
    if answer.result in {"not_checked", "not_applicable"}:
        return answer.result, "The executive marked it " + answer.result.replace("_", " ")
    comparison = compare(check, answer.value)
    if comparison.matches is not None:
        result: CheckResult = "match" if comparison.matches else "mismatch"
        said = "" if result == answer.result else f"; the app said {answer.result}"
        return result, explain(comparison) + said
    if not _may_stand(check, answer):
        return "not_checked", f"{explain(comparison)}; the app said {answer.result}"
    return answer.result, f"The executive's own result; {comparison.normalisation}"


def _may_stand(check: Check, answer: Answer) -> bool:
    """Tell whether the app's result counts although the portal could not compare."""
    if check.expected is None:
        return True
    has_value = bool((answer.value or "").strip())
    hollow = answer.result == "match" and CHECK_TYPES[check.type].needs_value
    return not has_value and not hollow


def _decide(
    checks: Sequence[Check], findings: Sequence[Finding], answers: Mapping[str, Answer]
) -> tuple[ItemResult, str, str]:
    if not checks:
        return "pass", "Nothing had to be checked on this item.", ""
    if _all(findings, {"not_checked"}):
        return "not_inspected", "Not one check was answered.", "Not one check was answered"
    pairs = [
        (check, found) for check, found in zip(checks, findings, strict=True) if check.required
    ]
    for decisive, result in DECISIVE:
        for check, found in pairs:
            if found.result == decisive:
                brief = _brief(check, found, answers.get(check.key))
                return result, _named(check, found), brief
    if pairs and _all([found for _, found in pairs], {"not_applicable"}):
        text = "Every required check was marked not applicable"
        return "needs_review", f"{text}.", text
    return "pass", _passed(len(pairs), findings), ""


def _passed(required: int, findings: Sequence[Finding]) -> str:
    optional = sum(not each.required and each.result == "mismatch" for each in findings)
    sentence = f"Not one of {required} required checks was a mismatch"
    return sentence + (f"; {optional} optional did not match." if optional else ".")


def _named(check: Check, found: Finding) -> str:
    rules = " and ".join(f"“{each.title}”" for each in check.because) or "the checklist"
    return f"“{check.question}” {found.explanation}. Asked by {rules}."


def _brief(check: Check, found: Finding, answer: Answer | None) -> str:
    """Say in a few words what decided: the executive's own, else the answer as it was given."""
    remarks = (answer.remarks or "").strip() if answer else ""
    value = (answer.value or "").strip() if answer else ""
    if remarks:
        return remarks
    if found.result == "not_checked":
        return f"{check.question} Not checked"
    return f"{check.question} {value[:1].upper()}{value[1:]}".strip()


def _all(findings: Sequence[Finding], results: Collection[str]) -> bool:
    return all(found.result in results for found in findings)
