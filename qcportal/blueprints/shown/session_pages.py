"""The pages of the session door: one's own sessions."""

from dataclasses import dataclass
from datetime import datetime


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
