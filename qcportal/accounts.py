"""Merchants and the people who sign in: a merchant's staff and the carrier's admins."""

import re
import unicodedata
import uuid

import argon2
from sqlalchemy import ForeignKey, Index, Select, func, select, true
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from qcportal import clock, errors, history, language
from qcportal.db import At, Base, Document, Id, Line, MaybeAt, MaybeKey, Word, db, new_id
from qcportal.history import Actor, Entry
from qcportal.language import gettext as _
from qcportal.weak_passwords import COMMON

MERCHANT_ROLES = ("viewer", "claims", "owner")
ADMIN_ROLES = ("operations", "dispute_officer", "appeals_officer", "auditor", "system")
SHORTEST, LONGEST = 12, 256
EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,190}\.[^@\s\x00-\x1f]{2,63}")
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")

_hasher = argon2.PasswordHasher()
_nobody = _hasher.hash("a password that nobody has")


class Merchant(Base):
    """A store whose returns the carrier picks up; the tenant of everything."""

    __tablename__ = "merchants"

    id: Mapped[Id]
    slug: Mapped[Word] = mapped_column(unique=True)
    name: Mapped[Line]
    timezone: Mapped[Word] = mapped_column(default="Asia/Kolkata")
    settings: Mapped[Document] = mapped_column(default=dict)
    created_at: Mapped[At]


class User(Base):
    """Somebody who signs in; without a merchant it is one of the carrier's admins."""

    __tablename__ = "users"
    __table_args__ = (Index(None, "merchant_id"),)

    id: Mapped[Id]
    merchant_id: Mapped[MaybeKey] = mapped_column(ForeignKey("merchants.id"))
    email: Mapped[Line] = mapped_column(unique=True)
    name: Mapped[Line]
    role: Mapped[Word]
    password_hash: Mapped[Line]
    totp_secret: Mapped[Line | None] = mapped_column(default=None)
    totp_last_step: Mapped[int] = mapped_column(default=0)
    language: Mapped[Word | None] = mapped_column(default=None)
    single_keys: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_at: Mapped[At]
    deactivated_at: Mapped[MaybeAt] = mapped_column(default=None)
    merchant: Mapped[Merchant | None] = relationship(lazy="raise")

    @property
    def is_admin(self) -> bool:
        """Tell whether this is one of the carrier's own people."""
        return self.merchant_id is None

    @property
    def active(self) -> bool:
        """Tell whether this person may sign in."""
        return self.deactivated_at is None

    @property
    def actor(self) -> Actor:
        """Give this person as an actor of the history."""
        return Actor("user", str(self.id), self.name)


def get_merchant(merchant_id: uuid.UUID) -> Merchant:
    """Get one merchant, or raise NotFound."""
    merchant = db.session.get(Merchant, merchant_id)
    if merchant is None:
        raise errors.NotFound()
    return merchant


def find_merchant_by_slug(slug: str) -> Merchant | None:
    """Find a merchant by its short name."""
    return db.session.scalars(select(Merchant).where(Merchant.slug == slug)).one_or_none()


def select_merchants() -> Select[Merchant]:
    """Select all merchants by name."""
    return select(Merchant).order_by(Merchant.name)


def get_user(user_id: uuid.UUID) -> User:
    """Get one person with their merchant, or raise NotFound."""
    user = db.session.get(User, user_id, options=[joinedload(User.merchant)])
    if user is None:
        raise errors.NotFound()
    return user


def find_user_by_email(email: str) -> User | None:
    """Find a person by mail address, whatever its case."""
    wanted = tidy_email(email)
    statement = select(User).where(User.email == wanted).options(joinedload(User.merchant))
    return db.session.scalars(statement).one_or_none()


def select_users(*, merchant_id: uuid.UUID | None = None) -> Select[User]:
    """Select people by name with their merchant; of one merchant where it is given."""
    statement = select(User).options(joinedload(User.merchant)).order_by(User.name, User.id)
    return statement.where(User.merchant_id == merchant_id) if merchant_id else statement


def count_users() -> int:
    """Count everybody who was ever given an account."""
    return db.session.scalar(select(func.count()).select_from(User)) or 0


def create_merchant(*, slug: str, name: str, by: Actor) -> Merchant:
    """Add a merchant; raises Invalid for a bad short name and Conflict for one that is taken."""
    faults = []
    if not SLUG.fullmatch(slug):
        faults.append(errors.Fault("/slug", "bad_slug", _("Use a-z, 0-9 and '-', 40 at most.")))
    if not name.strip() or len(name) > 300:
        faults.append(errors.Fault("/name", "bad_name", _("Give a name of 1 to 300 characters.")))
    if faults:
        raise errors.Invalid(faults=faults)
    if find_merchant_by_slug(slug):
        raise errors.Conflict(_("The short name %(slug)s is taken.", slug=repr(slug)))
    merchant = Merchant(id=new_id(), slug=slug, name=name.strip(), created_at=clock.now())
    db.session.add(merchant)
    db.session.flush()
    history.record([Entry(merchant.id, merchant.id, "merchant_created", by, {"slug": slug})])
    return merchant


def create_user(
    *, email: str, name: str, password: str, role: str, merchant: Merchant | None, by: Actor
) -> User:
    """Give somebody an account; raises Invalid (mail, name, password, role) or Conflict."""
    faults = list(_user_faults(email, name, role, merchant)) + list(password_faults(password))
    if faults:
        raise errors.Invalid(faults=faults)
    if find_user_by_email(email):
        raise errors.Conflict(_("Somebody with this mail address has an account."))
    user = User(
        id=new_id(),
        merchant_id=merchant.id if merchant else None,
        email=tidy_email(email),
        name=name.strip(),
        role=role,
        password_hash=_hasher.hash(_normal(password)),
        created_at=clock.now(),
    )
    db.session.add(user)
    db.session.flush()
    history.record([Entry(user.id, user.merchant_id, "user_created", by, {"role": role})])
    return user


def check_password(user: User | None, password: str) -> bool:
    """Tell whether the password is the user's; takes as long for a user who does not exist."""
    try:
        _hasher.verify(user.password_hash if user else _nobody, _normal(password)[: LONGEST + 1])
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
    return user is not None and user.active


def set_password(user: User, password: str, *, by: Actor) -> None:
    """Give the user another password; raises Invalid when it is too weak."""
    faults = list(password_faults(password))
    if faults:
        raise errors.Invalid(faults=faults)
    user.password_hash = _hasher.hash(_normal(password))
    history.record([Entry(user.id, user.merchant_id, "password_set", by)])


def set_single_keys(user: User, *, on: bool) -> None:
    """Keep whether single keys do anything on the person's pages."""
    user.single_keys = on


def set_language(user: User, chosen: str) -> None:
    """Keep in which language the person reads; raises Invalid for one that we do not speak."""
    if chosen not in language.LANGUAGES:
        raise errors.Invalid(_("Choose one of the languages that are offered."))
    user.language = chosen


def set_role(user: User, role: str, *, by: Actor) -> None:
    """Give the user another role of their own side; it holds from their next request on.

    Raises Invalid for a role of the other side, Conflict for the last owner or system admin.
    """
    faults = role_faults(role, not user.is_admin)
    if faults:
        raise errors.Invalid(faults=faults)
    if user.role == role:
        return
    _keep_one(user)
    was, user.role = user.role, role
    db.session.flush()
    data = {"was": was, "role": role}
    history.record([Entry(user.id, user.merchant_id, "role_set", by, data)])


def deactivate(user: User, *, by: Actor) -> None:
    """Close the account; does nothing when it is closed.

    Raises Conflict for the last owner of a store and the last system admin.
    """
    if user.active:
        _keep_one(user)
        user.deactivated_at = clock.now()
        history.record([Entry(user.id, user.merchant_id, "user_deactivated", by)])


def reactivate(user: User, *, by: Actor) -> None:
    """Open the account again; does nothing when it is open."""
    if not user.active:
        user.deactivated_at = None
        history.record([Entry(user.id, user.merchant_id, "user_reactivated", by)])


def password_faults(password: str) -> list[errors.Fault]:
    """List what is wrong with a new password: 12 to 256 characters, not a common one."""
    plain = _normal(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        text = _("Use %(least)s to %(most)s characters.", least=SHORTEST, most=LONGEST)
        return [errors.Fault("/password", "password_length", text)]
    if plain.casefold() in COMMON or len(set(plain)) < 4:
        return [errors.Fault("/password", "password_common", _("This one is guessed first."))]
    return []


def _keep_one(user: User) -> None:
    """Raise Conflict if nobody else could look after people; who else tries the same, waits."""
    if not user.active or user.role not in ("owner", "system"):
        return
    alike = (User.role == user.role, User.merchant_id == user.merchant_id)
    active = select(User.id).where(*alike, User.deactivated_at.is_(None)).with_for_update()
    if len(db.session.scalars(active).all()) < 2:
        raise errors.Conflict(
            _("Nobody else could look after people; make somebody else system first.")
            if user.is_admin
            else _("A store keeps one owner at least; make somebody else owner first.")
        )


def address_faults(email: str) -> list[errors.Fault]:
    """List what is wrong with a mail address."""
    if EMAIL.fullmatch(email.strip()):
        return []
    return [errors.Fault("/email", "bad_email", _("Give a mail address."))]


def role_faults(role: str, of_merchant: bool) -> list[errors.Fault]:
    """List what is wrong with a role for somebody of a merchant, or of the carrier."""
    allowed = MERCHANT_ROLES if of_merchant else ADMIN_ROLES
    if role in allowed:
        return []
    said = _("Choose one of %(list)s.", list=", ".join(allowed))
    return [errors.Fault("/role", "bad_role", said)]


def _user_faults(email: str, name: str, role: str, merchant: Merchant | None) -> list[errors.Fault]:
    faults = address_faults(email)
    if not name.strip() or len(name) > 300:
        said = _("Give a name of 1 to 300 characters.")
        faults.append(errors.Fault("/name", "bad_name", said))
    return faults + role_faults(role, merchant is not None)


def tidy_email(email: str) -> str:
    """Give a mail address as it is kept and compared."""
    return email.strip().casefold()


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
