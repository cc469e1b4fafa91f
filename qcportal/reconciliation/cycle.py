"""One cycle: every open date, then what is overdue; and what past cycles did."""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from qcportal import clock, errors, history
from qcportal.db import db
from qcportal.history import Entry, HistoryEvent
from qcportal.reconciliation.adopting import Reading, adopt
from qcportal.reconciliation.dates import open_prefixes
from qcportal.reconciliation.healing import RECONCILER, Tools, heal, reading
from qcportal.reconciliation.leases import lease
from qcportal.reconciliation.overdue import find_overdue
from qcportal.reconciliation.pictures import heal_pictures
from qcportal.reconciliation.tally import Tally

CHAIN = uuid.UUID("7d0c3f0a-5f0e-5c1b-9a53-0b6f3a2d4c11")
"""The history of reconciliation itself; it concerns the carrier alone."""
ADOPTED = 200
CYCLE, OVERDUE, NIGHTLY = "reconciled", "overdue_looked_for", "nightly_check"


@dataclass(frozen=True)
class Scope:
    """How far to look: the last `days` beside the open dates, and what is older than `grace`.

    What is younger than the grace is left to its callback, so that the share of healed photos
    tells how well the event path works.
    """

    days: int = 8
    grace: timedelta = timedelta(minutes=5)


def reconcile(tools: Tools, scope: Scope, tally: Tally) -> Tally:
    """Compare the bucket with the database and make facts of what nobody told us; pictures last.

    Safe beside other machines and to be killed anywhere: each part is one transaction. A date
    that S3 does not list is noted and left for the next cycle.
    """
    started, tally.at = time.monotonic(), clock.now().isoformat()
    _adopt(tools, tally)
    with reading():
        prefixes = open_prefixes(scope.days)
    for prefix in prefixes:
        _heal_date(tools, prefix, tally, clock.now() - scope.grace)
        tools.keep()  # nothing is left to commit, but this is where to end
    find_overdue(tools, tally)
    heal_pictures(tools, tally, stored_before=clock.now() - scope.grace)
    tally.seconds = time.monotonic() - started
    record(CYCLE, tally.as_json())
    tools.keep()
    return tally


def look_for_overdue(tools: Tools, tally: Tally) -> Tally:
    """Ask S3 for what phones announced half an hour ago and more; see `still_on_phone`."""
    with lease("overdue") as mine:
        if mine:
            find_overdue(tools, tally)
    return tally


def record(action: str, data: dict[str, Any]) -> None:
    """Append what was done to the history of reconciliation, in the caller's transaction."""
    history.record([Entry(CHAIN, None, action, RECONCILER, data)])


def find_last(action: str) -> HistoryEvent | None:
    """Find the newest event of one kind in the history of reconciliation."""
    return next(iter(find_past(action, most=1)), None)


def find_past(action: str, *, most: int) -> Sequence[HistoryEvent]:
    """Find the newest events of one kind, newest first; `data` holds the counts."""
    statement = history.select_chain(CHAIN).where(HistoryEvent.action == action).limit(most)
    return db.session.scalars(statement).all()


def is_due(action: str, every: timedelta) -> bool:
    """Say whether nobody, on any machine, did this within the last `every`."""
    with reading():
        newest = select(HistoryEvent.at).where(
            HistoryEvent.chain == CHAIN, HistoryEvent.action == action
        )
        last: datetime | None = db.session.scalar(newest.order_by(HistoryEvent.seq.desc()).limit(1))
    return last is None or clock.now() - last >= every


def _adopt(tools: Tools, tally: Tally) -> None:
    """Give parked arrivals to the photos that turned up since."""
    how = Reading(tools.eye, lambda told: tools.read(told)[1], tools.read_visit)
    told = adopt(how, tools.kinds, most=ADOPTED, by=RECONCILER)
    if told:
        tools.keep()
        tally.count_adopted(told)


def _heal_date(tools: Tools, prefix: str, tally: Tally, stored_before: datetime) -> None:
    with lease(prefix) as mine:
        if not mine:
            tally.left += 1
            return
        tally.dates += 1
        try:
            listed = tools.eye.store.list_versions(prefix)
            heal(tools, listed, tally, stored_before=stored_before)
        except errors.PortalError as error:
            tally.note(error)
        tally.tell()
