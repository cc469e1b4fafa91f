"""Work that takes longer than a request: who asked for it, how far it is, and what came of it.

A job is taken by one conditional UPDATE and held by a lease: whoever does not renew it in time has
lost it. `qcportal work` runs them (worker.py); nobody else changes a running job, but by `cancel`.
"""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Select,
    UniqueConstraint,
    and_,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from qcportal import clock, errors, history, tenancy
from qcportal.db import At, Base, Document, Id, Line, MaybeAt, MaybeKey, Prose, Word, db, new_id
from qcportal.history import Actor, Entry

STATES = ("waiting", "running", "done", "failed", "cancelled")
OPEN_STATES = ("waiting", "running")
LEASE_SECONDS = 60
MOST_ATTEMPTS = 3
GIVEN_UP = (
    f"It was begun {MOST_ATTEMPTS} times and never came to its end. What was done by then is kept; "
    "start it again, and tell us if it happens again."
)

JsonObject = dict[str, Any]


class Interrupted(Exception):
    """The job is not ours to go on with: cancelled, lost, or the worker is told to stop."""


class Progress(Protocol):
    """How a runner tells how far it is."""

    def at(self, done: int, total: int, so_far: JsonObject | None = None) -> None:
        """Commit what was done up to here, with the count, and keep the job for another minute.

        `so_far` becomes the job's result for now: what a next attempt needs to go on from `done`.
        Raises Interrupted when the job was cancelled or taken over; what was done since the last
        call is then rolled back. Call it at least once a second: a transaction of SQLite holds
        the database's one lock for as long as it lasts.
        """


class Job(tenancy.TenantOwned, Base):
    """One piece of work; `done` of `total` are the kind's own units (rows, returns).

    `lease_until` is the moment before which nobody (else) may take it, `holder` the taking that
    runs it now. `fault` is in words for people; `result` is the kind's own. `merchant_id` is empty
    for work of the carrier over all merchants.
    """

    __tablename__ = "jobs"
    __table_args__ = tenancy.table_args(
        UniqueConstraint("merchant_id", "id"),
        Index(None, "merchant_id", "kind", "asked_at"),
        Index(None, "state", "lease_until"),
        CheckConstraint(f"state IN {STATES}", name="state"),
    )

    id: Mapped[Id]
    merchant_id: Mapped[MaybeKey] = mapped_column(  # type: ignore[assignment]
        ForeignKey("merchants.id"), nullable=True
    )
    kind: Mapped[Word]
    state: Mapped[Word] = mapped_column(default="waiting")
    params: Mapped[Document]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    result: Mapped[Document] = mapped_column(default=dict)
    fault: Mapped[Prose | None] = mapped_column(default=None)
    asked_by: Mapped[Line]
    asked_at: Mapped[At]
    started_at: Mapped[MaybeAt] = mapped_column(default=None)
    ended_at: Mapped[MaybeAt] = mapped_column(default=None)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[MaybeAt] = mapped_column(default=None)
    holder: Mapped[MaybeKey] = mapped_column(default=None)

    @property
    def owner_id(self) -> uuid.UUID:
        """Give the merchant whose job it is; only for kinds that the carrier has no job of."""
        if self.merchant_id is None:
            raise tenancy.TenancyError(f"job {self.id} belongs to no merchant")
        return self.merchant_id

    @property
    def open(self) -> bool:
        """Tell whether there is still something to wait for, or to cancel."""
        return self.state in OPEN_STATES


def get_job(job_id: uuid.UUID) -> Job:
    """Get a job of the scope, or raise NotFound."""
    found = db.session.scalars(select(Job).where(Job.id == job_id)).one_or_none()
    if found is None:
        raise errors.NotFound()
    return found


def select_jobs(merchant_id: uuid.UUID, kind: str) -> Select[Job]:
    """Select a merchant's jobs of one kind, newest first."""
    return (
        select(Job)
        .where(Job.merchant_id == merchant_id, Job.kind == kind)
        .order_by(Job.asked_at.desc(), Job.id.desc())
    )


def start(merchant_id: uuid.UUID | None, kind: str, params: Mapping[str, Any], *, by: Actor) -> Job:
    """Ask for a job of a merchant, or of the carrier; a worker takes it after the commit."""
    job = Job(
        id=new_id(),
        merchant_id=merchant_id,
        kind=kind,
        state="waiting",
        params=dict(params),
        result={},
        asked_by=by.label,
        asked_at=clock.now(),
    )
    db.session.add(job)
    db.session.flush()
    history.record([Entry(job.id, merchant_id, "job_asked", by, {"kind": kind})])
    return job


def cancel(job: Job, *, by: Actor) -> None:
    """Call a job off; what it did so far stays. Raises Conflict when it has ended already."""
    changes = {"state": "cancelled", "ended_at": clock.now(), "lease_until": None, "holder": None}
    if not _change(job, Job.state.in_(OPEN_STATES), changes):
        raise errors.Conflict("It has ended already, so there is nothing left to cancel.")
    history.record([Entry(job.id, job.merchant_id, "job_cancelled", by, {"kind": job.kind})])


# --- what workers alone call -----------------------------------------------------------------


def takeable() -> Any:
    """Give the criterion of jobs that wait, or whose worker went silent."""
    free = or_(Job.lease_until.is_(None), Job.lease_until <= clock.now())
    return and_(Job.state.in_(OPEN_STATES), free)


def select_takeable() -> Select[Job]:
    """Select the jobs that a worker may take, the longest waiting first."""
    return select(Job).where(takeable()).order_by(Job.asked_at, Job.id)


def take(job: Job) -> bool:
    """Try to take a job; False when somebody else was faster. A third failed attempt was the last.

    On success `job.holder` is this taking's own mark.
    """
    now = clock.now()
    if job.attempts >= MOST_ATTEMPTS:
        _change(job, takeable(), {"state": "failed", "fault": GIVEN_UP, "ended_at": now})
        return False
    changes = {
        "state": "running",
        "holder": uuid.uuid4(),
        "attempts": job.attempts + 1,
        "started_at": job.started_at or now,
        "lease_until": now + timedelta(seconds=LEASE_SECONDS),
    }
    return _change(job, and_(takeable(), Job.attempts == job.attempts), changes)


def report(job: Job, done: int, total: int, so_far: JsonObject | None) -> bool:
    """Write how far a held job is and renew its lease; False when it is not held any more."""
    changes: dict[str, Any] = {
        "done": done,
        "total": total,
        "lease_until": clock.now() + timedelta(seconds=LEASE_SECONDS),
    }
    if so_far is not None:
        changes["result"] = so_far
    return _change(job, _held(job), changes)


def finish(job: Job, result: JsonObject) -> bool:
    """End a held job well; False when it is not held any more."""
    changes = {"state": "done", "result": result, "fault": None}
    return _change(job, _held(job), changes | _ended())


def fail(job: Job, fault: str) -> bool:
    """End a held job with words for people; False when it is not held any more."""
    return _change(job, _held(job), {"state": "failed", "fault": fault} | _ended())


def put_back(job: Job, *, after: float, counted: bool = True) -> bool:
    """Let another worker go on with a held job in `after` seconds at the earliest.

    An attempt that is not `counted` was ended by us, not by the job.
    """
    changes = {
        "state": "waiting",
        "holder": None,
        "lease_until": clock.now() + timedelta(seconds=after),
        "attempts": job.attempts - (not counted),
    }
    return _change(job, _held(job), changes)


def _held(job: Job) -> Any:
    return and_(Job.state == "running", Job.holder == job.holder)


def _ended() -> dict[str, Any]:
    return {"ended_at": clock.now(), "lease_until": None, "holder": None}


def _change(job: Job, criterion: Any, changes: Mapping[str, Any]) -> bool:
    """Change one job where it is still as the criterion wants it, and the object with it."""
    statement = (
        update(Job)
        .where(Job.merchant_id == job.merchant_id, Job.id == job.id, criterion)
        .values(**changes)
        .execution_options(synchronize_session=False)
    )
    changed: Any = db.session.execute(statement)
    if not changed.rowcount:
        return False
    for name, value in changes.items():
        set_committed_value(job, name, value)
    return True
