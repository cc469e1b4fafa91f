"""Keys with which a merchant's own back-end calls the partner API."""

import uuid
from datetime import datetime

from sqlalchemy import Index, Select, select, update
from sqlalchemy.orm import Mapped, mapped_column

from qcportal import clock, errors, history, tenancy, tokens
from qcportal.accounts import Merchant
from qcportal.db import At, Base, Document, Id, Line, MaybeAt, Word, db, new_id
from qcportal.history import Actor, Entry
from qcportal.language import gettext as _

KIND = "qck"
SCOPES = (
    "returns:read",
    "returns:write",
    "rulebooks:read",
    "rulebooks:write",
    "photos:read",
    "disputes:read",
    "disputes:write",
    "webhooks:read",
    "webhooks:write",
)
USED_EVERY = 60.0


class ApiKey(tenancy.TenantOwned, Base):
    """One key: its public prefix, the hash of its secret and what it may do."""

    __tablename__ = "api_keys"
    __table_args__ = tenancy.table_args(Index(None, "merchant_id"))

    id: Mapped[Id]
    name: Mapped[Line]
    prefix: Mapped[Word] = mapped_column(unique=True)
    secret_hash: Mapped[Line]
    scopes: Mapped[Document]
    created_at: Mapped[At]
    expires_at: Mapped[MaybeAt] = mapped_column(default=None)
    used_at: Mapped[MaybeAt] = mapped_column(default=None)
    revoked_at: Mapped[MaybeAt] = mapped_column(default=None)

    @property
    def alive(self) -> bool:
        """Tell whether the key still opens the door."""
        expired = self.expires_at is not None and self.expires_at <= clock.now()
        return self.revoked_at is None and not expired

    @property
    def actor(self) -> Actor:
        """Give the key as an actor of the history."""
        return Actor("api_key", str(self.id), self.name)


def find_key(text: str) -> ApiKey | None:
    """Find the living key that this token is; needs a system scope, as nobody is known yet."""
    prefix = tokens.prefix_of(text, kind=KIND)
    if prefix is None:
        return None
    key = db.session.scalars(select(ApiKey).where(ApiKey.prefix == prefix)).one_or_none()
    if key is None or not tokens.same(text, key.secret_hash) or not key.alive:
        return None
    return key


def get_key(key_id: uuid.UUID) -> ApiKey:
    """Get one key, or raise NotFound."""
    key = db.session.scalars(select(ApiKey).where(ApiKey.id == key_id)).one_or_none()
    if key is None:
        raise errors.NotFound()
    return key


def select_keys(merchant_id: uuid.UUID) -> Select[ApiKey]:
    """Select a merchant's keys, newest first."""
    return (
        select(ApiKey).where(ApiKey.merchant_id == merchant_id).order_by(ApiKey.created_at.desc())
    )


def create(
    merchant: Merchant,
    *,
    name: str,
    scopes: tuple[str, ...],
    expires_at: datetime | None,
    by: Actor,
) -> tuple[ApiKey, str]:
    """Make a key and give it with its token, which is shown once; raises Invalid."""
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes or not 0 < len(name.strip()) <= 300:
        fault = errors.Fault(
            "/scopes", "bad_key", _("Give a name and some of %(list)s.", list=", ".join(SCOPES))
        )
        raise errors.Invalid(faults=[fault])
    token = tokens.make(KIND)
    key = ApiKey(
        id=new_id(),
        merchant_id=merchant.id,
        name=name.strip(),
        prefix=token.prefix,
        secret_hash=token.digest,
        scopes=list(scopes),
        created_at=clock.now(),
        expires_at=expires_at,
    )
    db.session.add(key)
    db.session.flush()
    data = {"key": str(key.id), "scopes": list(scopes)}
    history.record([Entry(merchant.id, merchant.id, "api_key_created", by, data)])
    return key, token.text


def revoke(key: ApiKey, *, by: Actor) -> None:
    """Close the key at once; does nothing when it is closed."""
    if key.revoked_at is None:
        key.revoked_at = clock.now()
        entry = Entry(key.merchant_id, key.merchant_id, "api_key_revoked", by, {"key": str(key.id)})
        history.record([entry])


def needs_touch(key: ApiKey) -> bool:
    """Tell whether the last use is old enough to be written again."""
    return key.used_at is None or (clock.now() - key.used_at).total_seconds() >= USED_EVERY


def touch(key: ApiKey) -> None:
    """Record that the key was used now."""
    db.session.execute(update(ApiKey).where(ApiKey.id == key.id).values(used_at=clock.now()))
