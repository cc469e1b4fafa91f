"""One-time codes as a second factor; each code opens the door once (RFC 6238)."""

import pyotp
from sqlalchemy import update

from qcportal import clock
from qcportal.accounts import User
from qcportal.db import db

STEP = 30
ISSUER = "Doorstep"


def new_secret() -> str:
    """Make a secret for an authenticator app."""
    return pyotp.random_base32()


def enrolment_uri(user: User, secret: str) -> str:
    """Give the URI that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=ISSUER)


def use_code(user: User, code: str) -> bool:
    """Tell whether the code is good now, and burn it with every earlier one.

    pyotp alone would take a code twice; the last step that was used is kept, and changed only if
    nobody else used it meanwhile.
    """
    plain, now = code.replace(" ", ""), int(clock.now().timestamp()) // STEP
    good = [
        step
        for step in (now - 1, now, now + 1)
        if user.totp_secret and pyotp.TOTP(user.totp_secret).generate_otp(step) == plain
    ]
    if not good:
        return False
    statement = (
        update(User)
        .where(User.id == user.id, User.totp_last_step < good[0])
        .values(totp_last_step=good[0])
        .returning(User.id)
    )
    return db.session.scalars(statement).one_or_none() is not None
