"""One answer given at the door against its check: what the portal finds, and why.

Where a value was sent and its type can be compared, the portal compares it itself and keeps the
app's own result beside it: a tampered or outdated app must not decide.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qcportal.errors import Fault
from qcportal.rules.check_types import CHECK_RESULTS, CHECK_TYPES, CheckResult
from qcportal.rules.checklist import Because, Check, Checklist
from qcportal.rules.facts import nearest
from qcportal.rules.matching import compare, explain


@dataclass(frozen=True)
class Answer:
    """What the executive's app says about one check; `value` is what was read or typed.

    Without a `result` the portal judges the value alone.
    """

    check_key: str
    result: CheckResult | None = None
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


def find_faults(checklist: Checklist, answers: Sequence[Answer]) -> Iterator[Fault]:
    """Give what is wrong with the answers as a list, at `/answers/<n>/...`."""
    checks = {check.key: check for check in checklist.checks}
    seen: set[str] = set()
    for number, answer in enumerate(answers):
        path = f"/answers/{number}"
        check = checks.get(answer.check_key)
        if check is None:
            yield _unknown_check(path, answer.check_key, list(checks))
        if answer.check_key in seen:
            message = f"The check {answer.check_key!r} is answered twice"
            yield Fault(f"{path}/check_key", "duplicate_answer", message)
        yield from _result_faults(f"{path}/result", answer, check)
        seen.add(answer.check_key)


def find(check: Check, answers: Mapping[str, Answer]) -> Finding:
    """Give the finding on one check from the answers by check key."""
    answer = answers.get(check.key)
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


def _unknown_check(path: str, key: str, keys: list[str]) -> Fault:
    near = nearest(key, keys)
    hint = f"did you mean {near!r}?" if near else None
    message = f"There is no check {key[:60]!r} on this checklist"
    return Fault(f"{path}/check_key", "unknown_check", message, hint)


def _result_faults(path: str, answer: Answer, check: Check | None) -> Iterator[Fault]:
    hint = f"one of: {', '.join(CHECK_RESULTS)}"
    if answer.result is not None and answer.result not in CHECK_RESULTS:
        yield Fault(path, "unknown_result", "This is no result", hint)
    if answer.result is None and check is not None and not _can_judge(check, answer):
        message = "The portal compares a value with an expected one; here it cannot"
        yield Fault(path, "missing_result", message, hint)


def _can_judge(check: Check, answer: Answer) -> bool:
    return check.expected is not None and _has_value(answer)


def _has_value(answer: Answer) -> bool:
    return bool((answer.value or "").strip())


def _settle(check: Check, answer: Answer | None) -> tuple[CheckResult, str]:
    if answer is None:
        return "not_checked", "No answer was sent"
    if answer.result in ("not_checked", "not_applicable"):
        return answer.result, "The executive marked it " + answer.result.replace("_", " ")
    comparison = compare(check, answer.value)
    if comparison.matches is not None:
        result: CheckResult = "match" if comparison.matches else "mismatch"
        return result, explain(comparison) + _said(answer, unless=result)
    if answer.result is None or not _may_stand(check, answer):
        return "not_checked", explain(comparison) + _said(answer)
    return answer.result, f"The executive's own result; {comparison.normalisation}"


def _said(answer: Answer, *, unless: CheckResult | None = None) -> str:
    differs = answer.result not in (None, unless)
    return f"; the app said {answer.result}" if differs else ""


def _may_stand(check: Check, answer: Answer) -> bool:
    """Tell whether the app's result counts although the portal could not compare.

    Who was not told the right answer cannot say without a value whether it matches.
    """
    if check.expected is None:
        return True
    hollow = answer.result == "match" and CHECK_TYPES[check.type].needs_value
    return not _has_value(answer) and not hollow and not check.last_digits
