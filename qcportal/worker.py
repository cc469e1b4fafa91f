"""The worker: takes jobs, runs each in its merchant's scope, and does what is due now and then.

Any number of workers may run, on any number of machines. `qcportal work` is the command.
"""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from qcportal import (
    catalogue_import,
    disputes,
    errors,
    exports,
    jobs,
    likeness,
    packs,
    reviews,
    tenancy,
    trials,
)
from qcportal.config import Settings
from qcportal.db import db, writing
from qcportal.jobs import Interrupted, Job, JsonObject, Progress
from qcportal.storage import PhotoStore

log = structlog.get_logger(__name__)

Runner = Callable[[Job, Progress], JsonObject]
"""Does a job of one kind, inside its merchant's (or the carrier's) scope, and gives its result."""

RUNNERS: Mapping[str, Runner] = MappingProxyType({trials.KIND: trials.run})
"""The runners that need nothing but the database; `runners_with` adds the others."""
AGAIN_SECONDS = 30
IDLE_SECONDS = 1.0
OUR_FAULT = (
    "Something went wrong on our side, and it is in our log. What was done by then is kept; "
    "start it again, and tell us if it happens again."
)


@dataclass(frozen=True)
class Duty:
    """Something to be done every so many seconds, in everybody's scope and its own transaction.

    Every worker does it, so it has to bear being done twice at once. `due` looks first, without
    taking anybody's lock, whether there is anything to do.
    """

    name: str
    seconds: float
    do: Callable[[], object]
    due: Callable[[], bool] | None = None


EVERY: tuple[Duty, ...] = (
    Duty("settle reviews", 5, reviews.settle_due),
    Duty("settle disputes", 5, disputes.settle_due),
    Duty("remind of disputes", 60, disputes.remind),
    Duty("index prints", 1, likeness.write_prints, partial(likeness.is_any_at, likeness.NEW)),
    Duty("compare prints", 1, likeness.compare, partial(likeness.is_any_at, likeness.INDEXED)),
    Duty("look for photos without print", 5, likeness.sweep, likeness.is_sweep_due),
)


def duties_with(settings: Settings) -> tuple[Duty, ...]:
    """Give every short duty, those that need to know a setting with it."""
    limits = likeness.Limits(settings.fastest_kmh, settings.farthest_m)
    return (*EVERY, Duty("check claims", 5, partial(likeness.check, limits), likeness.is_any_ready))


LongDuties = Callable[[threading.Event], tuple[Duty, ...]]
"""Gives duties that may take minutes; they raise Interrupted some time after the event is set."""


def runners_with(store: PhotoStore) -> Mapping[str, Runner]:
    """Give every runner, those that read and write the bucket with it."""
    tools = catalogue_import.Tools(store)
    return {
        **RUNNERS,
        catalogue_import.KIND: partial(catalogue_import.run, tools),
        exports.KIND: partial(exports.run, store),
        packs.KIND: partial(packs.run, store),
    }


def serve(app: Flask, *, once: bool = False, long: Sequence[LongDuties] = ()) -> None:
    """Work until SIGTERM or SIGINT, which end it after the slice; or `once` all that waits.

    Duties have a thread of their own, so that none waits for the end of a long job; so has each
    group of `long` ones, which hear of the end by an event and are none of what waits `once`.
    """
    settings: Settings = app.extensions["qcportal.settings"]
    worker = Worker(runners_with(app.extensions["qcportal.store"]), duties_with(settings))
    patient = [Worker(worker.runners, each(worker.stopping), worker.stopping) for each in long]
    with _stopped_by_signals(worker), app.app_context():
        if once:
            while not worker.stopping.is_set() and worker.once():
                pass
            return
        attendants = [
            threading.Thread(target=_attend, args=(app, each)) for each in (worker, *patient)
        ]
        for attendant in attendants:
            attendant.start()
        worker.work()
        for attendant in attendants:
            attendant.join()


@contextmanager
def _stopped_by_signals(worker: "Worker") -> Iterator[None]:
    heard = (signal.SIGTERM, signal.SIGINT)
    before = {each: signal.signal(each, lambda *_: worker.stop()) for each in heard}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _attend(app: Flask, worker: "Worker") -> None:
    with app.app_context():
        worker.attend()


@dataclass
class Worker:
    """One loop over the jobs; call `stop` from a signal handler to end it after the slice."""

    runners: Mapping[str, Runner] = field(default_factory=lambda: RUNNERS)
    duties: tuple[Duty, ...] = field(default_factory=lambda: EVERY)
    stopping: threading.Event = field(default_factory=threading.Event)
    _due: dict[str, float] = field(default_factory=dict)

    def stop(self) -> None:
        """End after the current slice; a job in hand goes back to the others."""
        self.stopping.set()

    def work(self) -> None:
        """Run jobs until `stop`; a database that is away is waited for."""
        while not self.stopping.is_set():
            if not self._run_one():
                self.stopping.wait(IDLE_SECONDS)

    def attend(self) -> None:
        """Do the duties as they are due until `stop`."""
        while not self.stopping.is_set():
            self._do_duties()
            self.stopping.wait(IDLE_SECONDS)

    def once(self) -> bool:
        """Do the duties that are due and run one job, if there is one; tells whether there was."""
        self._do_duties()
        return self._run_one()

    def _run_one(self) -> bool:
        try:
            job = _take_one(self.runners)
            if job is not None:
                _run(job, self)
        except SQLAlchemyError:
            db.session.remove()
            log.exception("database_away")
            return False
        return job is not None

    def _do_duties(self) -> None:
        now = time.monotonic()
        for duty in self.duties:
            if self._due.get(duty.name, now) <= now:
                self._due[duty.name] = now + duty.seconds
                _do(duty)


@dataclass(frozen=True)
class Held(Progress):
    """The progress of a job that this worker holds."""

    job: Job
    stopping: threading.Event

    def at(self, done: int, total: int, so_far: JsonObject | None = None) -> None:
        """Commit the slice and renew the lease; see jobs.Progress."""
        if not jobs.report(self.job, done, total, so_far):
            db.session.rollback()
            raise Interrupted("cancelled or taken over")
        db.session.commit()
        if self.stopping.is_set():
            raise Interrupted("the worker stops")


def _take_one(runners: Mapping[str, Runner]) -> Job | None:
    """Take the longest waiting job that we can run and nobody else takes first."""
    with tenancy.system("worker"):
        for job in _waiting(runners):
            taken = jobs.take(job)
            db.session.commit()
            if taken:
                return job
    return None


def _waiting(runners: Mapping[str, Runner]) -> list[Job]:
    token = writing.set(False)  # nobody's lock is taken to find that nothing waits
    try:
        wanted = jobs.select_takeable().where(Job.kind.in_(sorted(runners))).limit(10)
        return list(db.session.scalars(wanted))
    finally:
        db.session.expunge_all()
        db.session.rollback()
        writing.reset(token)


def _run(job: Job, worker: Worker) -> None:
    with (
        _scope_of(job),
        structlog.contextvars.bound_contextvars(job=str(job.id), kind=job.kind),
    ):
        try:
            result = worker.runners[job.kind](job, Held(job, worker.stopping))
            if not jobs.finish(job, result):
                raise Interrupted("cancelled or taken over")
        except Exception as error:  # noqa: BLE001 - whatever a job does, the loop goes on
            db.session.rollback()
            _settle(job, error)
        db.session.commit()
    db.session.remove()


def _scope_of(job: Job) -> AbstractContextManager[None]:
    if job.merchant_id is None:
        return tenancy.system(f"job of the carrier: {job.kind}")
    return tenancy.tenant(job.merchant_id)


def _settle(job: Job, error: Exception) -> None:
    """Write of a job that did not end well what becomes of it."""
    if isinstance(error, Interrupted):
        jobs.put_back(job, after=0, counted=False)
    elif isinstance(error, errors.Unavailable | SQLAlchemyError):
        log.warning("job_put_back", exc_info=error)
        jobs.put_back(job, after=AGAIN_SECONDS)
    elif isinstance(error, errors.PortalError):
        jobs.fail(job, _in_words(error))
    else:
        log.error("job_failed", exc_info=error)
        jobs.fail(job, OUR_FAULT)


def _in_words(error: errors.PortalError) -> str:
    return " ".join(fault.message for fault in error.faults) or error.detail


def _do(duty: Duty) -> None:
    with tenancy.system(f"worker: {duty.name}"):
        try:
            if duty.due is None or _is_due(duty.due):
                duty.do()
            db.session.commit()
        except Interrupted:
            db.session.rollback()
        except Exception as error:  # one duty must not keep the others from theirs
            db.session.rollback()
            log.error("duty_failed", duty=duty.name, exc_info=error)
    db.session.remove()


def _is_due(due: Callable[[], bool]) -> bool:
    token = writing.set(False)
    try:
        return due()
    finally:
        db.session.rollback()
        writing.reset(token)
