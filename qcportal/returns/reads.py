"""How to find a return."""

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload, raiseload, selectinload

from qcportal import errors
from qcportal.db import db
from qcportal.returns.tables import OPEN_STATES, Return, search_key

_IN_FULL = (
    select(Return)
    .where(Return.id == bindparam("return_id"))
    .options(joinedload(Return.merchant), joinedload(Return.items), raiseload("*"))
)
_REVISION = select(Return.revision).where(Return.id == bindparam("return_id"))
"""Every page of a return and every poll asks these, so they are put together once."""


def get_return(return_id: uuid.UUID) -> Return:
    """Get one return of the scope, or raise NotFound."""
    rvp = db.session.scalars(select(Return).where(Return.id == return_id)).one_or_none()
    if rvp is None:
        raise errors.NotFound()
    return rvp


def get_full(return_id: uuid.UUID) -> Return:
    """Get one return with its merchant and items, so loaded that a template cannot query."""
    rvp = db.session.scalars(_IN_FULL, {"return_id": return_id}).unique().one_or_none()
    if rvp is None:
        raise errors.NotFound()
    return rvp


def get_revision(return_id: uuid.UUID) -> int:
    """Get the number that grows with every change a page could show, or raise NotFound."""
    revision = db.session.scalar(_REVISION, {"return_id": return_id})
    if revision is None:
        raise errors.NotFound()
    return revision


def find_by_request_ids(merchant_id: uuid.UUID, request_ids: Collection[str]) -> dict[str, Return]:
    """Find a merchant's returns by the ids its back-end gave them."""
    statement = (
        select(Return)
        .where(Return.merchant_id == merchant_id, Return.client_request_id.in_(request_ids))
        .options(selectinload(Return.items))
    )
    return {rvp.client_request_id: rvp for rvp in db.session.scalars(statement)}


def find_in_full(ids: Collection[uuid.UUID]) -> Sequence[Return]:
    """Find the scope's returns with these ids, so loaded that a template cannot query."""
    statement = (
        select(Return)
        .where(Return.id.in_(ids))
        .options(joinedload(Return.merchant), joinedload(Return.items), raiseload("*"))
    )
    return db.session.scalars(statement).unique().all()


def find_by_ids(merchant_id: uuid.UUID, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Return]:
    """Find those of a merchant's returns that have these ids, by id."""
    wanted = select(Return).where(Return.merchant_id == merchant_id, Return.id.in_(ids))
    return {rvp.id: rvp for rvp in db.session.scalars(wanted)}


def find_uninspected(return_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Find which of these returns have no inspection."""
    statement = select(Return.id).where(Return.id.in_(return_ids), Return.checked_at.is_(None))
    return set(db.session.scalars(statement))


def select_for_run_sheet(sheet_id: uuid.UUID) -> Select[Return]:
    """Select the returns of a run sheet in the order of their stops."""
    return (
        select(Return)
        .where(Return.run_sheet_id == sheet_id)
        .order_by(Return.run_position, Return.id)
        .options(joinedload(Return.merchant), selectinload(Return.items))
    )


def select_unassigned() -> Select[Return]:
    """Select open returns that no executive has, oldest first."""
    return (
        select(Return)
        .where(Return.run_sheet_id.is_(None), Return.shipment_state.in_(OPEN_STATES))
        .order_by(Return.created_at, Return.id)
        .options(joinedload(Return.merchant))
    )


def find_taken_awbs(merchant_id: uuid.UUID, awbs: Collection[str]) -> set[str]:
    """Find which of these AWBs the merchant has used, in their searched form."""
    if not awbs:
        return set()
    wanted = [search_key(awb) for awb in awbs]
    statement = select(Return.awb).where(Return.merchant_id == merchant_id, Return.awb.in_(wanted))
    return set(db.session.scalars(statement))


def select_with_items(return_id: uuid.UUID) -> Select[Return]:
    """Select one return with its items."""
    return select(Return).where(Return.id == return_id).options(selectinload(Return.items))


def find_by_awb(text: str) -> uuid.UUID | None:
    """Find the id of the scope's return whose whole AWB this is, whatever its spaces."""
    key = search_key(text)
    if len(key) < 6:
        return None
    return db.session.scalars(select(Return.id).where(Return.awb == key).limit(2)).one_or_none()
