"""The verdict of a return with its consequence, its reason, and what it still lacks."""

from qcportal.blueprints.showing.held import Held
from qcportal.blueprints.showing.pieces import missing_photos
from qcportal.blueprints.shown.return_page import Verdict
from qcportal.returns import ReturnItem

VERDICTS = {
    "passed": ("pass", "circle-check", "Passed at the door"),
    "failed": ("fail", "x", "Failed at the door"),
    "partially_passed": ("fail", "x", "Partly failed at the door"),
    "needs_review": ("", "circle-question-mark", "Needs a look"),
    "pending": ("", "circle-minus", "Visited, not checked"),
}
DECIDED = {
    "passed": ("pass", "circle-check", "Passed by decision"),
    "failed": ("fail", "x", "Failed by decision"),
    "partially_passed": ("fail", "x", "Partly failed by decision"),
}
NOT_FINAL = {"passed": "Passed, not final yet", "partially_passed": "Partly failed, not final yet"}
SHIPMENTS = {
    "created": "Waiting for an executive.",
    "approved": "Waiting for an executive.",
    "scheduled": "An executive has it on the run sheet.",
    "out_for_pickup": "Still with the customer.",
    "picked": "Picked up from the customer.",
    "picked_partial": "Picked up in part; the rest stays with the customer.",
    "pickup_failed": "The customer keeps the item. No refund started.",
    "in_transit": "On its way to you.",
    "returned_to_merchant": "Back with you.",
    "cancelled": "The pickup was cancelled.",
}
SAID = {
    "pass": "Passed",
    "fail": "Failed",
    "partially_passed": "Partly failed",
    "needs_review": "Needs a look",
    "not_inspected": "Not checked",
}


def verdict(held: Held) -> Verdict:
    """Show the verdict with its consequence and what decided it."""
    rvp = held.rvp
    decided = any(item.decided_by for item in rvp.items)
    shown = (DECIDED if decided else VERDICTS).get(rvp.verdict or "") or VERDICTS.get(
        rvp.verdict or "", ("", "circle-dashed", "Not checked yet")
    )
    tone, icon, headline = shown
    missing = missing_photos(held)
    if missing and not decided:
        headline = NOT_FINAL.get(rvp.verdict or "", headline)
    if rvp.qc_state == "not_required":
        icon, headline = "circle-minus", "No check was asked"
    if rvp.shipment_state == "cancelled":
        icon, headline = "circle-slash", "Cancelled"
    return Verdict(
        tone=tone,  # type: ignore[arg-type]
        icon=icon,
        headline=headline,
        consequence=SHIPMENTS[rvp.shipment_state],
        rule=_rule(held),
        because=_because(held),
        decided=tuple(_decision(item, held) for item in rvp.items if item.decided_by),
        missing=missing,
    )


def _rule(held: Held) -> str:
    versions = {issued.rulebook_version for issued in held.own_checklists}
    if not versions or held.inspection is None:
        return ""
    return f"Rulebook version {max(versions)}." if max(versions) else "Your own questions."


def _because(held: Held) -> str:
    inspection = held.inspection
    if inspection is None:
        return ""
    decided = [item for item in held.rvp.items if item.inspected_verdict not in (None, "pass")]
    words = [item.verdict_reason or "" for item in decided or held.rvp.items[:1]]
    if inspection.app_verdict == inspection.verdict:
        words.append("The phone and the server came to the same result.")
    elif inspection.app_verdict:
        words.append(
            f"The phone said {inspection.app_verdict.replace('_', ' ')}; the server decides."
        )
    return " ".join(words)


def _decision(item: ReturnItem, held: Held) -> str:
    """Tell who decided otherwise, beside what the inspection said."""
    of = f"{item.name}: the" if len(held.rvp.items) > 1 else "The"
    said = SAID[item.inspected_verdict or "not_inspected"]
    holds = SAID[item.verdict or "not_inspected"]
    if item.decided_by == "default":
        return f"{of} inspection said {said}. Nobody decided in time, so the rulebook did: {holds}."
    note = f": “{item.decided_note}”" if item.decided_note else "."
    return f"{of} inspection said {said}; {item.decided_by_name} decided {holds}{note}"
