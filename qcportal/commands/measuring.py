"""The worker's duty to count uploads and to look at the queue, so that no page has to wait."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from qcportal import clock, errors, jobs, uploads
from qcportal.commands.running import in_a_line
from qcportal.config import Settings
from qcportal.db import db
from qcportal.devices import ZONE
from qcportal.doctor.bucket import dead_letter_arn, queue_arn
from qcportal.queues import Queue, url_of
from qcportal.reconciliation import lease, reading
from qcportal.storage import PhotoStore
from qcportal.uploads import HOUR, HOURS, OUTSTANDING, QUEUE, SHIFTS, Patience
from qcportal.worker import Duty

EVERY_SECONDS = 60
RECENT_HOURS = 3
WIDER = (
    ("days", 3, timedelta(minutes=15)),
    ("month", 35, timedelta(hours=12)),
)
"""What is counted more rarely: its name, how many days back, and how often."""
SHIFT_DAYS = (("recent", 2, timedelta(minutes=5)), ("month", 35, timedelta(hours=12)))
NO_QUEUE = "The bucket tells no queue of uploads."


def duties(app: Flask, stopping: threading.Event) -> tuple[Duty, ...]:
    """Give what a worker measures; what another worker measured in time is not done again."""
    return (
        Duty("count uploads", EVERY_SECONDS, lambda: measure_hours(stopping)),
        Duty("count what is not here", EVERY_SECONDS, lambda: measure_outstanding(app)),
        Duty("count shifts", EVERY_SECONDS, lambda: measure_shifts(app, stopping)),
        Duty("look at the queue", EVERY_SECONDS, lambda: measure_queue(app)),
    )


def measure_hours(stopping: threading.Event | None = None) -> None:
    """Count the last hours anew, and wider spans that are due, each span in its own transaction.

    Counting again gives the same, so a worker may die anywhere. Reading takes no lock.
    """
    until = uploads.next_hour(clock.now())

    def count(done: dict[str, Any]) -> Iterator[None]:
        for since, end in _spans(done, until):
            with reading():
                rows = uploads.count_hours(since, end)
            uploads.replace_hours(since, end, rows)
            yield

    measure(HOURS, count, stopping)


def measure_outstanding(app: Flask) -> None:
    """Count what is in question of the last 30 days, for pages that it would be too much for."""
    settings = _settings(app)

    def count(done: dict[str, Any]) -> Iterator[None]:
        with reading():
            found = uploads.count_outstanding(Patience(settings.late_after, settings.missing_after))
        done.clear()
        done.update(found)
        yield

    measure(OUTSTANDING, count, None)


def measure_shifts(app: Flask, stopping: threading.Event | None = None) -> None:
    """Count the shifts of the last days anew by their manifests, each day in its transaction."""
    settings = _settings(app)
    patience = Patience(settings.late_after, settings.missing_after)
    today = clock.now().astimezone(ZONE).date()

    def count(done: dict[str, Any]) -> Iterator[None]:
        days = max(due(done, SHIFT_DAYS), default=0)
        for back in range(days):
            day = today - timedelta(days=back)
            with reading():
                rows = uploads.count_shifts(day, patience)
            uploads.replace_shifts(day, rows)
            yield

    measure(SHIFTS, count, stopping)


def measure(
    name: str,
    count: Callable[[dict[str, Any]], Iterator[object]],
    stopping: threading.Event | None,
) -> None:
    """Count slice by slice under a lease, and keep that it was done, or why it was not."""
    with lease(f"measure {name}") as mine:
        if not mine or not _is_due(name):
            return
        done = dict(_value_of(name))
        try:
            _run(count(done), stopping)
        except SQLAlchemyError as error:
            _fail(name, in_a_line(error))
            raise
        uploads.record_measure(name, done)
        db.session.commit()


def _run(slices: Iterator[object], stopping: threading.Event | None) -> None:
    for _ in slices:
        db.session.commit()
        if stopping is not None and stopping.is_set():
            raise jobs.Interrupted("told to stop")


def measure_queue(app: Flask) -> None:
    """Ask how deep the queue and its dead letters are, or keep why that is not known."""
    with lease("look at the queue") as mine:
        if not mine or not _is_due(QUEUE):
            return
        before = _value_of(QUEUE)
        try:
            found = look_at_queue(app.extensions["qcportal.store"], _settings(app), before)
        except errors.PortalError as error:
            _fail(QUEUE, error.detail)
            return
        uploads.record_measure(QUEUE, found)
        db.session.commit()


def look_at_queue(
    store: PhotoStore, settings: Settings, before: Mapping[str, Any]
) -> dict[str, Any]:
    """Give the depths, and since when there are dead letters; raises Unavailable or NotFound.

    `before` is what was found the last time: where nobody may look into the letters, the moment
    at which they were first counted stands for their age.
    """
    arn = queue_arn(store.setting("notification"))
    if not arn:
        raise errors.NotFound(NO_QUEUE)
    queue = store.queue_state(arn)
    dead_arn = dead_letter_arn(queue)
    dead = _visible(store.queue_state(dead_arn)) if dead_arn else None
    return {
        "waiting": _visible(queue),
        "in_flight": int(queue.get("ApproximateNumberOfMessagesNotVisible", "0")),
        "dead": dead,
        "dead_since": _dead_since(dead_arn, settings, before) if dead else None,
    }


def _dead_since(arn: str, settings: Settings, before: Mapping[str, Any]) -> str:
    seen = str(before.get("dead_since") or clock.now().isoformat())
    endpoint = settings.s3_endpoint or None
    try:
        letters = Queue(url_of(arn, endpoint), settings.region, endpoint, hurried=True).receive(
            hide=0
        )
    except errors.Unavailable:
        return seen
    sent = [datetime.fromtimestamp(letter.sent_ms / 1000, UTC).isoformat() for letter in letters]
    return min([seen, *sent])


def _spans(done: dict[str, Any], until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Give what is to be counted now, at most a day each."""
    yield until - RECENT_HOURS * HOUR, until
    yield from uploads.days_back(max(due(done, WIDER), default=0), until)


def due(done: dict[str, Any], wider: Sequence[tuple[str, int, timedelta]]) -> list[int]:
    """Give for how many days back it is time to count again, and note in `done` that it was."""
    now, found = clock.now(), []
    for name, days, every in wider:
        last = done.get(name)
        if last is None or now - datetime.fromisoformat(last) >= every:
            done[name] = now.isoformat()
            found.append(days)
    return found


def _is_due(name: str) -> bool:
    with reading():
        last = uploads.find_measures(name).get(name)
    return last is None or clock.now() - last.tried_at >= timedelta(seconds=EVERY_SECONDS - 10)


def _value_of(name: str) -> Mapping[str, Any]:
    with reading():
        last = uploads.find_measures(name).get(name)
    return last.value if last else {}


def _fail(name: str, why: str) -> None:
    db.session.rollback()
    uploads.record_failure(name, why)
    db.session.commit()


def _visible(attributes: Mapping[str, str]) -> int:
    return int(attributes.get("ApproximateNumberOfMessages", "0"))


def _settings(app: Flask) -> Settings:
    settings: Settings = app.extensions["qcportal.settings"]
    return settings
