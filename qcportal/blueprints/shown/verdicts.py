"""The words, icons and tones of verdicts: of a return, of an item and of one check."""

from collections.abc import Mapping

from qcportal.blueprints.shown.frame import Badge

_LOOK = Badge("", "circle-question-mark", "Needs a look")
_PASSED = Badge("pass", "circle-check", "Passed")
_FAILED = Badge("fail", "circle-x", "Failed")
_WAITING = Badge("", "circle-dashed", "Not checked yet")

RETURN_BADGES: Mapping[str, Badge] = {
    "not_required": Badge("", "circle-minus", "No check asked"),
    "pending": _WAITING,
    "in_progress": _WAITING.saying("At the door now"),
    "passed": _PASSED,
    "failed": _FAILED,
    "partially_passed": _FAILED.saying("Partly failed"),
    "evidence_incomplete": Badge("wait", "cloud-upload", "Photos outstanding"),
    "needs_review": _LOOK,
    "overridden": Badge("", "user-pen", "Decided by a person"),
    "visited": Badge("", "circle-minus", "Visited, not checked"),
    "cancelled": Badge("", "circle-slash", "Cancelled"),
}
"""By `qc_state` of a return, or by why it will not get one."""

ITEM_BADGES: Mapping[str, Badge] = {
    "pass": _PASSED,
    "fail": _FAILED,
    "partially_passed": _FAILED.saying("Partly failed"),
    "needs_review": _LOOK,
    "not_inspected": Badge("", "circle-minus", "Not checked"),
}
"""By the verdict on an item."""

CHECK_BADGES: Mapping[str, Badge] = {
    "match": _PASSED,
    "mismatch": _FAILED,
    "not_checked": Badge("", "circle-minus", "Not checked"),
    "not_applicable": Badge("", "circle-minus", "Does not apply"),
    "pending": _WAITING,
}
"""By the outcome of a check."""


def check_badge(outcome: str, *, required: bool) -> Badge:
    """Give the badge of a check; only a required check's mismatch speaks of failing."""
    if outcome == "mismatch" and not required:
        return Badge("", "circle-alert", "Differs")
    return CHECK_BADGES[outcome]
