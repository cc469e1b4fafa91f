"""What can happen to a checklist (it is issued) and to an inspection (it is submitted)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from qcportal import clock, errors, history, returns
from qcportal.db import EVERY_COLUMN, db, new_id
from qcportal.devices import Phone
from qcportal.history import Actor, Entry
from qcportal.inspections.reads import find_checklists, find_inspection
from qcportal.inspections.seals import seal_of
from qcportal.inspections.tables import Inspection, InspectionAnswer, IssuedChecklist, Submission
from qcportal.returns import Return, ReturnItem
from qcportal.rulebooks import Rulebook
from qcportal.rules import verdict as verdicts
from qcportal.rules.checklist import Checklist
from qcportal.rules.verdict import ItemVerdict

WORST_FIRST = ("fail", "partially_passed", "needs_review", "not_inspected", "pass")


@dataclass(frozen=True)
class Source:
    """By which way an inspection came: the app's own call, or through S3."""

    name: str
    executive_id: uuid.UUID
    device: Phone | None
    actor: Actor


def issue(
    checklists: Sequence[tuple[ReturnItem, Checklist]], rulebook: Rulebook | None
) -> list[IssuedChecklist]:
    """Freeze a checklist for each item, in one statement."""
    at = clock.now()
    rows = [
        {
            "id": new_id(),
            "merchant_id": item.merchant_id,
            "return_id": item.return_id,
            "item_id": item.id,
            "rulebook_id": rulebook.id if rulebook else None,
            "rulebook_version": checklist.rulebook_version,
            "rulebook_title": rulebook.title if rulebook else "",
            "digest": checklist.digest,
            "body": checklist.to_json(),
            "issued_at": at,
        }
        for item, checklist in checklists
    ]
    if rows:
        db.session.execute(insert(IssuedChecklist), rows)
    return [IssuedChecklist(**row) for row in rows]


def submit(
    rvp: Return, submission: Submission, source: Source, *, photographed: bool
) -> tuple[Inspection, bool]:
    """Record an inspection of a locked return, judge it, and give it with whether it is new.

    The same submission again gives what is recorded. Raises Conflict when the return was
    inspected otherwise or is closed, Invalid when answers do not fit the checklist or when
    nothing was checked or `photographed` and the pickup is not said to have ended.
    """
    known = find_inspection(rvp.id)
    if known is not None:
        return _repeated(known, submission), False
    if not rvp.open_for_inspection:
        state = rvp.shipment_state.replace("_", " ")
        raise errors.Conflict(f"This return is {state}, it can no longer be inspected.")
    judged = _judge(rvp, submission)
    whole = verdicts.return_verdict([*judged.values()])
    if whole == "pending" and submission.shipment is None and not photographed:
        text = "Nothing was checked or photographed; say with shipment_state how it ended."
        raise errors.Invalid(faults=[errors.Fault("/items", "nothing_checked", text)])
    inspection = _insert(rvp, submission, source, whole)
    answers = _insert_answers(inspection, judged, submission)
    _settle(rvp, judged, whole, submission)
    entry = Entry(
        rvp.id,
        rvp.merchant_id,
        "inspected",
        source.actor,
        {
            "verdict": whole,
            "inspection": str(inspection.id),
            "source": source.name,
            "sealed": seal_of(inspection, answers),
        },
    )
    history.record([entry])
    return inspection, True


def _repeated(known: Inspection, submission: Submission) -> Inspection:
    same_id = known.client_inspection_id == submission.client_inspection_id
    if same_id and known.digest == submission.digest:
        return known
    what = "under this id with other answers" if same_id else "under another id"
    raise errors.Conflict(f"This return was inspected already, {what}.")


def _judge(rvp: Return, submission: Submission) -> dict[uuid.UUID, ItemVerdict]:
    issued = find_checklists([rvp.id])
    given = {each.item_id: (place, each.answers) for place, each in enumerate(submission.items)}
    faults = [
        errors.Fault(f"/items/{place}/item_id", "unknown_item", "This return has no such item.")
        for item_id, (place, _) in given.items()
        if item_id not in issued
    ]
    faults += _answered_twice(submission)
    judged = {}
    for item_id, each in issued.items():
        place, answers = given.get(item_id, (0, ()))
        try:
            item_verdict = verdicts.judge(each.checklist, answers)
        except errors.Invalid as refused:
            faults += [_under(f"/items/{place}", fault) for fault in refused.faults]
            continue
        if each.checklist.asks:
            judged[item_id] = item_verdict
    if faults:
        raise errors.Invalid("The answers do not fit the checklist.", faults=faults)
    return judged


def _answered_twice(submission: Submission) -> list[errors.Fault]:
    sent = [each.item_id for each in submission.items]
    return [
        errors.Fault(f"/items/{place}/item_id", "duplicate_item", "This item stands here twice.")
        for place, item_id in enumerate(sent)
        if item_id in sent[:place]
    ]


def _under(path: str, fault: errors.Fault) -> errors.Fault:
    """Place a fault of the rules in the submission as sent, where a check's key is `check`."""
    place = path + fault.path.replace("/check_key", "/check")
    return errors.Fault(place, fault.code, fault.message, fault.suggestion)


def _insert(rvp: Return, submission: Submission, source: Source, whole: str) -> Inspection:
    inspection = Inspection(
        id=new_id(),
        merchant_id=rvp.merchant_id,
        return_id=rvp.id,
        client_inspection_id=submission.client_inspection_id,
        digest=submission.digest,
        executive_id=source.executive_id,
        device_id=source.device.id if source.device else None,
        source=source.name,
        started_at=submission.started_at,
        finished_at=submission.finished_at,
        received_at=clock.now(),
        verdict=whole,
        app_verdict=submission.app_verdict,
        remarks=submission.remarks,
        clock_offset_ms=submission.clock_offset_ms,
    )
    db.session.add(inspection)
    db.session.flush()
    return inspection


def _insert_answers(
    inspection: Inspection, judged: Mapping[uuid.UUID, ItemVerdict], submission: Submission
) -> list[dict[str, Any]]:
    said = {
        (each.item_id, answer.check_key): answer
        for each in submission.items
        for answer in each.answers
    }
    rows: list[dict[str, Any]] = []
    for item_id, item_verdict in judged.items():
        for finding in item_verdict.findings:
            answer = said.get((item_id, finding.check_key))
            rows.append(
                {
                    "id": new_id(),
                    "merchant_id": inspection.merchant_id,
                    "inspection_id": inspection.id,
                    "item_id": item_id,
                    "check_key": finding.check_key,
                    "result": finding.result,
                    "app_result": finding.app_result,
                    "value": answer.value if answer else None,
                    "remarks": answer.remarks if answer else None,
                    "explanation": finding.explanation,
                }
            )
    if rows:
        db.session.execute(insert(InspectionAnswer), rows, execution_options=EVERY_COLUMN)
    return rows


def _settle(
    rvp: Return, judged: Mapping[uuid.UUID, ItemVerdict], whole: str, submission: Submission
) -> None:
    for item in rvp.items:
        item_verdict = judged.get(item.id)
        if item_verdict is not None:
            item.verdict, item.verdict_reason = item_verdict.result, item_verdict.because
            item.units = [
                {"unit": each.unit, "verdict": each.result, "reason": each.because}
                for each in item_verdict.units
            ]
    worst = sorted(judged.values(), key=lambda each: WORST_FIRST.index(each.result))
    reason = worst[0].brief if worst else ""
    returns.record_verdict(rvp, whole, reason=reason, shipment=submission.shipment)
