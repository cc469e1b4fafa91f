"""The verdict of a return with its consequence, its reason, and what it still lacks."""

from qcportal.blueprints.showing.held import Held
from qcportal.blueprints.showing.pieces import missing_photos
from qcportal.blueprints.shown.return_page import Verdict
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.returns import ReturnItem

VERDICTS = {
    "passed": ("pass", "circle-check", lazy_gettext("Passed at the door")),
    "failed": ("fail", "x", lazy_gettext("Failed at the door")),
    "partially_passed": ("fail", "x", lazy_gettext("Partly failed at the door")),
    "needs_review": ("", "circle-question-mark", lazy_gettext("Needs a look")),
    "pending": ("", "circle-minus", lazy_gettext("Visited, not checked")),
}
DECIDED = {
    "passed": ("pass", "circle-check", lazy_gettext("Passed by decision")),
    "failed": ("fail", "x", lazy_gettext("Failed by decision")),
    "partially_passed": ("fail", "x", lazy_gettext("Partly failed by decision")),
}
NOT_FINAL = {
    "passed": lazy_gettext("Passed, not final yet"),
    "partially_passed": lazy_gettext("Partly failed, not final yet"),
}
SHIPMENTS = {
    "created": lazy_gettext("Waiting for an executive."),
    "approved": lazy_gettext("Waiting for an executive."),
    "scheduled": lazy_gettext("An executive has it on the run sheet."),
    "out_for_pickup": lazy_gettext("Still with the customer."),
    "picked": lazy_gettext("Picked up from the customer."),
    "picked_partial": lazy_gettext("Picked up in part; the rest stays with the customer."),
    "pickup_failed": lazy_gettext("The customer keeps the item. No refund started."),
    "in_transit": lazy_gettext("On its way to you."),
    "returned_to_merchant": lazy_gettext("Back with you."),
    "cancelled": lazy_gettext("The pickup was cancelled."),
}
TOLD = {
    "passed": lazy_gettext("passed"),
    "failed": lazy_gettext("failed"),
    "partially_passed": lazy_gettext("partially passed"),
    "needs_review": lazy_gettext("needs review"),
}
SAID = {
    "pass": lazy_gettext("Passed"),
    "fail": lazy_gettext("Failed"),
    "partially_passed": lazy_gettext("Partly failed"),
    "needs_review": lazy_gettext("Needs a look"),
    "not_inspected": lazy_gettext("Not checked"),
}


def verdict(held: Held) -> Verdict:
    """Show the verdict with its consequence and what decided it."""
    rvp = held.rvp
    decided = any(item.decided_by for item in rvp.items)
    shown = (DECIDED if decided else VERDICTS).get(rvp.verdict or "") or VERDICTS.get(
        rvp.verdict or "", ("", "circle-dashed", _("Not checked yet"))
    )
    tone, icon, headline = shown
    missing = missing_photos(held)
    if missing and not decided:
        headline = NOT_FINAL.get(rvp.verdict or "", headline)
    if rvp.qc_state == "not_required":
        icon, headline = "circle-minus", _("No check was asked")
    if rvp.shipment_state == "cancelled":
        icon, headline = "circle-slash", _("Cancelled")
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
    number = max(versions)
    return _("Rulebook version %(number)s.", number=number) if number else _("Your own questions.")


def _because(held: Held) -> str:
    inspection = held.inspection
    if inspection is None:
        return ""
    decided = [item for item in held.rvp.items if item.inspected_verdict not in (None, "pass")]
    words = [item.verdict_reason or "" for item in decided or held.rvp.items[:1]]
    if inspection.app_verdict == inspection.verdict:
        words.append(_("The phone and the server came to the same result."))
    elif inspection.app_verdict:
        words.append(
            _(
                "The phone said %(verdict)s; the server decides.",
                verdict=_told(inspection.app_verdict),
            )
        )
    return " ".join(words)


def _decision(item: ReturnItem, held: Held) -> str:
    """Tell who decided otherwise, beside what the inspection said."""
    said = SAID[item.inspected_verdict or "not_inspected"]
    holds = SAID[item.verdict or "not_inspected"]
    if item.decided_by == "default":
        words = _(
            "The inspection said %(said)s. Nobody decided in time, so the rulebook did: %(holds)s.",
            said=said,
            holds=holds,
        )
    elif item.decided_note:
        words = _(
            "The inspection said %(said)s; %(name)s decided %(holds)s: “%(note)s”",
            said=said,
            name=item.decided_by_name,
            holds=holds,
            note=item.decided_note,
        )
    else:
        words = _(
            "The inspection said %(said)s; %(name)s decided %(holds)s.",
            said=said,
            name=item.decided_by_name,
            holds=holds,
        )
    return f"{item.name}: {words}" if len(held.rvp.items) > 1 else words


def _told(verdict: str) -> str:
    return TOLD.get(verdict) or verdict.replace("_", " ")
