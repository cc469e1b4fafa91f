"""Taking what is due, sending it beside each other, and writing down what came of it."""

import secrets
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from qcportal import clock, history
from qcportal.db import db, new_id, writing
from qcportal.outgoing import Gate
from qcportal.webhooks import endpoints
from qcportal.webhooks.bodies import body_of, find_names
from qcportal.webhooks.sending import GONE, SECONDS, Letter, Reply, send
from qcportal.webhooks.tables import (
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)

AT_ONCE, PER_ENDPOINT, LOOKED_AT = 32, 4, 200
IN_HAND = timedelta(seconds=60)
"""When somebody else takes a delivery whose sender went silent; longer than any call lasts."""
WAITS = (5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800)
"""Seconds after each failed try; the last one repeats until the delivery is given up."""
PAUSE_AFTER_FAILURES, PAUSE_AFTER = 10, timedelta(hours=12)
KEPT_DAYS = 30


@dataclass(frozen=True)
class Taken:
    """A delivery in our hand: which try of it this is, and what to send."""

    delivery_id: uuid.UUID
    endpoint_id: uuid.UUID
    merchant_id: uuid.UUID
    attempt: int
    give_up_at: datetime
    letter: Letter


@dataclass(frozen=True)
class Post:
    """What delivering works with: the way out, how to keep what was written, when to end."""

    keep: Callable[[], None]
    stopping: threading.Event
    gate: Gate = Gate(SECONDS)


def deliver_due(post: Post) -> int:
    """Send what is due until nothing is, or until the end is near; gives the number of tries.

    Any number of machines may do so at once. A slow endpoint holds up nobody but itself.
    """
    tried = 0
    flying: dict[Future[Reply], Taken] = {}
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as pool:
        while True:
            for taken in [] if post.stopping.is_set() else _take(post, flying.values()):
                flying[pool.submit(send, taken.letter, post.gate, clock.now())] = taken
            if not flying:
                return tried
            landed, _ = wait(flying, timeout=1.0, return_when=FIRST_COMPLETED)
            for each in landed:
                settle(flying.pop(each), each.result())
                post.keep()
            tried += len(landed)


def take_due(busy: Mapping[uuid.UUID, int], *, most: int) -> list[Taken]:
    """Take what is due, a few of each endpoint; whoever takes a delivery has it for a minute."""
    claimed: list[Any] = []
    for row in _find_due(busy):
        if len(claimed) < most and _claim(row):
            claimed.append(row)
    return _with_letters(claimed)


def settle(taken: Taken, reply: Reply) -> None:
    """Write down one try, and what becomes of its delivery and its endpoint."""
    db.session.execute(insert(WebhookAttempt), [_attempt_row(taken, reply)])
    endpoint = db.session.scalars(
        select(WebhookEndpoint).where(
            WebhookEndpoint.merchant_id == taken.merchant_id,
            WebhookEndpoint.id == taken.endpoint_id,
        )
    ).one()
    if not _move_on(taken, _becomes(taken, reply, endpoint.state)):
        return  # taken over, or sent again by a person meanwhile
    if reply.delivered:
        endpoint.failures, endpoint.failing_since = 0, None
        endpoint.delivered_at = reply.at
        return
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or reply.at
    db.session.flush()
    reason = _reason_to_pause(endpoint, reply)
    if reason and endpoint.state == "active":
        endpoints.pause(endpoint, reason=reason, by=history.SYSTEM)


def forget_old() -> int:
    """Remove what the log of tries holds for more than 30 days; gives how many."""
    before = clock.now() - timedelta(days=KEPT_DAYS)
    old = select(WebhookAttempt.id).where(WebhookAttempt.at < before).limit(5000)
    ids = list(db.session.scalars(old))
    if ids:
        table = WebhookAttempt.__table__
        db.session.execute(table.delete().where(table.c.id.in_(ids)))  # type: ignore[attr-defined]
    return len(ids)


def wait_after(attempt: int, asked: int) -> float:
    """Give the seconds until the next try, a tenth more or less, so that not all come at once."""
    planned = max(WAITS[min(attempt, len(WAITS)) - 1], asked)
    return planned * (0.9 + secrets.randbelow(2001) / 10_000)


def _take(post: Post, flying: Any) -> list[Taken]:
    busy = Counter(each.endpoint_id for each in flying)
    most = AT_ONCE - busy.total()
    if most <= 0 or not _is_any_due():
        return []
    taken = take_due(busy, most=most)
    post.keep()
    return taken


def _is_any_due() -> bool:
    """Look without SQLite's one lock whether there is anything to take."""
    token = writing.set(False)
    try:
        due = select(WebhookDelivery.id).where(
            WebhookDelivery.state == "waiting", WebhookDelivery.next_at <= clock.now()
        )
        return db.session.execute(due.limit(1)).first() is not None
    finally:
        db.session.rollback()
        writing.reset(token)


def _find_due(busy: Mapping[uuid.UUID, int]) -> list[Any]:
    """Find due deliveries, oldest first, but no more than a few of each endpoint."""
    full = [endpoint_id for endpoint_id, number in busy.items() if number >= PER_ENDPOINT]
    statement = (
        select(
            WebhookDelivery.id,
            WebhookDelivery.endpoint_id,
            WebhookDelivery.event_id,
            WebhookDelivery.merchant_id,
            WebhookDelivery.attempts,
            WebhookDelivery.give_up_at,
        )
        .where(WebhookDelivery.state == "waiting", WebhookDelivery.next_at <= clock.now())
        .where(WebhookDelivery.endpoint_id.not_in(full))
        .order_by(WebhookDelivery.next_at, WebhookDelivery.id)
        .limit(LOOKED_AT)
    )
    share, found = Counter(busy), []
    for row in db.session.execute(statement):
        share[row.endpoint_id] += 1
        if share[row.endpoint_id] <= PER_ENDPOINT:
            found.append(row)
    return found


def _claim(row: Any) -> bool:
    """Make the next try ours, unless somebody was faster."""
    claimed: Any = db.session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.merchant_id == row.merchant_id, WebhookDelivery.id == row.id)
        .where(WebhookDelivery.state == "waiting", WebhookDelivery.attempts == row.attempts)
        .where(WebhookDelivery.next_at <= clock.now())
        .values(attempts=row.attempts + 1, next_at=clock.now() + IN_HAND)
        .execution_options(synchronize_session=False)
    )
    return bool(claimed.rowcount)


def _with_letters(rows: Sequence[Any]) -> list[Taken]:
    if not rows:
        return []
    at = clock.now()
    places = endpoints.endpoints_by_id([row.endpoint_id for row in rows])
    wanted = select(WebhookEvent).where(WebhookEvent.id.in_({row.event_id for row in rows}))
    events = {each.id: each for each in db.session.scalars(wanted)}
    bodiless = [each for each in events.values() if each.body is None]
    named = find_names({each.subject for each in bodiless}) if bodiless else {}
    for event in bodiless:
        event.body = body_of(event, named)
    return [_taken(row, places[row.endpoint_id], events[row.event_id], at) for row in rows]


def _taken(row: Any, endpoint: WebhookEndpoint, event: WebhookEvent, at: datetime) -> Taken:
    secrets_now, body = tuple(endpoint.secrets(at)), str(event.body).encode()
    letter = Letter(endpoint.url, secrets_now, f"msg_{event.id.hex}", body)
    return Taken(
        delivery_id=row.id,
        endpoint_id=row.endpoint_id,
        merchant_id=row.merchant_id,
        attempt=row.attempts + 1,
        give_up_at=row.give_up_at,
        letter=letter,
    )


def _becomes(taken: Taken, reply: Reply, endpoint_state: str) -> dict[str, Any]:
    ended = {"next_at": None, "ended_at": reply.at}
    if reply.delivered:
        return {"state": "delivered", **ended}
    next_at = clock.now() + timedelta(seconds=wait_after(taken.attempt, reply.wait))
    if next_at > taken.give_up_at or endpoint_state == "ended":
        return {"state": "dead", **ended}
    if endpoint_state == "paused":
        return {"state": "held", "next_at": None}
    return {"state": "waiting", "next_at": next_at}


def _move_on(taken: Taken, changes: Mapping[str, Any]) -> bool:
    moved: Any = db.session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.merchant_id == taken.merchant_id)
        .where(WebhookDelivery.id == taken.delivery_id)
        .where(WebhookDelivery.attempts == taken.attempt)
        .values(**changes)
        .execution_options(synchronize_session=False)
    )
    return bool(moved.rowcount)


def _reason_to_pause(endpoint: WebhookEndpoint, reply: Reply) -> str | None:
    if reply.status == GONE:
        return "It answered 410 Gone: nobody is there any more."
    since = endpoint.failing_since or reply.at
    if endpoint.failures >= PAUSE_AFTER_FAILURES and reply.at - since >= PAUSE_AFTER:
        said = reply.fault or f"it answered with status {reply.status}"
        hours = int((reply.at - since).total_seconds() // 3600)
        return f"Nothing was taken for {hours} hours; at last: {said}"[:300]
    return None


def _attempt_row(taken: Taken, reply: Reply) -> dict[str, Any]:
    return {
        "id": new_id(),
        "merchant_id": taken.merchant_id,
        "delivery_id": taken.delivery_id,
        "at": reply.at,
        "milliseconds": reply.milliseconds,
        "request_headers": dict(reply.request_headers),
        "status": reply.status,
        "response_headers": dict(reply.headers),
        "response": reply.text,
        "fault": reply.fault,
    }
