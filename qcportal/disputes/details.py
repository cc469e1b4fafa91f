"""One dispute with everything about it, in a fixed number of statements."""

import uuid
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, raiseload, selectinload

from qcportal import errors
from qcportal.db import db
from qcportal.disputes.case import (
    Case,
    CaseInFull,
    CaseItem,
    DecidedItem,
    Decision,
    Evidence,
    Happening,
    Message,
    case_of,
)
from qcportal.disputes.decision_tables import DisputeDecision
from qcportal.disputes.lists import loaded
from qcportal.disputes.people import Person
from qcportal.disputes.tables import Dispute, DisputeEvidence, DisputeItem, DisputeMessage
from qcportal.history import HistoryEvent
from qcportal.language import gettext as _
from qcportal.photos import Photo
from qcportal.returns import Return

HIDDEN = frozenset(f"dispute_{each}" for each in (
    "claim", "release", "assign", "decide", "agree", "disagree", "undo", "recategorise",
))  # fmt: skip
"""What happened inside the carrier; merchants read of a decision once it holds."""


def get_case(dispute_id: uuid.UUID, *, by: Person) -> Case:
    """Get one dispute of the scope as a line, or raise NotFound."""
    return case_of(_get(dispute_id, by), by=by)


def get_full(dispute_id: uuid.UUID, *, by: Person) -> CaseInFull:
    """Get one dispute of the scope with all its parts as the asker may see them, or NotFound.

    Merchants see neither claims nor decisions that do not hold, nor what was undone.
    """
    whole = loaded().options(joinedload(Dispute.rvp).joinedload(Return.items))
    row = _get(dispute_id, by, whole)
    sees_all = by.side != "merchant"
    items = _items(dispute_id)
    return CaseInFull(
        case=case_of(row, by=by),
        rvp=row.rvp,
        items=items,
        evidence=_evidence(dispute_id),
        messages=_messages(dispute_id),
        decisions=_decisions(dispute_id, items, sees_all=sees_all),
        history=_history(dispute_id, sees_all=sees_all),
    )


def get_history(dispute_id: uuid.UUID, *, by: Person) -> tuple[Happening, ...]:
    """Give the steps of a dispute of the scope, newest first, as the asker may see them."""
    return _history(dispute_id, sees_all=by.side != "merchant")


def get_pulse(dispute_id: uuid.UUID) -> tuple[int, int, int]:
    """Give what changes when a page of a dispute changes, in one statement, or raise NotFound.

    That is its version, how much of its evidence is here, and how much was looked at.
    """
    counts = (func.count(Photo.stored_at), func.count(Photo.pictured_at))
    statement = (
        select(Dispute.version, *counts)
        .outerjoin(DisputeEvidence, DisputeEvidence.dispute_id == Dispute.id)
        .outerjoin(Photo, Photo.id == DisputeEvidence.photo_id)
        .where(Dispute.id == dispute_id)
        .group_by(Dispute.id)
    )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise errors.NotFound()
    return int(row[0]), int(row[1]), int(row[2])


def find_by_number(number: int) -> uuid.UUID | None:
    """Find the dispute of the scope with a receipt's number."""
    return db.session.scalars(select(Dispute.id).where(Dispute.number == number)).one_or_none()


def find_case_of_return(return_id: uuid.UUID, *, by: Person) -> Case | None:
    """Find the latest dispute of a return, for its page; the carrier sees only what was sent."""
    statement = loaded().where(Dispute.return_id == return_id)
    if by.side == "admin":
        statement = statement.where(Dispute.number.is_not(None))
    row = db.session.scalars(statement.order_by(Dispute.created_at.desc(), Dispute.id.desc()))
    found = row.first()
    return case_of(found, by=by) if found else None


def find_by_request_id(client_request_id: str) -> tuple[uuid.UUID, str] | None:
    """Find the scope's dispute that a back-end gave this id, with the digest of its request."""
    statement = select(Dispute.id, Dispute.request_digest).where(
        Dispute.client_request_id == client_request_id
    )
    row = db.session.execute(statement).one_or_none()
    return (row[0], str(row[1])) if row else None


def get_own_file(dispute_id: uuid.UUID, photo_id: uuid.UUID) -> Photo:
    """Get a file that was added to a dispute of the scope, or raise NotFound.

    Raises Conflict for one that is verified already and needs no form.
    """
    wanted = (
        select(Photo)
        .join(DisputeEvidence, DisputeEvidence.photo_id == Photo.id)
        .where(DisputeEvidence.dispute_id == dispute_id, DisputeEvidence.own.is_(True))
        .where(Photo.id == photo_id)
    )
    photo = db.session.scalars(wanted).one_or_none()
    if photo is None:
        raise errors.NotFound()
    if photo.verified_at is not None:
        raise errors.Conflict(_("This file is here already."))
    return photo


def _get(dispute_id: uuid.UUID, by: Person, statement: Any = None) -> Dispute:
    wanted = (loaded() if statement is None else statement).where(Dispute.id == dispute_id)
    found = db.session.scalars(wanted.execution_options(populate_existing=True)).unique()
    row: Dispute | None = found.one_or_none()
    if row is None or (by.side == "admin" and row.number is None):
        raise errors.NotFound()
    return row


def _items(dispute_id: uuid.UUID) -> tuple[CaseItem, ...]:
    statement = (
        select(DisputeItem)
        .where(DisputeItem.dispute_id == dispute_id)
        .options(joinedload(DisputeItem.item), raiseload("*"))
        .execution_options(populate_existing=True)
    )
    rows = sorted(db.session.scalars(statement), key=lambda row: row.item.position)
    return tuple(
        CaseItem(
            id=row.id,
            item_id=row.item_id,
            client_sku_id=row.item.client_sku_id,
            name=row.item.name,
            position=row.item.position,
            verdict=row.item.verdict,
            claim=row.claim,
            amount_minor=row.amount_minor,
            currency=row.currency,
            outcome=row.outcome,
            granted_minor=row.granted_minor,
        )
        for row in rows
    )


def _evidence(dispute_id: uuid.UUID) -> tuple[Evidence, ...]:
    statement = (
        select(DisputeEvidence)
        .where(DisputeEvidence.dispute_id == dispute_id)
        .order_by(DisputeEvidence.position, DisputeEvidence.id)
        .options(joinedload(DisputeEvidence.photo), raiseload("*"))
    )
    return tuple(
        Evidence(
            row.id, row.position, row.photo, row.missing, row.own, row.note, _box(row), row.added_at
        )
        for row in db.session.scalars(statement.execution_options(populate_existing=True))
    )


def _box(row: DisputeEvidence) -> tuple[float, float, float, float] | None:
    x, y, width, height = row.box_x, row.box_y, row.box_width, row.box_height
    if x is None or y is None or width is None or height is None:
        return None
    return (x, y, width, height)


def _messages(dispute_id: uuid.UUID) -> tuple[Message, ...]:
    statement = select(DisputeMessage).where(DisputeMessage.dispute_id == dispute_id)
    rows = db.session.scalars(statement.order_by(DisputeMessage.at, DisputeMessage.id))
    return tuple(
        Message(row.id, row.at, row.side, row.kind, row.author_name, row.text) for row in rows
    )


def _decisions(
    dispute_id: uuid.UUID, items: tuple[CaseItem, ...], *, sees_all: bool
) -> tuple[Decision, ...]:
    statement = (
        select(DisputeDecision)
        .where(DisputeDecision.dispute_id == dispute_id)
        .order_by(DisputeDecision.decided_at, DisputeDecision.id)
        .options(selectinload(DisputeDecision.items))
        .execution_options(populate_existing=True)
    )
    if not sees_all:
        statement = statement.where(DisputeDecision.settled_at.is_not(None))
    item_of = {each.id: each.item_id for each in items}
    return tuple(_decision(row, item_of) for row in db.session.scalars(statement))


def _decision(row: DisputeDecision, item_of: dict[uuid.UUID, uuid.UUID]) -> Decision:
    same = (
        "id", "level", "outcome", "reason", "text", "decided_at", "decided_by_name",
        "decided_by_role", "agreed_by_name", "agreed_at", "effective_at", "settled_at",
        "undone_at", "undone_by_name", "undone_text",
    )  # fmt: skip
    parts = tuple(
        DecidedItem(
            item_of[each.dispute_item_id], each.outcome, each.reason, each.text, each.granted_minor
        )
        for each in row.items
    )
    return Decision(**{name: getattr(row, name) for name in same}, items=parts)


def _history(dispute_id: uuid.UUID, *, sees_all: bool) -> tuple[Happening, ...]:
    statement = select(HistoryEvent).where(HistoryEvent.chain == dispute_id)
    if not sees_all:
        statement = statement.where(HistoryEvent.action.not_in(sorted(HIDDEN)))
    rows = db.session.scalars(statement.order_by(HistoryEvent.seq.desc()))
    return tuple(
        Happening(row.at, row.action, row.actor_label, row.actor_kind, dict(row.data))
        for row in rows
    )
