"""Looking at mail: what waits, what went out, and what was given up and why."""

import uuid
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select

from qcportal import errors
from qcportal.db import db
from qcportal.mail.tables import Mail


def get_mail(mail_id: uuid.UUID) -> Mail:
    """Get one letter of the scope, or raise NotFound."""
    found = db.session.scalars(select(Mail).where(Mail.id == mail_id)).one_or_none()
    if found is None:
        raise errors.NotFound()
    return found


def select_mails(
    state: str = "", *, before: tuple[datetime, uuid.UUID] | None = None
) -> Select[Mail]:
    """Select letters, newest first; of one state, and from a moment and id on, where given."""
    statement = select(Mail).order_by(Mail.created_at.desc(), Mail.id.desc())
    if before is not None:
        at, mail_id = before
        same = and_(Mail.created_at == at, Mail.id < mail_id)
        statement = statement.where(or_(Mail.created_at < at, same))
    return statement.where(Mail.state == state) if state else statement


def count_by_state() -> dict[str, int]:
    """Count the letters in each state."""
    rows = db.session.execute(select(Mail.state, func.count()).group_by(Mail.state))
    return {row[0]: row[1] for row in rows}
