"""Counts of returns for the admin pages."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select

from qcportal import clock
from qcportal.db import db
from qcportal.devices import RunSheet
from qcportal.returns.lists import FAILED
from qcportal.returns.tables import Return

DONE = case((Return.checked_at.is_not(None), 1), else_=0)


@dataclass(frozen=True)
class MerchantCount:
    """How many returns a merchant had lately, how many failed, and when the last one moved."""

    returns: int
    failed: int
    last_at: datetime | None


def count_per_merchant(*, days: int) -> dict[uuid.UUID, MerchantCount]:
    """Count the returns of the last days per merchant."""
    statement = (
        select(
            Return.merchant_id,
            func.count(),
            func.sum(case((Return.verdict.in_(FAILED), 1), else_=0)),
            func.max(Return.activity_at),
        )
        .where(Return.activity_at > clock.ago(days=days))
        .group_by(Return.merchant_id)
    )
    rows = db.session.execute(statement)
    return {row[0]: MerchantCount(int(row[1]), int(row[2]), row[3]) for row in rows}


def count_per_run_sheet() -> dict[uuid.UUID, tuple[int, int]]:
    """Count per run sheet of the last days: its returns, and those that were inspected."""
    statement = (
        select(Return.run_sheet_id, func.count(), func.sum(DONE))
        .where(Return.run_sheet_id.is_not(None), Return.activity_at > clock.ago(days=60))
        .group_by(Return.run_sheet_id)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in db.session.execute(statement)}


def count_per_executive(day: date) -> dict[uuid.UUID, tuple[int, int]]:
    """Count per executive of one day: the returns on the run sheet, and those inspected."""
    statement = (
        select(RunSheet.executive_id, func.count(), func.sum(DONE))
        .join(Return, Return.run_sheet_id == RunSheet.id)
        .where(RunSheet.day == day)
        .group_by(RunSheet.executive_id)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in db.session.execute(statement)}
