"""The words, icons and tones of disputes: kinds, categories, reasons, states and outcomes."""

from collections.abc import Mapping

from qcportal.blueprints.shown.frame import Badge
from qcportal.language import gettext as _


def kind_words() -> Mapping[str, tuple[str, str]]:
    """Give what a merchant can claim: the sentence, and what speaks for it."""
    return {
        "should_have_passed": (
            _("The item should have passed"),
            _("The photos do not show the problem, or it was there before the sale."),
        ),
        "should_have_failed": (
            _("The item should have failed"),
            _("The photos show damage, a wrong item or a missing part."),
        ),
        "photos_not_good_enough": (
            _("The photos are not good enough"),
            _("Blurred, too dark, of something else, or a photo is missing."),
        ),
        "inspection_not_done": (
            _("The inspection was not done"),
            _("Nobody checked the item, or not as it was asked."),
        ),
    }


def category_words() -> Mapping[str, str]:
    """Give what disputes are sorted by."""
    return {
        "wrong_item": _("Wrong item"),
        "missing_item_or_part": _("Item or part missing"),
        "damaged": _("Damaged"),
        "used": _("Used"),
        "empty_or_tampered": _("Empty or tampered with"),
        "qc_not_done": _("Check not done"),
        "photos_missing_or_unclear": _("Photos missing or unclear"),
        "wrongly_failed_at_door": _("Wrongly failed at the door"),
        "other": _("Something else"),
    }


def reason_words() -> Mapping[str, str]:
    """Give the reasons of decisions."""
    return {
        "photos_show_it": _("The photos show what the merchant says"),
        "photos_show_otherwise": _("The photos show otherwise"),
        "rule_says_so": _("The answer is right by the merchant's own rules"),
        "rule_not_followed": _("The answer does not follow the rules"),
        "check_was_done": _("The check was done as asked"),
        "check_was_not_done": _("The check was not done as asked"),
        "photos_unusable": _("The photos do not show enough"),
        "not_proven": _("Nothing that was sent proves the claim"),
        "paid_already": _("It was settled already"),
        "goodwill": _("Nobody is at fault; the carrier pays"),
    }


def role_words() -> Mapping[str, str]:
    """Give the roles of the carrier's people who decide."""
    return {
        "dispute_officer": _("Dispute officer"),
        "appeals_officer": _("Appeals officer"),
        "operations": _("Operations"),
        "system": _("System admin"),
    }


def outcome_badge(outcome: str) -> Badge:
    """Give the badge of what was decided."""
    return {
        "approved": Badge("pass", "circle-check", _("Upheld")),
        "partially_approved": Badge("pass", "circle-minus", _("Upheld in part")),
        "rejected": Badge("fail", "circle-x", _("Declined")),
    }[outcome]


def state_badge(state: str, outcome: str | None = None, level: int = 1) -> Badge:
    """Give the badge of a state; what has ended says how."""
    if state in ("approved", "partially_approved", "rejected"):
        return outcome_badge(state)
    if state == "final" and outcome:
        held = outcome_badge(outcome)
        return held.saying(_("%(outcome)s, final", outcome=held.text))
    if state == "closed" and outcome:
        return outcome_badge(outcome)
    if level == 2 and state in ("open", "under_review"):
        state = "appealed"
    return {
        "draft": Badge("", "pen-line", _("Draft")),
        "open": Badge("", "gavel", _("Sent")),
        "under_review": Badge("", "gavel", _("In review")),
        "info_requested": Badge("late", "message-circle-question-mark", _("Question for you")),
        "second_look": Badge("", "users", _("Second look")),
        "deciding": Badge("", "clock", _("Being decided")),
        "appealed": Badge("", "gavel", _("Appeal in review")),
        "withdrawn": Badge("", "undo-2", _("Withdrawn")),
    }.get(state, Badge("", "gavel", _("Closed")))
