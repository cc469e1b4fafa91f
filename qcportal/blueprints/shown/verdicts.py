"""The words, icons and tones of verdicts: of a return, of an item and of one check."""

from collections.abc import Mapping

from qcportal.blueprints.shown.frame import Badge
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext

_LOOK = Badge("", "circle-question-mark", lazy_gettext("Needs a look"))
_PASSED = Badge("pass", "circle-check", lazy_gettext("Passed"))
_FAILED = Badge("fail", "circle-x", lazy_gettext("Failed"))
_WAITING = Badge("", "circle-dashed", lazy_gettext("Not checked yet"))

RETURN_BADGES: Mapping[str, Badge] = {
    "not_required": Badge("", "circle-minus", lazy_gettext("No check asked")),
    "pending": _WAITING,
    "in_progress": _WAITING.saying(lazy_gettext("At the door now")),
    "passed": _PASSED,
    "failed": _FAILED,
    "partially_passed": _FAILED.saying(lazy_gettext("Partly failed")),
    "evidence_incomplete": Badge("wait", "cloud-upload", lazy_gettext("Photos outstanding")),
    "needs_review": _LOOK,
    "overridden": Badge("", "user-pen", lazy_gettext("Decided by a person")),
    "visited": Badge("", "circle-minus", lazy_gettext("Visited, not checked")),
    "cancelled": Badge("", "circle-slash", lazy_gettext("Cancelled")),
}
"""By `qc_state` of a return, or by why it will not get one."""

ITEM_BADGES: Mapping[str, Badge] = {
    "pass": _PASSED,
    "fail": _FAILED,
    "partially_passed": _FAILED.saying(lazy_gettext("Partly failed")),
    "needs_review": _LOOK,
    "not_inspected": Badge("", "circle-minus", lazy_gettext("Not checked")),
}
"""By the verdict on an item."""

CHECK_BADGES: Mapping[str, Badge] = {
    "match": _PASSED,
    "mismatch": _FAILED,
    "not_checked": Badge("", "circle-minus", lazy_gettext("Not checked")),
    "not_applicable": Badge("", "circle-minus", lazy_gettext("Does not apply")),
    "pending": _WAITING,
}
"""By the outcome of a check."""


def check_badge(outcome: str, *, required: bool) -> Badge:
    """Give the badge of a check; only a required check's mismatch speaks of failing."""
    if outcome == "mismatch" and not required:
        return Badge("", "circle-alert", _("Differs"))
    return CHECK_BADGES[outcome]
