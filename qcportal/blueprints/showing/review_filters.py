"""Reads the filters of what needs a look off its URL, and says them in words."""

from collections.abc import Sequence

from werkzeug.datastructures import MultiDict

from qcportal import errors, reviews
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown.frame import Option, Tone
from qcportal.blueprints.shown.returns_list import Chip, Tab
from qcportal.blueprints.shown.reviews import ReviewFilters
from qcportal.errors import Fault
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.reviews import ListFilter
from qcportal.reviews.lists import DECIDED, DECIDERS, DEFAULTS, TABS, WAITING

LONGEST = 120
DEFAULT_WORDS = {
    "pass": lazy_gettext("Take it back"),
    "fail": lazy_gettext("Leave it with the customer"),
    "none": lazy_gettext("It waits, without a time limit"),
}
DECIDER_WORDS = {
    "merchant": lazy_gettext("Your people"),
    "default": lazy_gettext("The rulebook, when time ran out"),
    "admin": lazy_gettext("The carrier"),
}


def read_filters(args: MultiDict[str, str], *, tabs: Sequence[str] = TABS) -> ReviewFilters:
    """Read the filters of a URL, the first of `tabs` without one; raises Invalid for what is none.

    Who decided is asked of decided ones alone.
    """
    given = {"tab": args.get("tab", "") or tabs[0], "default": args.get("default", "")}
    known = {"tab": tabs, "default": ("", *DEFAULTS), "by": ("", *DECIDERS)}
    given["by"] = "" if given["tab"] in WAITING else args.get("by", "")
    faults = [_fault(name, known[name]) for name in given if given[name] not in known[name]]
    if faults:
        raise errors.Invalid(faults=faults)
    texts = {name: args.get(name, "")[:LONGEST] for name in ("q", "reason")}
    return ReviewFilters(**given, **texts)


def wanted(filters: ReviewFilters, asker: Asker) -> ListFilter:
    """Give the filters as the domain knows them."""
    return ListFilter(
        tab=filters.tab,
        query=filters.q,
        default=filters.default,
        reason=filters.reason,
        by=filters.by,
        merchant_id=asker.merchant_id,
    )


def tabs(counts: dict[str, int]) -> tuple[Tab, ...]:
    """Give the tabs of the list with their counts."""
    words: tuple[tuple[str, str, Tone], ...] = (
        ("waiting", _("Waiting"), ""),
        ("soon", _("Ends within an hour"), "late" if counts["soon"] else ""),
        ("accepted", _("Accepted"), ""),
        ("refused", _("Refused"), ""),
    )
    return tuple(Tab(key, label, counts[key], tone) for key, label, tone in words)


def chips(filters: ReviewFilters) -> tuple[Chip, ...]:
    """Give the filters that are on, each with how to take it away."""
    given = {
        "q": (_("Search"), filters.q),
        "default": (_("If nobody decides"), str(DEFAULT_WORDS.get(filters.default, ""))),
        "reason": (_("Reason"), filters.reason),
        "by": (_("Decided by"), str(DECIDER_WORDS.get(filters.by, ""))),
    }
    return tuple(Chip(label, value, {name: ""}) for name, (label, value) in given.items() if value)


def selects(filters: ReviewFilters, asker: Asker) -> dict[str, tuple[Option, ...]]:
    """Give what can be chosen in the panel of filters, in one statement."""
    return {
        "defaults": tuple(Option(key, str(words)) for key, words in DEFAULT_WORDS.items()),
        "reasons": tuple(Option(each, each) for each in reviews.find_reasons(asker.merchant_id)),
        "deciders": tuple(Option(key, str(words)) for key, words in DECIDER_WORDS.items())
        if filters.tab in DECIDED
        else (),
    }


def _fault(name: str, known: Sequence[str]) -> Fault:
    said = _("One of %(list)s.", list=", ".join(filter(None, known)))
    return Fault(f"/{name}", f"bad_{name}", said)
