"""Findings in plain words: what was seen, who says so, and what it does not prove."""

from datetime import datetime
from typing import Any

from qcportal.blueprints.jinja import duration, full_time, grouped
from qcportal.blueprints.shown.frame import Badge
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext, ngettext
from qcportal.likeness import Finding

KINDS = {
    "same_bytes": Badge("miss", "copy", lazy_gettext("Same file")),
    "near_duplicate": Badge("late", "images", lazy_gettext("Looks the same")),
    "impossible_travel": Badge("late", "map-pin", lazy_gettext("Place in doubt")),
    "impossible_time": Badge("late", "clock-alert", lazy_gettext("Time in doubt")),
}
STATES = {
    "open": Badge("late", "circle-question-mark", lazy_gettext("To decide")),
    "dismissed": Badge("", "circle-check", lazy_gettext("Not a problem")),
    "confirmed": Badge("miss", "triangle-alert", lazy_gettext("Confirmed")),
}
CONFIRM = {
    "same_bytes": lazy_gettext("Confirmed re-use"),
    "near_duplicate": lazy_gettext("Confirmed re-use"),
    "impossible_travel": lazy_gettext("Confirmed: the place is wrong"),
    "impossible_time": lazy_gettext("Confirmed: the time is wrong"),
}
CAREFUL = {
    "same_bytes": lazy_gettext(
        "A camera never makes the same file twice; an app that sends a file again can."
    ),
    "near_duplicate": lazy_gettext(
        "A copy that was cropped, brightened or photographed again looks like this. "
        "So may two careful photos of one article in one place."
    ),
    "impossible_travel": lazy_gettext(
        "These are claims of the phone. Indoors, and right after a phone was "
        "switched on, positions can be far off."
    ),
    "impossible_time": lazy_gettext(
        "These are claims of the phone. A clock that was set wrong looks the same."
    ),
}
NOT_SAID = lazy_gettext("What was found is not known to this version of the portal.")


def reason(finding: Finding, zone: str) -> str:
    """Say what was found in a sentence or two."""
    facts = finding.facts
    if finding.kind == "same_bytes":
        return _("Both photos are the very same file, byte for byte.")
    if finding.kind == "near_duplicate":
        differ, confirm = facts.get("differences"), facts.get("frequencies")
        return _(
            "The two pictures differ in %(differ)s of 128 marks of light and dark, and "
            "in %(confirm)s of 64 that confirm it. Unlike pictures differ in about 53 "
            "and 32.",
            differ=differ,
            confirm=confirm,
        )
    return _claim(facts, zone)


def _claim(facts: dict[str, Any], zone: str) -> str:
    kind = facts.get("reason")
    if kind == "mock":
        return _("The phone says that its place is made up by another app.")
    if kind == "far":
        return _(
            "The phone says that it was %(distance)s from the pickup address.",
            distance=distance(facts["metres"]),
        )
    if kind == "speed":
        return _(
            "The phone says that it was at two doors %(distance)s apart within %(time)s. "
            "That would take %(speed)s km/h.",
            distance=distance(facts["metres"]),
            time=minutes(facts["seconds"]),
            speed=grouped(facts["kmh"]),
        )
    return _time_claim(str(kind), facts, zone)


def _time_claim(kind: str, facts: dict[str, Any], zone: str) -> str:
    if kind not in TIMES:
        return NOT_SAID
    claimed, known = (datetime.fromisoformat(facts[name]) for name in ("claimed", "known"))
    span = duration(abs((claimed - known).total_seconds()))
    return _(TIMES[kind], time=full_time(claimed, zone), span=span)


TIMES = {
    "after_storing": lazy_gettext(
        "The phone says that it was taken on %(time)s, %(span)s after its file had reached us."
    ),
    "before_registration": lazy_gettext(
        "The phone says that it was taken on %(time)s, %(span)s before the pickup was registered."
    ),
    "before_visit": lazy_gettext(
        "The phone says that it was taken on %(time)s, %(span)s before the visit began."
    ),
}


def minutes(seconds: int) -> str:
    """Say a short span without an "m" that could be read as metres: "10 minutes", "3 h 5 m"."""
    return (
        ngettext("%(num)s minute", "%(num)s minutes", max(1, round(seconds / 60)))
        if seconds < 7200
        else duration(seconds)
    )


def distance(metres: int) -> str:
    """Say a distance as one would: "900 m", "12 km"."""
    return f"{grouped(round(metres / 1000))} km" if metres >= 1000 else f"{metres} m"
