"""Callbacks, app calls and manifests commute: no order and no repetition changes the counts.

Only what was told after the shift was closed depends on the order: that is what it says.
"""

import uuid
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qcportal import manifests
from qcportal.manifests import Count, LineState
from tests.manifests.cases import DATA, EVER, NOWHERE, OTHER, a_line, send, waits
from tests.world import World, a_capture, an_arrival, an_inspection

HOURS = 49
MESSAGES = (
    "arrival", "other_arrival", "capture", "inspection", "manifest", "last_manifest", "discard",
)  # fmt: skip


def say(world: World, what: str, rvp: dict[str, Any], forms: dict[str, Any]) -> None:
    """Send one message; every one of them may be sent at any time."""
    front, damage, imei = (forms[slot] for slot in ("front", "damage", "imei"))
    sheet = rvp["sheet"]
    if what == "arrival":
        answer = world.callback(an_arrival(front, DATA))
    elif what == "other_arrival":
        answer = world.callback(an_arrival(imei, OTHER, metadata={}))
    elif what == "capture":
        told = {
            "return_id": rvp["return_id"],
            "captures": [a_capture(front, DATA), a_capture(damage, DATA)],
        }
        answer = world.field("POST", "/captures", told)
    elif what == "inspection":
        body = an_inspection(rvp, a_capture(front, DATA), client_inspection_id=rvp["return_id"])
        answer = world.field("POST", "/inspections", body)
    elif what == "manifest":
        lines = [a_line(front["photo_id"]), a_line(damage["photo_id"]), a_line(NOWHERE)]
        at = "2026-11-22T10:00:00Z"
        lines[1] |= {"waiting_reason": "storage", "tries": 2}
        answer = send(world, sheet, *lines, phone_time=at)
    elif what == "last_manifest":
        lines = [a_line(damage["photo_id"], tries=5, waiting_reason="app_data_cleared")]
        answer = send(world, sheet, *lines, a_line(imei["photo_id"], OTHER), final=True)
    else:
        answer = send(world, sheet, a_line(front["photo_id"], OTHER, discarded="Blurred"))
    assert answer.status_code < 300, answer.get_json()


def outcome(world: World, messages: list[str]) -> tuple[Count, dict[Any, int]]:
    """Send the messages about one return of a new executive; gives what is counted."""
    with world.inside():
        code = f"E-{uuid.uuid4().hex[:8]}"
        world.executive_id, world.device_token = world._phone(code, "Sana P.")
    rvp = world.register()
    rvp["sheet"] = str(world.assign(rvp["return_id"]))
    forms = world.forms(rvp["return_id"])
    for what in messages:
        say(world, what, rvp, forms)
    shift = replace(EVER, executive_id=world.executive_id)
    with world.inside(commit=False):
        found = manifests.count_all(shift, waits(hours=HOURS))
        return found, manifests.count_reasons(shift, waits(hours=HOURS))


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(order=st.permutations(MESSAGES), again=st.lists(st.sampled_from(MESSAGES), max_size=4))
def test_no_order_and_no_repetition_changes_the_counts(
    world: World, order: list[str], again: list[str]
) -> None:
    found, reasons = outcome(world, [*order, *again])
    assert replace(found, after_closing=0) == Count(
        captured=5, verified=1, stored=1, discarded=1, lost=2, strange=1, shifts=1
    )
    assert reasons == {
        (LineState.LOST, "app_data_cleared"): 1,
        (LineState.LOST, None): 1,
        (LineState.STORED, None): 1,
    }
