"""What a row of the returns says of disputing it: the state there is, or the time that is left."""

import uuid
from typing import Any

from qcportal import clock
from qcportal.blueprints.showing.dispute_clocks import time_to_file
from qcportal.blueprints.shown.dispute_words import state_badge
from qcportal.blueprints.shown.frame import Badge
from qcportal.disputes.eligibility import eligibility
from qcportal.disputes.machine import State, shown_state
from qcportal.language import gettext as _
from qcportal.returns import Return, Rows


def told(rows: Rows, zone: str) -> dict[uuid.UUID, dict[str, Any]]:
    """Give the dispute part of each row, by return; the page was read with `STANDING_BESIDE`."""
    rvps, there = rows.page.rows, rows.beside
    return {rvp.id: _told(rvp, there.get(rvp.id), zone) for rvp in rvps}


def _told(rvp: Return, standing: Any, zone: str) -> dict[str, Any]:
    at = clock.now()
    if standing is not None:
        shown = shown_state(State(standing.state)).value
        badge = state_badge(shown, standing.outcome, standing.level)
        number = f"D-{standing.number}" if standing.number else ""
        return {"dispute": badge, "dispute_note": number}
    said = eligibility(rvp, None, at=at)
    if said.allowed and said.file_by is not None:
        badge = time_to_file(said.file_by, at, zone).badge
        return {"dispute": badge, "tickable": True}
    if said.code == "file_over":
        return {"dispute": Badge("", "circle-minus", _("Not disputed"))}
    return {}
