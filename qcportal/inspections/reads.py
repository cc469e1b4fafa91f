"""How to find checklists and inspections."""

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from qcportal.db import db
from qcportal.inspections.tables import Inspection, IssuedChecklist


def find_checklists(return_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, IssuedChecklist]:
    """Find the checklists of these returns, by the id of their item."""
    statement = select(IssuedChecklist).where(IssuedChecklist.return_id.in_(return_ids))
    return {issued.item_id: issued for issued in db.session.scalars(statement)}


def find_inspection(return_id: uuid.UUID) -> Inspection | None:
    """Find the inspection of a return with its answers, who made it and with which phone."""
    return find_inspections([return_id]).get(return_id)


def find_inspections(return_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Inspection]:
    """Find the inspections of these returns as `find_inspection` does, by return."""
    statement = (
        select(Inspection)
        .where(Inspection.return_id.in_(return_ids))
        .options(joinedload(Inspection.answers), joinedload(Inspection.executive))
        .options(joinedload(Inspection.device))
    )
    found = db.session.scalars(statement).unique()
    return {inspection.return_id: inspection for inspection in found}
