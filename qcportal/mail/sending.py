"""Sending what waits: taken one by one, tried with pauses that grow, and written down.

At least once: who dies between sending and writing it down sends again, under the same Message-ID.
"""

import secrets
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import structlog
from sqlalchemy import delete, select, update

from qcportal import clock, errors
from qcportal.db import db, writing
from qcportal.language import gettext as _
from qcportal.mail.letters import Desk, NotWanted, write_letter
from qcportal.mail.tables import Mail, MailNotice
from qcportal.mail.transport import Away, Refused, Send, WayOut

log = structlog.get_logger(__name__)

IN_HAND = timedelta(minutes=5)
"""When somebody else takes a letter whose sender went silent; longer than any sending lasts."""
WAITS = (60, 300, 900, 3600, 7200, 14_400, 28_800, 28_800, 28_800, 28_800)
"""Seconds after each failed try: a server may be away for a day and a half."""
KEPT = timedelta(days=90)
OUR_FAULT = "It cannot be written; what went wrong is in our log."


@dataclass(frozen=True)
class Post:
    """What sending works with: the desk, the way out, how to keep what was written, the end."""

    desk: Desk
    way_out: WayOut
    keep: Callable[[], None]
    stopping: threading.Event


def send_due(post: Post) -> int:
    """Send what is due over one connection until nothing is; gives how many went out."""
    sent = 0
    with ExitStack() as line:
        way: list[Send] = []
        while not post.stopping.is_set() and (mail := take_due()):
            post.keep()
            try:
                _send(mail, post, line, way)
                _settle(mail, state="sent")
                sent += 1
            except (Refused, NotWanted) as error:
                _settle(mail, state="dead", reason=str(error)[:300])
            except Away as error:
                _put_back(mail, str(error))
                post.keep()
                return sent
            post.keep()
    return sent


def take_due() -> Mail | None:
    """Take the letter that waits longest and is due, unless somebody else is faster."""
    if not is_any_due():
        return None
    due = select(Mail).where(Mail.state == "waiting", Mail.next_at <= clock.now())
    for mail in list(db.session.scalars(due.order_by(Mail.next_at, Mail.id).limit(20))):
        if _claim(mail):
            db.session.expunge(mail)  # it stays as we took it, whoever takes it over later
            mail.attempts += 1
            return mail
    return None


def is_any_due() -> bool:
    """Look without SQLite's one lock whether there is anything to send."""
    token = writing.set(False)
    try:
        due = select(Mail.id).where(Mail.state == "waiting", Mail.next_at <= clock.now())
        return db.session.execute(due.limit(1)).first() is not None
    finally:
        db.session.rollback()
        writing.reset(token)


def send_again(mail: Mail) -> None:
    """Try a letter again that was given up; raises Conflict for any other."""
    changes = {"state": "waiting", "attempts": 0, "next_at": clock.now(), "ended_at": None}
    statement = (
        update(Mail)
        .where(Mail.merchant_id == mail.merchant_id, Mail.id == mail.id, Mail.state == "dead")
        .values(**changes, reason=None)
        .execution_options(synchronize_session=False)
    )
    moved: Any = db.session.execute(statement)
    if not moved.rowcount:
        raise errors.Conflict(_("Only a mail that was given up can be sent again."))


def forget_old() -> int:
    """Remove letters and notices that are older than 90 days; gives how many."""
    before = clock.now() - KEPT
    number = 0
    for table, moment in ((Mail, Mail.created_at), (MailNotice, MailNotice.at)):
        old = select(table.id).where(moment < before).limit(5000)
        ids = list(db.session.scalars(old))
        if ids:
            db.session.execute(delete(table).where(table.id.in_(ids)))
        number += len(ids)
    return number


def wait_after(attempt: int) -> float:
    """Give the seconds until the next try, a tenth more or less, so that not all come at once."""
    return WAITS[attempt - 1] * (0.9 + secrets.randbelow(2001) / 10_000)


def _send(mail: Mail, post: Post, line: ExitStack, way: list[Send]) -> None:
    message = _written(mail, post.desk)
    if not way:
        way.append(line.enter_context(post.way_out()))
    way[0](message)


def _written(mail: Mail, desk: Desk) -> EmailMessage:
    """Write a letter out; no lock is held while it is, and while a server is spoken to."""
    token = writing.set(False)
    try:
        return write_letter(mail, desk)
    except (LookupError, ValueError, errors.PortalError) as error:
        log.error("mail_unwritable", mail=str(mail.id), exc_info=error)
        raise NotWanted(OUR_FAULT) from error
    finally:
        db.session.rollback()
        writing.reset(token)


def _claim(mail: Mail) -> bool:
    """Make the next try ours, unless somebody was faster."""
    claimed: Any = db.session.execute(
        update(Mail)
        .where(Mail.id == mail.id, Mail.state == "waiting", Mail.attempts == mail.attempts)
        .values(attempts=mail.attempts + 1, next_at=clock.now() + IN_HAND)
        .execution_options(synchronize_session=False)
    )
    return bool(claimed.rowcount)


def _put_back(mail: Mail, reason: str) -> None:
    if mail.attempts > len(WAITS):
        _settle(mail, state="dead", reason=reason[:300])
        return
    wait = timedelta(seconds=wait_after(mail.attempts))
    _move_on(mail, {"next_at": clock.now() + wait, "reason": reason[:300]})


def _settle(mail: Mail, *, state: str, reason: str | None = None) -> None:
    _move_on(mail, {"state": state, "next_at": None, "ended_at": clock.now(), "reason": reason})


def _move_on(mail: Mail, changes: dict[str, Any]) -> None:
    """Write what became of our try, unless somebody else has taken the letter over."""
    db.session.execute(
        update(Mail)
        .where(Mail.id == mail.id, Mail.attempts == mail.attempts, Mail.state == "waiting")
        .values(**changes)
        .execution_options(synchronize_session=False)
    )
