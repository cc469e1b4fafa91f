"""How to find checklists and inspections."""

import uuid
from collections.abc import Collection

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import joinedload

from qcportal.db import db
from qcportal.inspections.tables import Inspection, IssuedChecklist

_return_ids: BindParameter[uuid.UUID] = bindparam("return_ids", expanding=True)
_CHECKLISTS = select(IssuedChecklist).where(IssuedChecklist.return_id.in_(_return_ids))
_INSPECTIONS = (
    select(Inspection)
    .where(Inspection.return_id.in_(_return_ids))
    .options(joinedload(Inspection.answers), joinedload(Inspection.executive))
    .options(joinedload(Inspection.device))
)
"""Every page of a return asks these, so they are put together once."""


def find_checklists(return_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, IssuedChecklist]:
    """Find the checklists of these returns, by the id of their item."""
    found = db.session.scalars(_CHECKLISTS, {"return_ids": return_ids})
    return {issued.item_id: issued for issued in found}


def find_inspection(return_id: uuid.UUID) -> Inspection | None:
    """Find the inspection of a return with its answers, who made it and with which phone."""
    return find_inspections([return_id]).get(return_id)


def find_inspections(return_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Inspection]:
    """Find the inspections of these returns as `find_inspection` does, by return."""
    found = db.session.scalars(_INSPECTIONS, {"return_ids": return_ids}).unique()
    return {inspection.return_id: inspection for inspection in found}
