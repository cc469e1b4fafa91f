"""New passwords by mail: a link for who forgot theirs, which works once and for an hour."""

import hmac
import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from qcportal import accounts, clock, errors, history, sessions, tokens
from qcportal.accounts import User
from qcportal.db import At, Base, Id, Key, Line, MaybeAt, db, new_id
from qcportal.history import Entry
from qcportal.language import gettext as _

LASTS = timedelta(hours=1)
MOST_AN_HOUR = 3
"""So many links one account gets in an hour; who asks for more is told the same and gets none."""


class PasswordReset(Base):
    """One link to a new password; its secret is kept as a hash."""

    __tablename__ = "password_resets"
    __table_args__ = (Index(None, "user_id", "created_at"),)

    id: Mapped[Id]
    user_id: Mapped[Key] = mapped_column(ForeignKey("users.id"))
    secret_hash: Mapped[Line]
    created_at: Mapped[At]
    expires_at: Mapped[At]
    used_at: Mapped[MaybeAt] = mapped_column(default=None)


def secret_of(reset_id: uuid.UUID, key: str) -> str:
    """Make the secret of a link out of the portal's key."""
    return hmac.new(key.encode(), f"new password:{reset_id}".encode(), "sha256").hexdigest()


def offer(user: User, *, key: str) -> PasswordReset | None:
    """Make a link for an active person, unless they got enough of them lately."""
    at = clock.now()
    lately = (
        select(func.count())
        .select_from(PasswordReset)
        .where(PasswordReset.user_id == user.id, PasswordReset.created_at > at - LASTS)
    )
    if not user.active or (db.session.scalar(lately) or 0) >= MOST_AN_HOUR:
        return None
    reset_id = new_id()
    reset = PasswordReset(
        id=reset_id,
        user_id=user.id,
        secret_hash=tokens.digest(secret_of(reset_id, key)),
        created_at=at,
        expires_at=at + LASTS,
    )
    db.session.add(reset)
    db.session.flush()
    entry = Entry(user.id, user.merchant_id, "password_link_sent", history.SYSTEM)
    history.record([entry])
    return reset


def find_usable(reset_id: uuid.UUID, secret: str) -> PasswordReset | None:
    """Find the link with this secret, if it still works."""
    found = db.session.get(PasswordReset, reset_id)
    if found is None or not tokens.same(secret, found.secret_hash):
        return None
    return found if found.used_at is None and clock.now() < found.expires_at else None


def use(reset: PasswordReset, password: str) -> User:
    """Set the new password, end every session, and use the account's links up.

    Raises Invalid for a weak password, Conflict where the link was used meanwhile.
    """
    user = accounts.get_user(reset.user_id)
    accounts.set_password(user, password, by=user.actor)
    used: Any = db.session.execute(
        update(PasswordReset)
        .where(PasswordReset.user_id == user.id, PasswordReset.used_at.is_(None))
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if not used.rowcount or not user.active:
        raise errors.Conflict(_("This link was used already."))
    sessions.end_all(user.id)
    return user
