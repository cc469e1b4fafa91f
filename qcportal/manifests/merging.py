"""Adding what was told to what is kept: one statement, the same in whichever order it came."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from qcportal.db import db
from qcportal.manifests.tables import ManifestLine, ShiftReport

LINE_KEY = ["executive_id", "photo_id", "sha256"]
REPORT_KEY = ["run_sheet_id", "device_id"]
SET_ONCE = (
    "merchant_id", "device_id", "capture_at", "inspection_at", "manifest_at",
    "discarded_at", "discard_reason",
)  # fmt: skip


def add_lines(rows: Iterable[dict[str, Any]]) -> None:
    """Insert lines, or add to those that are there what they do not say yet.

    Every column ends with the same value in whichever order the messages came: the first of what
    is set once, the smallest or largest of what may be told differently, and the reason of the
    latest word by the phone's clock.
    """
    inorder = sorted(rows, key=lambda row: (row["photo_id"], row["sha256"]))
    if not inorder:
        return
    make, kept = _insert(ManifestLine), ManifestLine.__table__.c
    told = make.excluded
    newer = _is_newer(kept, told)
    merged: dict[str, Any] = {name: func.coalesce(kept[name], told[name]) for name in SET_ONCE}
    merged |= {
        "run_sheet_id": _earlier_sheet(kept, told),
        "on_sheet": or_(kept.on_sheet, told.on_sheet),
        "size": _least(kept["size"], told["size"]),
        "captured_at": _least(kept.captured_at, told.captured_at),
        "tries": case((told.tries > kept.tries, told.tries), else_=kept.tries),
        "waiting_reason": case((newer, told.waiting_reason), else_=kept.waiting_reason),
        "said_at": case((newer, told.said_at), else_=kept.said_at),
    }
    statement = make.on_conflict_do_update(index_elements=LINE_KEY, set_=merged)
    db.session.execute(statement, inorder)


def add_report(row: Mapping[str, Any]) -> bool:
    """Keep that a phone told of a shift; gives whether this closed it for that phone."""
    statement = select(ShiftReport.closed_at).where(
        ShiftReport.run_sheet_id == row["run_sheet_id"], ShiftReport.device_id == row["device_id"]
    )
    closes = row["closed_at"] is not None and db.session.scalar(statement) is None
    make, kept = _insert(ShiftReport), ShiftReport.__table__.c
    told = make.excluded
    more = told.unreadable > kept.unreadable
    merged = {
        "last_at": told.last_at,
        "closed_at": func.coalesce(kept.closed_at, told.closed_at),
        "unreadable": case((more, told.unreadable), else_=kept.unreadable),
    }
    added = make.values(row).on_conflict_do_update(index_elements=REPORT_KEY, set_=merged)
    db.session.execute(added)
    return closes


def _earlier_sheet(kept: Any, told: Any) -> ColumnElement[Any]:
    """Give the shift: one whose sheet had the photo, and of two of a kind the earlier made."""
    better = and_(told.on_sheet, ~kept.on_sheet)
    earlier = and_(told.on_sheet == kept.on_sheet, told.run_sheet_id < kept.run_sheet_id)
    return case((or_(better, earlier), told.run_sheet_id), else_=kept.run_sheet_id)


def _is_newer(kept: Any, told: Any) -> ColumnElement[bool]:
    """Tell whether the told reason is the later one; of two of one moment the greater word."""
    words = func.coalesce(told.waiting_reason, "") >= func.coalesce(kept.waiting_reason, "")
    same = and_(told.said_at == kept.said_at, words)
    later = or_(kept.said_at.is_(None), told.said_at > kept.said_at, same)
    return and_(told.said_at.is_not(None), later)


def _least(kept: Any, told: Any) -> ColumnElement[Any]:
    smaller = or_(kept.is_(None), told < kept)
    return case((and_(told.is_not(None), smaller), told), else_=kept)


def _insert(table: Any) -> Any:
    postgres = db.session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(table) if postgres else sqlite.insert(table)
