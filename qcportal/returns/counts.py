"""Counts of returns for the admin pages."""

import uuid
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import case, func, select

from qcportal.accounts import Merchant
from qcportal.db import db
from qcportal.devices import RunSheet
from qcportal.returns.tables import Return

DONE = case((Return.checked_at.is_not(None), 1), else_=0)


def find_last_moves() -> dict[uuid.UUID, datetime]:
    """Find when a return of each merchant moved last: one look into an index for each of them."""
    last = (
        select(func.max(Return.activity_at))
        .where(Return.merchant_id == Merchant.id)
        .correlate(Merchant)
        .scalar_subquery()
    )
    rows = db.session.execute(select(Merchant.id, last))
    return {merchant_id: moved_at for merchant_id, moved_at in rows if moved_at is not None}


def count_per_run_sheet(sheet_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int]]:
    """Count per run sheet of these: its returns, and those that were inspected."""
    statement = (
        select(Return.run_sheet_id, func.count(), func.sum(DONE))
        .where(Return.run_sheet_id.in_(sheet_ids))
        .group_by(Return.run_sheet_id)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in db.session.execute(statement)}


def count_per_executive(
    day: date, executive_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, tuple[int, int]]:
    """Count per executive of these on one day: the returns on the run sheet, those inspected."""
    statement = (
        select(RunSheet.executive_id, func.count(), func.sum(DONE))
        .join(Return, Return.run_sheet_id == RunSheet.id)
        .where(RunSheet.day == day, RunSheet.executive_id.in_(executive_ids))
        .group_by(RunSheet.executive_id)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in db.session.execute(statement)}
