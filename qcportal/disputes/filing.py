"""Filing a dispute: draft, change, send with a receipt, discard; several at once."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from qcportal import accounts, clock, errors, history, inspections, photos, returns
from qcportal.db import EVERY_COLUMN, db, new_id
from qcportal.disputes import working_days
from qcportal.disputes.claims import (
    Ground,
    NewDispute,
    amount_of,
    faults_of,
    faults_of_sending,
    items_of,
    lead_of,
)
from qcportal.disputes.deadlines import calendar_of, deadlines_of
from qcportal.disputes.decision_tables import DisputeNumber
from qcportal.disputes.eligibility import eligibility, find_standing
from qcportal.disputes.machine import Action
from qcportal.disputes.moving import Step, allow, load, move, take
from qcportal.disputes.people import Person
from qcportal.disputes.roles import FILERS
from qcportal.disputes.tables import Dispute, DisputeEvidence, DisputeItem
from qcportal.disputes.words import receipt
from qcportal.history import Entry
from qcportal.language import gettext as _

MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Raised:
    """What became of one of several claims: its dispute, or why there is none.

    `code` is the first of the reasons, for who says it in other words.
    """

    return_id: uuid.UUID
    dispute_id: uuid.UUID | None
    number: str | None
    refusal: str = ""
    code: str = ""


def draft(new: NewDispute, *, by: Person) -> Dispute:
    """Begin a dispute that nobody of the carrier sees yet.

    Raises NotFound for a return outside of the scope, Forbidden for a role that files none,
    Invalid with every fault, and Conflict with words where the return cannot be disputed.
    """
    if by.role not in FILERS:
        raise errors.Forbidden(_("Your role does not include this."))
    returns.get_return(new.return_id)
    returns.lock([new.return_id])
    ground = ground_of(new.return_id)
    standing = find_standing([new.return_id]).get(new.return_id)
    said = eligibility(ground.rvp, standing)
    if not said.allowed or said.file_by is None:
        raise errors.Conflict(said.reason)
    _refuse(faults_of(new, ground))
    row = _row(new, ground, by) | {"file_by": said.file_by, "due_at": None}
    db.session.execute(insert(Dispute), [row], execution_options=EVERY_COLUMN)
    _write_parts(row["id"], new, ground)
    returns.record_dispute_state(new.return_id, "draft")
    data = {"return": str(new.return_id), "kind": new.kind, "version": 1}
    history.record([Entry(row["id"], ground.rvp.merchant_id, "dispute_draft", by.actor, data)])
    return load(row["id"])


def save(dispute_id: uuid.UUID, new: NewDispute, *, by: Person, seen: int | None = None) -> Dispute:
    """Put other content into a draft; files that were added to it stay."""
    dispute = load(dispute_id)
    to = allow(dispute, Action.SAVE, by=by, seen=seen)
    ground = ground_of(dispute.return_id)
    faults = list(faults_of(new, ground))
    if new.return_id != dispute.return_id:
        faults.append(errors.Fault("/return_id", "another_return", _("A draft keeps its return.")))
    _refuse(faults)
    written = _content(new, ground)
    saved = move(dispute, Action.SAVE, to, by=by, step=Step(written, {"kind": new.kind}))
    db.session.execute(delete(DisputeItem).where(DisputeItem.dispute_id == dispute_id))
    cited = (DisputeEvidence.dispute_id == dispute_id, DisputeEvidence.own.is_(False))
    db.session.execute(delete(DisputeEvidence).where(*cited))
    _write_parts(dispute_id, new, ground)
    return saved


def send(dispute_id: uuid.UUID, *, by: Person, seen: int | None = None) -> Dispute:
    """Send a draft: it gets its receipt, and the carrier's clock starts.

    Raises Invalid for what it lacks, Conflict after the time to file.
    """
    dispute = load(dispute_id)
    to = allow(dispute, Action.SEND, by=by, seen=seen)
    merchant = accounts.get_merchant(dispute.merchant_id)
    limits, at = deadlines_of(merchant), clock.now()
    items, cited = _count(DisputeItem, dispute_id), _count(DisputeEvidence, dispute_id)
    _refuse(faults_of_sending(dispute.text, items=items, cited=cited))
    number = _next_number()
    values = {
        "number": number,
        "filed_at": at,
        "decide_by": working_days.add_days(calendar_of(merchant), at, limits.decide_days),
        "needs_two": limits.two_above is not None and dispute.amount_minor > limits.two_above,
    }
    data: dict[str, Any] = {
        "number": receipt(number),
        "kind": dispute.kind,
        "category": dispute.category,
    }
    data |= {"amount_minor": dispute.amount_minor, "currency": dispute.currency}
    return move(dispute, Action.SEND, to, by=by, step=Step(values, data, tell="opened"))


def find_faults(new: NewDispute, *, sends: bool, files: int = 0) -> list[errors.Fault]:
    """List everything that is wrong with a claim at once, and with `sends` what it lacks besides.

    `files` of the merchant's own are there already.
    """
    ground = ground_of(new.return_id)
    found = list(faults_of(new, ground))
    if sends:
        items, cited = len(new.items) or len(ground.rvp.items) == 1, len(new.citations) + files
        found += faults_of_sending(new.text, items=int(items), cited=cited)
    return list({(fault.path, fault.code): fault for fault in found}.values())


def discard(dispute_id: uuid.UUID, *, by: Person, seen: int | None = None) -> Dispute:
    """Throw a draft away; its return can be disputed again."""
    return take(load(dispute_id), Action.DISCARD, by=by, seen=seen)


def raise_many(wanted: Sequence[NewDispute], *, by: Person, sends: bool = True) -> list[Raised]:
    """Draft up to a hundred disputes and send them, each for itself; gives what became of each."""
    if len(wanted) > MOST_AT_ONCE:
        raise errors.TooLarge(_("Raise %(n)s disputes at a time.", n=MOST_AT_ONCE))
    returns.lock({new.return_id for new in wanted})  # in one order, before any receipt is taken
    return [_raise_one(new, by, sends=sends) for new in wanted]


def ground_of(return_id: uuid.UUID) -> Ground:
    """Gather what a claim on a return is held against, in four statements."""
    rvp = returns.get_full(return_id)
    held = photos.find_for_returns([return_id])[return_id]
    return Ground(
        rvp,
        {photo.id: photo for photo in held},
        inspections.find_checklists([return_id]),
        inspections.find_inspection(return_id),
    )


def _raise_one(new: NewDispute, by: Person, *, sends: bool) -> Raised:
    try:
        with db.session.begin_nested():
            raised = draft(new, by=by)
            if sends:
                raised = send(raised.id, by=by)
    except (errors.Invalid, errors.Conflict, errors.NotFound) as refused:
        words = " ".join(fault.message for fault in refused.faults) or refused.detail
        codes = [fault.code for fault in refused.faults]
        return Raised(new.return_id, None, None, words, codes[0] if codes else refused.slug)
    except IntegrityError:
        words = _("Somebody disputed it a moment ago.")
        return Raised(new.return_id, None, None, words, "disputed")
    return Raised(new.return_id, raised.id, receipt(raised.number))


def _refuse(faults: Iterable[errors.Fault]) -> None:
    found = list(faults)
    if found:
        raise errors.Invalid(faults=found)


def _row(new: NewDispute, ground: Ground, by: Person) -> dict[str, Any]:
    at = clock.now()
    return _content(new, ground) | {
        "id": new_id(),
        "merchant_id": ground.rvp.merchant_id,
        "return_id": new.return_id,
        "client_request_id": new.client_request_id,
        "request_digest": new.digest if new.client_request_id else None,
        "last_by_name": by.name,
        "created_at": at,
        "activity_at": at,
    }


def _content(new: NewDispute, ground: Ground) -> dict[str, Any]:
    lead = lead_of(new, ground)
    amounts = [amount_of(item, claim) for item, claim in items_of(new, ground)]
    return {
        "kind": new.kind,
        "category": new.category or lead.category,
        "suggested_category": lead.category,
        "lead_check": lead.check,
        "lead_rule": lead.rule,
        "text": new.text.strip(),
        "amount_minor": sum(amounts),
        "currency": new.currency,
    }


def _write_parts(dispute_id: uuid.UUID, new: NewDispute, ground: Ground) -> None:
    shared = {"merchant_id": ground.rvp.merchant_id, "dispute_id": dispute_id}
    items = [
        shared
        | {
            "id": new_id(),
            "item_id": item.id,
            "claim": claim.claim or new.kind,
            "amount_minor": amount_of(item, claim),
            "currency": new.currency,
        }
        for item, claim in items_of(new, ground)
    ]
    cited = [shared | _evidence_row(each, place) for place, each in enumerate(new.citations)]
    for table, rows in ((DisputeItem, items), (DisputeEvidence, cited)):
        if rows:
            db.session.execute(insert(table), rows, execution_options=EVERY_COLUMN)


def _evidence_row(cited: Any, place: int) -> dict[str, Any]:
    box = cited.box
    return {
        "id": new_id(),
        "position": place,
        "photo_id": cited.photo_id,
        "missing": cited.missing,
        "own": False,
        "note": cited.note,
        "box_x": box.x if box else None,
        "box_y": box.y if box else None,
        "box_width": box.width if box else None,
        "box_height": box.height if box else None,
        "added_at": clock.now(),
    }


def _count(table: Any, dispute_id: uuid.UUID) -> int:
    counted = select(func.count()).select_from(table).where(table.dispute_id == dispute_id)
    return db.session.scalar(counted) or 0


def _next_number() -> int:
    """Take the next receipt; others who send wait until this change is committed or undone."""
    statement = (
        update(DisputeNumber)
        .where(DisputeNumber.name == "dispute")
        .values(last=DisputeNumber.last + 1)
        .returning(DisputeNumber.last)
        .execution_options(synchronize_session=False)
    )
    return db.session.execute(statement).scalar_one()
