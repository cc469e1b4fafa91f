"""Which shifts are looked at, and whether their phones said that they told all."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Subquery, case, func, select

from qcportal.devices import RunSheet
from qcportal.manifests.tables import ShiftReport


@dataclass(frozen=True)
class Period:
    """Days of run sheets, first and last included, of all executives or of one."""

    first: date
    last: date
    executive_id: uuid.UUID | None = None

    @classmethod
    def of(cls, sheet: RunSheet) -> "Period":
        """Give the period that is one shift."""
        return cls(sheet.day, sheet.day, sheet.executive_id)


def within(statement: Any, period: Period) -> Any:
    """Narrow a Select that joins run sheets to a period."""
    found = statement.where(RunSheet.day.between(period.first, period.last))
    if period.executive_id is None:
        return found
    return found.where(RunSheet.executive_id == period.executive_id)


def closings(period: Period) -> Subquery:
    """Give per shift of a period when the last of its phones closed it; null while one has not.

    A phone that broke in mid-shift never says so, and what it held may be lost: such a shift stays
    open for good.
    """
    ended = case(
        (func.count() == func.count(ShiftReport.closed_at), func.max(ShiftReport.closed_at))
    )
    statement = (
        select(
            ShiftReport.run_sheet_id,
            ended.label("closed_at"),
            func.max(ShiftReport.last_at).label("last_at"),
            func.sum(ShiftReport.unreadable).label("unreadable"),
        )
        .join(RunSheet, RunSheet.id == ShiftReport.run_sheet_id)
        .group_by(ShiftReport.run_sheet_id)
    )
    found: Subquery = within(statement, period).subquery("closings")
    return found
