"""Measurements that the worker takes: each kind keeps its last good value and its last fault."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update

from qcportal import clock
from qcportal.db import db
from qcportal.uploads.tables import UploadMeasure

HOURS, SHIFTS, QUEUE, OUTSTANDING = "hours", "shifts", "queue", "outstanding"


def find_measures(*names: str) -> dict[str, UploadMeasure]:
    """Find the last measurement of every kind, or of these, in one statement."""
    statement = select(UploadMeasure)
    if names:
        statement = statement.where(UploadMeasure.name.in_(names))
    return {each.name: each for each in db.session.scalars(statement)}


def record_measure(name: str, value: Mapping[str, Any]) -> None:
    """Keep what was measured now; call it under a lease, so that nobody else does."""
    at = clock.now()
    _keep(name, {"tried_at": at, "taken_at": at, "value": dict(value), "fault": None})


def record_failure(name: str, fault: str) -> None:
    """Keep why measuring failed now; the last good value stays."""
    _keep(name, {"tried_at": clock.now(), "fault": fault})


def _keep(name: str, values: Mapping[str, Any]) -> None:
    change = update(UploadMeasure).where(UploadMeasure.name == name).values(**values)
    changed: Any = db.session.execute(change.execution_options(synchronize_session=False))
    if not changed.rowcount:
        db.session.execute(insert(UploadMeasure).values(name=name, **{"value": {}, **values}))
