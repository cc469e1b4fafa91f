"""Notices become letters: what one person is to be told now goes out together."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from qcportal import accounts, clock
from qcportal.accounts import Merchant, User
from qcportal.db import db
from qcportal.mail import outbox
from qcportal.mail.choices import choices_of, language_of, zone_of
from qcportal.mail.kinds import BY_KEY, DAILY, NEVER, kinds_of
from qcportal.mail.outbox import NewMail
from qcportal.mail.tables import Mail, MailNotice

MOST_PEOPLE, MOST_LINES = 100, 200
APART = timedelta(seconds=60)
"""So long after one letter of notices the next waits, so that many at once become one."""
TOO_OLD = timedelta(days=3)
"""What was not told in this time, as no mail was set up, is not told by mail any more."""
DIGEST, NOTICES = "digest", "notices"


def is_any_due() -> bool:
    """Tell whether somebody is to be told something now."""
    due = select(MailNotice.id).where(MailNotice.told_at.is_(None))
    return db.session.scalar(due.where(MailNotice.due_at <= clock.now()).limit(1)) is not None


def gather() -> int:
    """Write a letter for everybody who is to be told something now; gives how many.

    Each notice gets into one letter, also where two machines do this at once.
    """
    return sum(_gather_for(user_id) for user_id in _find_waiting_people())


def _find_waiting_people() -> list[uuid.UUID]:
    now = clock.now()
    lately = select(Mail.user_id).where(
        Mail.kind == NOTICES, Mail.created_at > now - APART, Mail.user_id.is_not(None)
    )
    statement = (
        select(MailNotice.user_id)
        .where(MailNotice.told_at.is_(None), MailNotice.due_at <= now)
        .where(MailNotice.user_id.not_in(lately))
        .distinct()
        .limit(MOST_PEOPLE)
    )
    return list(db.session.scalars(statement))


def _gather_for(user_id: uuid.UUID) -> bool:
    user, taken = accounts.get_user(user_id), _take(user_id)
    lines = [each for each in taken if _is_wanted(each, user)]
    if not lines:
        return False
    daily = all(_how(each, user) == DAILY for each in lines)
    names = _names_of({each.merchant_id for each in lines}) if user.is_admin else {}
    data = {
        "name": user.name,
        "tz": zone_of(user),
        "admin": user.is_admin,
        "lines": [_line(each, names) for each in lines],
    }
    new = NewMail(
        DIGEST if daily else NOTICES,
        user.email,
        language_of(user),
        data,
        merchant_id=user.merchant_id,
        user_id=user.id,
    )
    outbox.write(new)
    return True


def _take(user_id: uuid.UUID) -> Sequence[Any]:
    """Take what one person is to be told now, oldest first; nobody else gets the same."""
    now = clock.now()
    due = (
        select(MailNotice.id)
        .where(MailNotice.user_id == user_id, MailNotice.told_at.is_(None))
        .where(MailNotice.due_at <= now)
        .order_by(MailNotice.at)
        .limit(MOST_LINES)
    )
    taken = (
        update(MailNotice)
        .where(MailNotice.id.in_(list(db.session.scalars(due))), MailNotice.told_at.is_(None))
        .values(told_at=now)
        .returning(*MailNotice.__table__.columns)
        .execution_options(synchronize_session=False)
    )
    return sorted(db.session.execute(taken).all(), key=lambda row: (row.at, row.id))


def _is_wanted(notice: Any, user: User) -> bool:
    """Tell whether the person may and wants to hear it now; both may have changed meanwhile."""
    allowed = {kind.key for kind in kinds_of(user.role, is_admin=user.is_admin)}
    fresh = notice.at > clock.now() - TOO_OLD
    return user.active and fresh and notice.kind in allowed and _how(notice, user) != NEVER


def _how(notice: Any, user: User) -> str:
    return choices_of(user.id).how(BY_KEY[notice.kind], user.role)


def _names_of(merchant_ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    statement = select(Merchant.id, Merchant.name).where(Merchant.id.in_(merchant_ids))
    return {row.id: row.name for row in db.session.execute(statement)}


def _line(notice: Any, names: dict[uuid.UUID, str]) -> dict[str, Any]:
    return {
        "event": notice.event,
        "merchant_id": str(notice.merchant_id),
        "merchant": names.get(notice.merchant_id, ""),
        "subject": str(notice.subject),
        "at": notice.at.isoformat(),
        "data": notice.data,
    }
