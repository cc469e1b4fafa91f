"""Invitations: somebody is asked by mail to open an account, by a link that works once.

The link's secret is made from the portal's key and never stored; the row keeps its hash.
"""

import hmac
import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from qcportal import accounts, clock, errors, history, tenancy, tokens
from qcportal.accounts import Merchant, User
from qcportal.db import At, Base, Id, Line, MaybeAt, MaybeKey, Word, db, new_id
from qcportal.history import Actor, Entry
from qcportal.language import gettext as _

LASTS = timedelta(days=7)
OPEN = "accepted_at IS NULL AND revoked_at IS NULL"


class Invitation(tenancy.TenantOwned, Base):
    """One person asked to join; without a merchant it is the carrier that asks.

    `sends` counts the links that were made; only the last of them works.
    """

    __tablename__ = "invitations"
    __table_args__ = tenancy.table_args(
        Index(
            None, "merchant_id", "email", unique=True,
            sqlite_where=text(OPEN), postgresql_where=text(OPEN),
        )
    )  # fmt: skip

    id: Mapped[Id]
    merchant_id: Mapped[MaybeKey] = mapped_column(  # type: ignore[assignment]
        ForeignKey("merchants.id"), nullable=True
    )
    email: Mapped[Line]
    role: Mapped[Word]
    invited_by: Mapped[Line]
    created_at: Mapped[At]
    sends: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[At]
    expires_at: Mapped[At]
    secret_hash: Mapped[Line]
    accepted_at: Mapped[MaybeAt] = mapped_column(default=None)
    revoked_at: Mapped[MaybeAt] = mapped_column(default=None)

    @property
    def open(self) -> bool:
        """Tell whether nobody accepted it or took it back; its link may be too old all the same."""
        return self.accepted_at is None and self.revoked_at is None

    def usable(self, at: datetime) -> bool:
        """Tell whether its last link still works."""
        return self.open and at < self.expires_at


def get_invitation(invitation_id: uuid.UUID) -> Invitation:
    """Get one invitation of the scope, or raise NotFound."""
    wanted = select(Invitation).where(Invitation.id == invitation_id)
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise errors.NotFound()
    return found


def select_open(merchant_id: uuid.UUID | None) -> Select[Invitation]:
    """Select the invitations of one merchant, or of the carrier, that wait; newest first."""
    return (
        select(Invitation)
        .where(Invitation.merchant_id == merchant_id)
        .where(Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
        .order_by(Invitation.created_at.desc(), Invitation.id)
    )


def select_all_open() -> Select[Invitation]:
    """Select every invitation of the scope that waits, newest first."""
    return (
        select(Invitation)
        .where(Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
        .order_by(Invitation.created_at.desc(), Invitation.id)
    )


def secret_of(invitation: Invitation, key: str) -> str:
    """Make the secret of the newest link out of the portal's key."""
    what = f"invitation:{invitation.id}:{invitation.sends}".encode()
    return hmac.new(key.encode(), what, "sha256").hexdigest()


def invite(email: str, role: str, *, merchant: Merchant | None, key: str, by: Actor) -> Invitation:
    """Ask somebody to join; raises Invalid, or Conflict where they are asked or have an account."""
    faults = accounts.address_faults(email) + accounts.role_faults(role, merchant is not None)
    if faults:
        raise errors.Invalid(faults=faults)
    address = accounts.tidy_email(email)
    if accounts.find_user_by_email(address):
        raise errors.Conflict(_("Somebody with this mail address has an account."))
    merchant_id = merchant.id if merchant else None
    asked = select_open(merchant_id).where(Invitation.email == address)
    if db.session.scalars(asked).first():
        raise errors.Conflict(_("This person is invited already; send the invitation again."))
    at = clock.now()
    invitation = Invitation(
        id=new_id(),
        merchant_id=merchant_id,
        email=address,
        role=role,
        invited_by=by.label,
        created_at=at,
        sends=0,
        sent_at=at,
        expires_at=at,
        secret_hash="",
    )
    _renew(invitation, key)
    db.session.add(invitation)
    db.session.flush()
    _record(invitation, "invited", by, email=address, role=role)
    return invitation


def send_again(invitation: Invitation, *, key: str, by: Actor) -> None:
    """Make another link for seven days; the one before is dead. Raises Conflict when it is over."""
    if not invitation.open:
        raise errors.Conflict(_("This invitation was accepted or taken back."))
    _renew(invitation, key)
    db.session.flush()
    _record(invitation, "invited_again", by, email=invitation.email)


def revoke(invitation: Invitation, *, by: Actor) -> None:
    """Take an invitation back; raises Conflict when it was accepted meanwhile."""
    if not _end(invitation, revoked_at=clock.now()):
        raise errors.Conflict(_("This invitation was accepted or taken back."))
    _record(invitation, "invitation_revoked", by, email=invitation.email)


def find_usable(invitation_id: uuid.UUID, secret: str) -> Invitation | None:
    """Find the invitation whose newest link has this secret, if it still works."""
    found = db.session.get(Invitation, invitation_id)
    if found is None or not tokens.same(secret, found.secret_hash):
        return None
    return found if found.usable(clock.now()) else None


def accept(invitation: Invitation, *, name: str, password: str) -> User:
    """Open the account and use the link up; raises Invalid for name and password, or Conflict."""
    merchant = accounts.get_merchant(invitation.merchant_id) if invitation.merchant_id else None
    user = accounts.create_user(
        email=invitation.email,
        name=name,
        password=password,
        role=invitation.role,
        merchant=merchant,
        by=history.SYSTEM,
    )
    if not _end(invitation, accepted_at=clock.now()):
        raise errors.Conflict(_("This link was used already, or taken back."))
    _record(invitation, "invitation_accepted", user.actor, user=str(user.id))
    return user


def _renew(invitation: Invitation, key: str) -> None:
    at = clock.now()
    invitation.sends += 1
    invitation.sent_at, invitation.expires_at = at, at + LASTS
    invitation.secret_hash = tokens.digest(secret_of(invitation, key))


def _end(invitation: Invitation, **values: datetime) -> bool:
    """End an open invitation; exactly one of those who try does."""
    ended: Any = db.session.execute(
        update(Invitation)
        .where(Invitation.merchant_id == invitation.merchant_id, Invitation.id == invitation.id)
        .where(Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(ended.rowcount)


def _record(invitation: Invitation, action: str, by: Actor, **data: str) -> None:
    entry = Entry(invitation.id, invitation.merchant_id, action, by, data)
    history.record([entry])
