"""One-time codes as a second factor (RFC 6238), and recovery codes; each opens the door once."""

import secrets
import uuid

import pyotp
from sqlalchemy import ForeignKey, Index, delete, insert, update
from sqlalchemy.orm import Mapped, mapped_column

from qcportal import clock, errors, history, tokens
from qcportal.accounts import User
from qcportal.db import Base, Id, Key, Line, MaybeAt, db, new_id
from qcportal.errors import Fault
from qcportal.history import Actor, Entry
from qcportal.language import gettext as _

STEP = 30
ISSUER = "Doorstep"
RECOVERY_CODES = 10
ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"


class RecoveryCode(Base):
    """A code for the day when the phone with the authenticator is lost; kept as a hash."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index(None, "user_id"),)

    id: Mapped[Id]
    user_id: Mapped[Key] = mapped_column(ForeignKey("users.id"))
    code_hash: Mapped[Line]
    used_at: Mapped[MaybeAt] = mapped_column(default=None)


def new_secret() -> str:
    """Make a secret for an authenticator app."""
    return pyotp.random_base32()


def enrolment_uri(user: User, secret: str) -> str:
    """Give the URI that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=ISSUER)


def enable(user: User, secret: str, code: str, *, by: Actor) -> list[str]:
    """Ask for codes from now on; gives the recovery codes, which are shown once.

    Raises Invalid when the code does not show that the app holds the secret.
    """
    step = _good_step(secret, code)
    if step is None:
        fault = Fault(
            "/code", "wrong_code", _("This is not the code of the app. Try the next one.")
        )
        raise errors.Invalid(faults=[fault])
    user.totp_secret, user.totp_last_step = secret, step
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    _replace_codes(user.id, codes)
    history.record([Entry(user.id, user.merchant_id, "second_step_on", by)])
    return codes


def disable(user: User, *, by: Actor) -> None:
    """Ask for no code any more; does nothing when none is asked for."""
    if user.totp_secret is not None:
        user.totp_secret = None
        _replace_codes(user.id, [])
        history.record([Entry(user.id, user.merchant_id, "second_step_off", by)])


def use_code(user: User, code: str) -> bool:
    """Tell whether a code of the app or a recovery code is good now, and burn it.

    pyotp alone would take a code twice; the last step that was used is kept, and changed only if
    nobody else used it meanwhile.
    """
    step = _good_step(user.totp_secret, code) if user.totp_secret else None
    if step is None:
        return _use_recovery_code(user, code)
    statement = (
        update(User)
        .where(User.id == user.id, User.totp_last_step < step)
        .values(totp_last_step=step)
        .returning(User.id)
    )
    return db.session.scalars(statement).one_or_none() is not None


def _good_step(secret: str, code: str) -> int | None:
    plain, now = code.replace(" ", ""), int(clock.now().timestamp()) // STEP
    steps = (now - 1, now, now + 1)
    return next((each for each in steps if pyotp.TOTP(secret).generate_otp(each) == plain), None)


def _use_recovery_code(user: User, code: str) -> bool:
    statement = (
        update(RecoveryCode)
        .where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
        .where(RecoveryCode.code_hash == tokens.digest(_plain(code)))
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    )
    return db.session.scalars(statement).one_or_none() is not None


def _replace_codes(user_id: uuid.UUID, codes: list[str]) -> None:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    rows = [
        {"id": new_id(), "user_id": user_id, "code_hash": tokens.digest(_plain(code))}
        for code in codes
    ]
    if rows:
        db.session.execute(insert(RecoveryCode), rows)


def _new_code() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(16))
    return "-".join(letters[place : place + 4] for place in range(0, 16, 4))


def _plain(code: str) -> str:
    return code.replace("-", "").replace(" ", "").lower()
