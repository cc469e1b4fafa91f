"""The history of a return, in words, newest first."""

from collections.abc import Sequence
from datetime import timedelta

from qcportal import clock
from qcportal.blueprints.jinja import plural
from qcportal.blueprints.shown.return_page import Event
from qcportal.history import HistoryEvent
from qcportal.photos.expecting import INSPECTION
from qcportal.returns import Return

WORDS = {
    "return_created": ("Return registered", ""),
    "return_cancelled": ("Pickup cancelled", ""),
    "pickup_assigned": ("Pickup assigned", ""),
    "pickup_unassigned": ("Taken off the run sheet", ""),
    "inspection_refused": ("An inspection came that could not be taken in", "miss"),
    "review_opened": ("Waits for a decision", ""),
    "photo_conflict": ("Photo does not match what was announced", "miss"),
    "photo_refused": ("Photo not accepted", "miss"),
    "photo_unreadable": ("Photo is no picture that can be opened", "miss"),
    "photo_earlier_found": ("An earlier file of a photo was found, and is the evidence", ""),
}
VERDICTS = {
    "passed": ("Passed the quality check", "pass"),
    "failed": ("Failed the quality check", "fail"),
    "partially_passed": ("Partly failed the quality check", "fail"),
    "needs_review": ("Checked, needs a look", ""),
    "not_required": ("Picked up without a check", ""),
    "pending": ("Visited, nothing was checked", ""),
}
DECISIONS = {
    "accept": ("Accepted: take it back", "pass"),
    "refuse": ("Refused: leave it with the customer", "fail"),
}
OVERRIDDEN = {"pass": ("Overridden: Passed", "pass"), "fail": ("Overridden: Failed", "fail")}
QUIET = {"checklist_frozen", "photos_announced"}
"""What the record keeps for its digests alone; other lines tell people of it."""
ARRIVED = {"photo_verified", "photo_stored"}


def events(history: Sequence[HistoryEvent], first: Event | None) -> tuple[Event, ...]:
    """Tell the events, newest first; photos that arrived one after the other are one line."""
    lines = [first] if first else []
    run: list[HistoryEvent] = []
    for event in history:
        if event.action in QUIET:
            continue
        if event.action in ARRIVED and event.data.get("slot") != INSPECTION:
            run.append(event)
            continue
        lines += _arrivals(run)
        run = []
        lines.append(_event(event))
    return tuple(lines + _arrivals(run))


def waiting(rvp: Return, *, missing_after: int) -> Event | None:
    """Tell what a return still waits for, or what it stopped waiting for after some seconds."""
    patience = timedelta(seconds=missing_after)
    if rvp.photos_coming and rvp.coming_since and clock.now() - rvp.coming_since > patience:
        text = f"{plural(rvp.photos_coming, 'photo')} missing"
        return Event(text, rvp.coming_since + patience, "no longer waited for", "miss", strong=True)
    if rvp.photos_coming:
        text = f"Waiting for {plural(rvp.photos_coming, 'photo')}"
        return Event(text, rvp.coming_since, "announced", "wait", strong=True)
    if rvp.photos_absent and rvp.checked_at:
        text = f"{plural(rvp.photos_absent, 'photo')} missing"
        return Event(text, rvp.checked_at, "", "miss", strong=True)
    return None


def _arrivals(run: Sequence[HistoryEvent]) -> list[Event]:
    if not run:
        return []
    if len(run) == 1:
        return [Event("Photo arrived", run[0].at, str(run[0].data.get("title", "")))]
    return [Event(f"{plural(len(run), 'photo')} arrived", run[0].at, "the last of them")]


def _event(event: HistoryEvent) -> Event:
    if event.action == "inspected":
        text, tone = VERDICTS.get(str(event.data.get("verdict")), ("Checked", ""))
        detail = f"{event.actor_label}, judged by the server"
        return Event(text, event.at, detail, tone, strong=True)  # type: ignore[arg-type]
    if event.action == "review_decided":
        return _decided(event, *DECISIONS[str(event.data.get("decision"))])
    if event.action == "item_overridden":
        return _decided(event, *OVERRIDDEN[str(event.data.get("verdict"))])
    if event.action in ARRIVED:
        return Event("Inspection file arrived", event.at)
    text, tone = WORDS.get(event.action, (event.action.replace("_", " ").capitalize(), ""))
    details = (event.data.get(name) for name in ("title", "executive", "reason"))
    detail = str(next((each for each in details if each), ""))
    return Event(text, event.at, detail, tone)  # type: ignore[arg-type]


def _decided(event: HistoryEvent, text: str, tone: str) -> Event:
    """Tell who decided on which item, and in which words."""
    who = "nobody decided in time" if event.data.get("by") == "default" else event.actor_label
    note = f": “{event.data['note']}”" if event.data.get("note") else ""
    detail = f"{event.data.get('item', '')}, {who}{note}"
    return Event(text, event.at, detail, tone, strong=True)  # type: ignore[arg-type]
