"""The history of a return, in words, newest first."""

from collections.abc import Sequence
from datetime import timedelta

from qcportal import clock
from qcportal.blueprints.shown.return_page import Event
from qcportal.history import HistoryEvent
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext, ngettext
from qcportal.photos.expecting import INSPECTION
from qcportal.returns import Return

WORDS = {
    "return_created": (lazy_gettext("Return registered"), ""),
    "return_cancelled": (lazy_gettext("Pickup cancelled"), ""),
    "pickup_assigned": (lazy_gettext("Pickup assigned"), ""),
    "pickup_unassigned": (lazy_gettext("Taken off the run sheet"), ""),
    "inspection_refused": (lazy_gettext("An inspection came that could not be taken in"), "miss"),
    "review_opened": (lazy_gettext("Waits for a decision"), ""),
    "photo_conflict": (lazy_gettext("Photo does not match what was announced"), "miss"),
    "photo_refused": (lazy_gettext("Photo not accepted"), "miss"),
    "photo_unreadable": (lazy_gettext("Photo is no picture that can be opened"), "miss"),
    "photo_earlier_found": (
        lazy_gettext("An earlier file of a photo was found, and is the evidence"),
        "",
    ),
}
VERDICTS = {
    "passed": (lazy_gettext("Passed the quality check"), "pass"),
    "failed": (lazy_gettext("Failed the quality check"), "fail"),
    "partially_passed": (lazy_gettext("Partly failed the quality check"), "fail"),
    "needs_review": (lazy_gettext("Checked, needs a look"), ""),
    "not_required": (lazy_gettext("Picked up without a check"), ""),
    "pending": (lazy_gettext("Visited, nothing was checked"), ""),
}
DECISIONS = {
    "accept": (lazy_gettext("Accepted: take it back"), "pass"),
    "refuse": (lazy_gettext("Refused: leave it with the customer"), "fail"),
}
OVERRIDDEN = {
    "pass": (lazy_gettext("Overridden: Passed"), "pass"),
    "fail": (lazy_gettext("Overridden: Failed"), "fail"),
}
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
        text = ngettext("%(num)s photo missing", "%(num)s photos missing", rvp.photos_coming)
        return Event(
            text, rvp.coming_since + patience, _("no longer waited for"), "miss", strong=True
        )
    if rvp.photos_coming:
        text = ngettext(
            "Waiting for %(num)s photo", "Waiting for %(num)s photos", rvp.photos_coming
        )
        return Event(text, rvp.coming_since, _("announced"), "wait", strong=True)
    if rvp.photos_absent and rvp.checked_at:
        text = ngettext("%(num)s photo missing", "%(num)s photos missing", rvp.photos_absent)
        return Event(text, rvp.checked_at, "", "miss", strong=True)
    return None


def _arrivals(run: Sequence[HistoryEvent]) -> list[Event]:
    if not run:
        return []
    if len(run) == 1:
        return [Event(_("Photo arrived"), run[0].at, str(run[0].data.get("title", "")))]
    return [
        Event(
            ngettext("%(num)s photo arrived", "%(num)s photos arrived", len(run)),
            run[0].at,
            _("the last of them"),
        )
    ]


def _event(event: HistoryEvent) -> Event:
    if event.action == "inspected":
        text, tone = VERDICTS.get(str(event.data.get("verdict")), (_("Checked"), ""))
        detail = _("%(name)s, judged by the server", name=event.actor_label)
        return Event(text, event.at, detail, tone, strong=True)  # type: ignore[arg-type]
    if event.action == "review_decided":
        return _decided(event, *DECISIONS[str(event.data.get("decision"))])
    if event.action == "item_overridden":
        return _decided(event, *OVERRIDDEN[str(event.data.get("verdict"))])
    if event.action in ARRIVED:
        return Event(_("Inspection file arrived"), event.at)
    text, tone = WORDS.get(event.action, (event.action.replace("_", " ").capitalize(), ""))
    details = (event.data.get(name) for name in ("title", "executive", "reason"))
    detail = str(next((each for each in details if each), ""))
    return Event(text, event.at, detail, tone)  # type: ignore[arg-type]


def _decided(event: HistoryEvent, text: str, tone: str) -> Event:
    """Tell who decided on which item, and in which words."""
    who = _("nobody decided in time") if event.data.get("by") == "default" else event.actor_label
    note = f": “{event.data['note']}”" if event.data.get("note") else ""
    detail = f"{event.data.get('item', '')}, {who}{note}"
    return Event(text, event.at, detail, tone, strong=True)  # type: ignore[arg-type]
