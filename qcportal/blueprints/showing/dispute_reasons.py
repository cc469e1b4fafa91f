"""The reasons of decisions: which speak for upholding, which for declining, and their sentences."""

from collections.abc import Mapping

from qcportal.blueprints.shown.dispute_words import reason_words
from qcportal.blueprints.shown.judging import Reason
from qcportal.language import gettext as _

USUAL = {
    "should_have_passed": "photos_show_it",
    "should_have_failed": "photos_show_it",
    "photos_not_good_enough": "photos_unusable",
    "inspection_not_done": "check_was_not_done",
}
"""The reason for upholding each kind where nobody chose another."""


def for_upholding() -> tuple[Reason, ...]:
    """Give the reasons that a dispute is upheld for."""
    sentences = {
        "photos_show_it": _("The photos show what you say."),
        "rule_not_followed": _("The answer at the door does not follow your rules."),
        "check_was_not_done": _("The check was not done as your rules ask."),
        "photos_unusable": _("The photos do not show enough to count against you."),
        "goodwill": _("Nobody is at fault; we pay this one."),
    }
    return _reasons(sentences)


def for_declining() -> tuple[Reason, ...]:
    """Give the reasons that a dispute is declined for, with their keys 1 to 5."""
    sentences = {
        "photos_show_otherwise": _("The photos show otherwise than you say."),
        "rule_says_so": _("The answer at the door is right by your own rules."),
        "check_was_done": _("The check was done as your rules ask."),
        "not_proven": _("Nothing that was sent proves the claim."),
        "paid_already": _("This was settled before."),
    }
    return _reasons(sentences, keyed=True)


def _reasons(sentences: Mapping[str, str], *, keyed: bool = False) -> tuple[Reason, ...]:
    words = reason_words()
    return tuple(
        Reason(code, words[code], sentence, str(place) if keyed else "")
        for place, (code, sentence) in enumerate(sentences.items(), start=1)
    )
