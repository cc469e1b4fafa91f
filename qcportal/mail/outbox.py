"""The outbox: what happened becomes notices, and what is to be sent letters, in one transaction.

Nothing here sends anything.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from qcportal import clock, disputes, history
from qcportal.accounts import User
from qcportal.db import db, new_id
from qcportal.history import Entry
from qcportal.mail.choices import Choices, due_at, find_choices, zone_of
from qcportal.mail.kinds import ADMIN, MERCHANT, kind_of
from qcportal.mail.tables import Mail, MailNotice

TOLD_ACTIONS = ("review_opened", "webhook_paused")
LONGEST = 300


@dataclass(frozen=True)
class News:
    """Something to be told: what happened to which thing of which merchant, and to which sides."""

    event: str
    source: uuid.UUID
    merchant_id: uuid.UUID
    subject: uuid.UUID
    data: Mapping[str, Any]
    sides: tuple[str, ...] = (MERCHANT, ADMIN)


@dataclass(frozen=True)
class NewMail:
    """A letter to be written; see `Mail`."""

    kind: str
    address: str
    language: str
    data: Mapping[str, Any] = field(default_factory=dict)
    merchant_id: uuid.UUID | None = None
    user_id: uuid.UUID | None = None


def collect(entries: Sequence[Entry], at: datetime) -> None:
    """Write notices of what the history records; see history.listen."""
    told = [
        News(each.action, new_id(), each.merchant_id, each.chain, _short(each.data))
        for each in entries
        if each.merchant_id and each.action in TOLD_ACTIONS and each.actor == history.SYSTEM
    ]
    if told:
        write_notices(told, at)


def is_any_dispute_untold() -> bool:
    """Tell whether something happened to a dispute that was not taken in yet."""
    return bool(disputes.due_events(limit=1))


def tell_of_disputes() -> int:
    """Make notices of what happened to disputes, and take it off their own outbox; gives how many.

    Both are one transaction of the caller's; done twice at once it comes to the same.
    """
    events = disputes.due_events()
    if events:
        write_notices([_news(event) for event in events], clock.now())
        disputes.mark_told([event.id for event in events])
    return len(events)


def write_notices(news: Sequence[News], at: datetime) -> int:
    """Write a notice for everybody who wants to be told; gives how many were new."""
    people = _find_people({each.merchant_id for each in news})
    choices = find_choices([user.id for user in people])
    rows = [
        row
        for each in news
        for user in people
        if (row := _row(each, user, choices.get(user.id, Choices()), at)) is not None
    ]
    if not rows:
        return 0
    postgres = db.session.get_bind().dialect.name == "postgresql"
    make: Any = postgresql.insert(MailNotice) if postgres else sqlite.insert(MailNotice)
    kept = make.on_conflict_do_nothing(index_elements=["user_id", "source"])
    return len(db.session.execute(kept.returning(MailNotice.id), rows).all())


def write(new: NewMail) -> Mail:
    """Write a letter in the caller's transaction; it is due at once."""
    at = clock.now()
    mail = Mail(
        id=new_id(),
        merchant_id=new.merchant_id,
        user_id=new.user_id,
        kind=new.kind,
        address=new.address,
        language=new.language,
        data=dict(new.data),
        state="waiting",
        attempts=0,
        next_at=at,
        created_at=at,
    )
    db.session.add(mail)
    db.session.flush()
    return mail


def _find_people(merchant_ids: Collection[uuid.UUID]) -> list[User]:
    """Find the active people of these merchants, and the carrier's."""
    theirs: ColumnElement[bool] = or_(
        User.merchant_id.in_(merchant_ids), User.merchant_id.is_(None)
    )
    statement = select(User).where(theirs, User.deactivated_at.is_(None))
    return list(db.session.scalars(statement.options(joinedload(User.merchant))))


def _row(news: News, user: User, choices: Choices, at: datetime) -> dict[str, Any] | None:
    side = ADMIN if user.is_admin else MERCHANT
    if side not in news.sides or user.merchant_id not in (None, news.merchant_id):
        return None
    kind = kind_of(news.event, user.role, is_admin=user.is_admin)
    if kind is None:
        return None
    due = due_at(choices.how(kind, user.role), choices, zone_of(user), at=at)
    if due is None:
        return None
    return {
        "id": new_id(),
        "merchant_id": news.merchant_id,
        "user_id": user.id,
        "kind": kind.key,
        "event": news.event,
        "subject": news.subject,
        "source": news.source,
        "data": dict(news.data),
        "at": at,
        "due_at": due,
        "told_at": None,
    }


def _news(event: disputes.Event) -> News:
    sides = {MERCHANT: (MERCHANT,), ADMIN: (ADMIN,)}.get(event.audience, (MERCHANT, ADMIN))
    data = _short(event.data)
    return News(event.kind, event.id, event.merchant_id, event.dispute_id, data, sides)


def _short(data: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of what happened the words that a mail quotes; long texts are read on the page."""
    return {
        name: value[:LONGEST] if isinstance(value, str) else value
        for name, value in data.items()
        if isinstance(value, str | int | list)
    }
