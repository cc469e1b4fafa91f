"""The pages of the session door: one's own sessions."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup


@dataclass(frozen=True)
class SessionRow:
    """One place where the account is signed in; `browser` is in words."""

    id: str
    browser: str
    address: str
    started_at: datetime
    seen_at: datetime
    current: bool = False


@dataclass(frozen=True)
class SessionsPage:
    """`session/sessions.html`."""

    rows: tuple[SessionRow, ...]
    tz: str = "Asia/Kolkata"


@dataclass(frozen=True)
class SecondStepPage:
    """`session/second_step.html`; with `form`, which takes the first code.

    `qr` and `secret` are given while it is off, `recovery_codes` once, right after it went on.
    """

    on: bool
    qr: Markup | None = None
    secret: str = ""
    recovery_codes: tuple[str, ...] = ()
