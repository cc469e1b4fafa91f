"""Findings in plain words: what was seen, who says so, and what it does not prove."""

from datetime import datetime
from typing import Any

from qcportal.blueprints.jinja import duration, full_time, grouped, plural
from qcportal.blueprints.shown.frame import Badge
from qcportal.likeness import Finding

KINDS = {
    "same_bytes": Badge("miss", "copy", "Same file"),
    "near_duplicate": Badge("late", "images", "Looks the same"),
    "impossible_travel": Badge("late", "map-pin", "Place in doubt"),
    "impossible_time": Badge("late", "clock-alert", "Time in doubt"),
}
STATES = {
    "open": Badge("late", "circle-question-mark", "To decide"),
    "dismissed": Badge("", "circle-check", "Not a problem"),
    "confirmed": Badge("miss", "triangle-alert", "Confirmed"),
}
CONFIRM = {
    "same_bytes": "Confirmed re-use",
    "near_duplicate": "Confirmed re-use",
    "impossible_travel": "Confirmed: the place is wrong",
    "impossible_time": "Confirmed: the time is wrong",
}
CAREFUL = {
    "same_bytes": "A camera never makes the same file twice; an app that sends a file again can.",
    "near_duplicate": "A copy that was cropped, brightened or photographed again looks like this. "
    "So may two careful photos of one article in one place.",
    "impossible_travel": "These are claims of the phone. Indoors, and right after a phone was "
    "switched on, positions can be far off.",
    "impossible_time": "These are claims of the phone. A clock that was set wrong looks the same.",
}
NOT_SAID = "What was found is not known to this version of the portal."


def reason(finding: Finding, zone: str) -> str:
    """Say what was found in a sentence or two."""
    facts = finding.facts
    if finding.kind == "same_bytes":
        return "Both photos are the very same file, byte for byte."
    if finding.kind == "near_duplicate":
        differ, confirm = facts.get("differences"), facts.get("frequencies")
        return (
            f"The two pictures differ in {differ} of 128 marks of light and dark, and in {confirm} "
            "of 64 that confirm it. Unlike pictures differ in about 53 and 32."
        )
    return _claim(facts, zone)


def _claim(facts: dict[str, Any], zone: str) -> str:
    kind = facts.get("reason")
    if kind == "mock":
        return "The phone says that its place is made up by another app."
    if kind == "far":
        return f"The phone says that it was {distance(facts['metres'])} from the pickup address."
    if kind == "speed":
        return (
            f"The phone says that it was at two doors {distance(facts['metres'])} apart within "
            f"{minutes(facts['seconds'])}. That would take {grouped(facts['kmh'])} km/h."
        )
    return _time_claim(str(kind), facts, zone)


def _time_claim(kind: str, facts: dict[str, Any], zone: str) -> str:
    if kind not in TIMES:
        return NOT_SAID
    claimed, known = (datetime.fromisoformat(facts[name]) for name in ("claimed", "known"))
    span = duration(abs((claimed - known).total_seconds()))
    return f"The phone says that it was taken on {full_time(claimed, zone)}, {span} {TIMES[kind]}."


TIMES = {
    "after_storing": "after its file had reached us",
    "before_registration": "before the pickup was registered",
    "before_visit": "before the visit began",
}


def minutes(seconds: int) -> str:
    """Say a short span without an "m" that could be read as metres: "10 minutes", "3 h 5 m"."""
    return plural(max(1, round(seconds / 60)), "minute") if seconds < 7200 else duration(seconds)


def distance(metres: int) -> str:
    """Say a distance as one would: "900 m", "12 km"."""
    return f"{grouped(round(metres / 1000))} km" if metres >= 1000 else f"{metres} m"
