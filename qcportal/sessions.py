"""Signed-in browsers, kept on the server: a cookie that was copied dies with its session."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, Select, bindparam, delete, func, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from qcportal import clock, errors
from qcportal.accounts import User
from qcportal.db import At, Base, Id, Key, Line, MaybeAt, MaybeKey, Word, db, new_id

ABSOLUTE = timedelta(hours=24)
IDLE = {"merchant": timedelta(hours=12), "admin": timedelta(minutes=30)}
VIEWING = timedelta(hours=1)
TOUCH_EVERY = timedelta(seconds=60)
WINDOW = timedelta(minutes=15)
PER_ACCOUNT, PER_ADDRESS, IN_ALL = 10, 50, 1_000


class BrowserSession(Base):
    """One signed-in browser; the cookie's secret is kept as a hash.

    `viewing_id` is the merchant whose pages an admin looks at, read only, since `viewing_since`.
    """

    __tablename__ = "browser_sessions"
    __table_args__ = (Index(None, "user_id"),)

    id: Mapped[Id]
    secret_hash: Mapped[Line] = mapped_column(unique=True)
    user_id: Mapped[Key] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[At]
    seen_at: Mapped[At]
    ended_at: Mapped[MaybeAt] = mapped_column(default=None)
    address: Mapped[Word]
    user_agent: Mapped[Line]
    viewing_id: Mapped[MaybeKey] = mapped_column(default=None)
    viewing_since: Mapped[MaybeAt] = mapped_column(default=None)
    user: Mapped[User] = relationship(lazy="raise")

    @property
    def viewing(self) -> uuid.UUID | None:
        """Give the merchant whose pages an admin looks at now; after an hour it is over."""
        if self.viewing_since is None or clock.now() - self.viewing_since >= VIEWING:
            return None
        return self.viewing_id

    @property
    def alive(self) -> bool:
        """Tell whether the session still opens the door: not ended, idle or too old."""
        idle = IDLE["admin" if self.user.is_admin else "merchant"]
        at = clock.now()
        return (
            self.ended_at is None
            and self.user.active
            and at - self.seen_at < idle
            and at - self.created_at < ABSOLUTE
        )


class SignInAttempt(Base):
    """A failed sign-in, kept for the throttle."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index(None, "at"), Index(None, "account", "at"), Index(None, "address", "at"))

    id: Mapped[Id]
    account: Mapped[Line]
    address: Mapped[Word]
    at: Mapped[At]


@dataclass(frozen=True)
class Browser:
    """Where a request comes from, as far as it says."""

    address: str
    user_agent: str


BY_SECRET = (
    select(BrowserSession)
    .where(BrowserSession.secret_hash == bindparam("hashed"))
    .options(joinedload(BrowserSession.user).joinedload(User.merchant))
)
"""Every page and every poll asks this, so it is put together once."""


def find_session(secret: str) -> BrowserSession | None:
    """Find the living session of a cookie's secret, with its user and merchant."""
    found = db.session.scalars(BY_SECRET, {"hashed": _hash(secret)}).one_or_none()
    return found if found and found.alive else None


def select_sessions(user: User) -> Select[BrowserSession]:
    """Select a person's sessions that were not ended and are not too old, newest first."""
    return (
        select(BrowserSession)
        .where(
            BrowserSession.user_id == user.id,
            BrowserSession.ended_at.is_(None),
            BrowserSession.created_at > clock.ago(seconds=ABSOLUTE.total_seconds()),
        )
        .options(joinedload(BrowserSession.user).joinedload(User.merchant))
        .order_by(BrowserSession.seen_at.desc())
    )


def find_last_seen() -> dict[uuid.UUID, datetime]:
    """Find when each person was last seen, by user id."""
    statement = select(BrowserSession.user_id, func.max(BrowserSession.seen_at))
    rows = db.session.execute(statement.group_by(BrowserSession.user_id))
    return {row[0]: row[1] for row in rows}


def start(user: User, browser: Browser) -> tuple[BrowserSession, str]:
    """Sign a person in; gives the session and the cookie's secret, which is not kept."""
    secret = secrets.token_urlsafe(32)
    at = clock.now()
    session = BrowserSession(
        id=new_id(),
        secret_hash=_hash(secret),
        user_id=user.id,
        user=user,
        created_at=at,
        seen_at=at,
        address=browser.address[:40],
        user_agent=browser.user_agent[:300],
    )
    db.session.add(session)
    return session, secret


def needs_touch(session: BrowserSession) -> bool:
    """Tell whether the last sighting is old enough to be written again."""
    return clock.now() - session.seen_at >= TOUCH_EVERY


def touch(session_id: uuid.UUID) -> None:
    """Record that the session was seen now."""
    db.session.execute(
        update(BrowserSession).where(BrowserSession.id == session_id).values(seen_at=clock.now())
    )


def end(session_id: uuid.UUID, *, of: User) -> None:
    """End one of the person's own sessions; raises NotFound for anybody else's."""
    statement = (
        update(BrowserSession)
        .where(BrowserSession.id == session_id, BrowserSession.user_id == of.id)
        .where(BrowserSession.ended_at.is_(None))
        .values(ended_at=clock.now())
        .returning(BrowserSession.id)
    )
    if db.session.scalars(statement).one_or_none() is None:
        raise errors.NotFound()


def view(session_id: uuid.UUID, merchant_id: uuid.UUID | None) -> None:
    """Let a session look at a merchant's pages from now on, or at nobody's any more."""
    since = clock.now() if merchant_id else None
    db.session.execute(
        update(BrowserSession)
        .where(BrowserSession.id == session_id)
        .values(viewing_id=merchant_id, viewing_since=since)
        .execution_options(synchronize_session=False)
    )


def end_all(user_id: uuid.UUID, *, but: uuid.UUID | None = None) -> None:
    """End every session of a person, as when the account is closed; but one where it is given."""
    statement = update(BrowserSession).where(
        BrowserSession.user_id == user_id, BrowserSession.ended_at.is_(None)
    )
    if but is not None:
        statement = statement.where(BrowserSession.id != but)
    db.session.execute(statement.values(ended_at=clock.now()))


def check_throttle(account: str, browser: Browser) -> None:
    """Raise TooMany when this account, this address or everybody failed too often lately."""
    since = clock.now() - WINDOW
    failures = list(
        db.session.execute(
            select(SignInAttempt.account, SignInAttempt.address, SignInAttempt.at)
            .where(SignInAttempt.at > since)
            .order_by(SignInAttempt.at.desc())
            .limit(IN_ALL)
        )
    )
    mine = [row.at for row in failures if row.account == _account_key(account)]
    here = [row.at for row in failures if row.address == browser.address[:40]]
    for times, limit in ((mine, PER_ACCOUNT), (here, PER_ADDRESS)):
        if len(times) >= limit:
            raise errors.TooMany(retry_after=_wait(times[limit - 1]))
    if len(failures) >= IN_ALL:
        raise errors.TooMany(retry_after=_wait(failures[-1].at))


def record_failure(account: str, browser: Browser) -> None:
    """Remember a failed sign-in, and forget the ones that no longer count."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < clock.now() - 2 * WINDOW))
    db.session.add(
        SignInAttempt(
            id=new_id(),
            account=_account_key(account),
            address=browser.address[:40],
            at=clock.now(),
        )
    )


def _wait(counted_from: datetime) -> int:
    return max(1, int((counted_from + WINDOW - clock.now()).total_seconds()))


def _account_key(account: str) -> str:
    return hashlib.sha256(account.strip().casefold().encode()).hexdigest()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
