"""The checks of a tried checklist, with the answers that are tried on them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from qcportal.blueprints.showing.phone_view import piece_words
from qcportal.blueprints.showing.try_state import TryState
from qcportal.blueprints.shown.frame import Badge, Option
from qcportal.blueprints.shown.rules_words import answer_words
from qcportal.blueprints.shown.try_it import TriedCheck, TriedQuestion, Why
from qcportal.blueprints.shown.verdicts import check_badge
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.rules.check_types import CHECK_TYPES
from qcportal.rules.checklist import Because, Check, Checklist
from qcportal.rules.comparators import show
from qcportal.rules.matching import compare
from qcportal.rules.settling import QuestionOutcome
from qcportal.rules.verdict import Answer, CheckResult, Finding

STATES: Mapping[str, tuple[CheckResult, str]] = {
    "!match": ("match", lazy_gettext("Looks right")),
    "!mismatch": ("mismatch", lazy_gettext("Looks wrong")),
    "!not_checked": ("not_checked", lazy_gettext("Not checked")),
    "!not_applicable": ("not_applicable", lazy_gettext("Does not apply")),
}
UNABLE = {
    "not_checked": lazy_gettext("Not checked"),
    "not_applicable": lazy_gettext("Does not apply"),
}
UNASKED = {
    "rejected": Badge("", "circle-minus", lazy_gettext("Not asked")),
    "changed": Badge("", "circle-alert", lazy_gettext("Asked otherwise")),
}


@dataclass(frozen=True)
class Ground:
    """What checks are shown with: answers, what they came to, and how a reason is told."""

    state: TryState
    findings: Mapping[str, Finding]
    changes: Mapping[str, str]
    why: Callable[[Because], Why]


def answers(checklist: Checklist, state: TryState) -> tuple[Answer, ...]:
    """Give the answers that are tried, as the app would send them."""
    given = (_answer(check, state) for check in checklist.checks)
    return tuple(answer for answer in given if answer is not None)


def words(checklist: Checklist, state: TryState) -> dict[str, str]:
    """Say each answer in words, by check key."""
    said = {}
    for check in checklist.checks:
        answer = _answer(check, state)
        if answer is not None:
            said[check.key] = _said(answer, state.answers.get(check.key, ""))
    return said


def views(checklist: Checklist, ground: Ground) -> tuple[TriedCheck, ...]:
    """Show every check in order."""
    titles = {slot.key: slot.title for slot in checklist.slots}
    return tuple(
        _view(check, number, checklist.units, titles, ground)
        for number, check in enumerate(checklist.checks, 1)
    )


def changes_by_check(outcomes: Sequence[QuestionOutcome]) -> dict[str, str]:
    """Give what was changed, by the key of the check that asks it now."""
    return {
        outcome.check_key: outcome.reason.rstrip(".")
        for outcome in outcomes
        if outcome.check_key and outcome.outcome == "changed"
    }


def unasked(
    outcomes: Sequence[QuestionOutcome], questions: Mapping[str, str]
) -> tuple[TriedQuestion, ...]:
    """Give what is not asked at all, with the reason; `questions` are the texts by key."""
    return tuple(
        TriedQuestion(
            questions.get(outcome.id, outcome.id), UNASKED[outcome.outcome], _sentence(outcome)
        )
        for outcome in outcomes
        if outcome.check_key is None and outcome.outcome in UNASKED
    )


def _view(
    check: Check, number: int, units: int, titles: Mapping[str, str], ground: Ground
) -> TriedCheck:
    finding = ground.findings.get(check.key)
    answered = finding is not None and _answer(check, ground.state) is not None
    return TriedCheck(
        key=check.key,
        number=number,
        question=check.question,
        kind=CHECK_TYPES[check.type].meaning,
        facts=_facts(check),
        expected=_expected(check),
        photos=tuple(titles[key] for key in check.slots if key in titles),
        piece=piece_words(check.unit, units),
        why=tuple(ground.why(because) for because in check.because),
        change=ground.changes.get(check.key, ""),
        options=_options(check),
        value=ground.state.answers.get(check.key, ""),
        unable=ground.state.unable.get(check.key, ""),
        result=check_badge(finding.result, required=check.required)
        if finding and answered
        else None,
        explanation=finding.explanation if finding and answered else "",
    )


def _facts(check: Check) -> tuple[str, ...]:
    facts = [_("Required") if check.required else _("Does not decide")]
    if check.last_digits:
        facts.append(
            _("the phone gets no right answer and asks for the last %(n)s", n=check.last_digits)
        )
    if check.tolerance:
        facts.append(_("up to %(n)s off is right", n=show(check.tolerance)))
    return tuple(facts)


def _expected(check: Check) -> str:
    if check.expected is None:
        return ""
    also = f" ({_('also %(list)s', list=', '.join(check.also))})" if check.also else ""
    return answer_words(show(check.expected)) + also


def _options(check: Check) -> tuple[Option, ...]:
    ways = [Option(value, word) for value, (_other, word) in STATES.items()]
    if check.type == "photo_only":
        return tuple(ways)
    if check.type == "yes_no":
        return (Option("yes", _("Yes")), Option("no", _("No")), *ways[2:])
    if check.type == "choice":
        return (*(Option(each, each) for each in check.choices), *ways[2:])
    return ()


def _answer(check: Check, state: TryState) -> Answer | None:
    unable = state.unable.get(check.key, "")
    if unable in UNABLE:
        return Answer(check.key, "not_checked" if unable == "not_checked" else "not_applicable")
    value = state.answers.get(check.key, "")
    if value in STATES:
        return Answer(check.key, STATES[value][0])
    return Answer(check.key, as_the_app(check, value), value) if value else None


def as_the_app(check: Check, value: str) -> CheckResult | None:
    """Give the result that an honest app would send with the value; none where it cannot know."""
    if check.last_digits and check.expected is not None:
        return None
    if check.expected is None:
        return "match"
    matches = compare(check, value).matches
    return "not_checked" if matches is None else "match" if matches else "mismatch"


def _said(answer: Answer, raw: str) -> str:
    if raw in STATES:
        return STATES[raw][1]
    if answer.value:
        return answer.value[:1].upper() + answer.value[1:]
    return UNABLE.get(answer.result or "", "")


def _sentence(outcome: QuestionOutcome) -> str:
    reason = outcome.reason.strip()
    return reason if not reason or reason.endswith(".") else f"{reason}."
