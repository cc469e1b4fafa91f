"""The way back: the probe's callback in this portal's database, which proves the whole chain."""

import time
from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update

from qcportal.db import db, writing
from qcportal.doctor.findings import Finding, failed, ok
from qcportal.doctor.probe import Sent
from qcportal.doctor.store import queue_of
from qcportal.photos import ArrivalRow, Outcome
from qcportal.photos.tables import PROBES
from qcportal.storage import PhotoStore

PAUSE_SECONDS = 0.1
SISTERS_SECONDS = 5.0


def wait_for_callback(store: PhotoStore, sent: Sent, seconds: float) -> Finding:
    """Wait, from the end of the upload on, until its arrival is in the database."""
    started = time.monotonic()
    rows = _await_rows(store.settings.bucket, [sent.key], seconds)
    if not rows:
        return _lost(store, seconds)
    return _judge(rows[sent.key], sent, time.monotonic() - started)


def await_sisters(store: PhotoStore, sent: Sent) -> None:
    """Wait a little for the arrivals of wrongly filled forms that S3 took all the same."""
    _await_rows(store.settings.bucket, sent.stored, SISTERS_SECONDS)


def retire() -> None:
    """Give the parked arrivals of probes an outcome of their own, and commit.

    So they never stand on the page of parked files, which is for people to act on.
    """
    token = writing.set(True)
    try:
        statement = update(ArrivalRow).where(
            ArrivalRow.outcome == "parked", ArrivalRow.key.startswith(PROBES)
        )
        reason = "sent by `qcportal doctor`"
        db.session.execute(
            statement.values(outcome=Outcome.PROBE, reason=reason),
            execution_options={"synchronize_session": False},
        )
        db.session.commit()
    finally:
        writing.reset(token)


def _await_rows(bucket: str, keys: Collection[str], seconds: float) -> dict[str, Any]:
    """Wait for all of these arrivals; gives what is there at the end of the time."""
    deadline = time.monotonic() + seconds
    while True:
        rows = _find(bucket, keys)
        if len(rows) == len(keys) or time.monotonic() >= deadline:
            return rows
        time.sleep(PAUSE_SECONDS)


def _find(bucket: str, keys: Collection[str]) -> dict[str, Any]:
    table = ArrivalRow.__table__
    statement = select(*table.c).where(table.c.bucket == bucket, table.c.key.in_(keys))
    token = writing.set(False)
    try:
        return {row.key: row for row in db.session.execute(statement)}
    finally:
        db.session.rollback()  # the next look must see what others have committed
        writing.reset(token)


def _judge(row: Any, sent: Sent, seconds: float) -> Finding:
    mend = "Compare lambda_relay.py with this portal's version, and read the relay's log."
    if row.outcome == "gone":
        return failed("callback", "the relay did not find the object any more", mend)
    wrong = [
        name
        for name, told, true in (
            ("size", row.size, len(sent.body)),
            ("digest", row.sha256, sent.sha256),
            ("version", row.version_id, sent.version_id),
        )
        if told != true
    ]
    if wrong:
        return failed("callback", f"it came with a wrong {' and '.join(wrong)}", mend)
    by = "S3" if row.sha256_source == "s3" else "the relay"
    said = f"arrived {seconds:.1f} s after the upload; {by} computed the digest, and it fits"
    return ok("callback", said)


def _lost(store: PhotoStore, seconds: float) -> Finding:
    queue = queue_of(store)
    waiting = int(queue.get("ApproximateNumberOfMessages", "0"))
    in_flight = int(queue.get("ApproximateNumberOfMessagesNotVisible", "0"))
    log = f"the log group /aws/lambda/{store.settings.bucket}-relay"
    if waiting + in_flight:
        said = (
            f"none within {seconds:.0f} s; the queue holds {waiting} waiting and {in_flight} being "
            "tried: the relay does not run, or the portal does not take its calls"
        )
        mend = (
            f"Read {log}:\n"
            "portal 401: the stack's CallbackSecret is not among QCPORTAL_CALLBACK_SECRETS;\n"
            "portal 4xx, 5xx or an error name: CallbackUrl does not lead to this portal."
        )
        return failed("callback", said, mend)
    said = f"none within {seconds:.0f} s, and the queue is empty"
    mend = (
        "The event never came (see notification above, and the queue's policy), or another\n"
        f"portal took it: does CallbackUrl lead to this portal's database? See {log}.\n"
        "A first call may be slow: try --wait 180."
    )
    return failed("callback", said, mend)
